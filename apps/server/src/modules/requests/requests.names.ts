import { Contended } from '../../engine/engine.ts';
import { ProblemError } from '../../http/problem.ts';
import type { RequestDeps } from './requests.ports.ts';

/**
 * The names of one command, and whom they mean. They are looked up before the command is decided, from memory where it
 * serves; a name that may mean somebody else by the directory revision that is decided on is looked up again.
 */
export type Names = {
  /** @throws ProblemError unknown-person */
  person(field: string, reference: string): Promise<string>;
  /** @throws Outdated */
  standAt(revision: number): void;
};

class Outdated extends Error {}

/** The directory would have to change as often while one command is decided. */
const ATTEMPTS = 100;

/** Does the work again as long as what its names mean is out of date. */
export async function withNames<T>(
  { people }: Pick<RequestDeps, 'people'>,
  environment: string,
  work: (names: Names) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      return await work(namesOf(people, environment));
    } catch (error) {
      if (!(error instanceof Outdated)) throw error;
    }
  }
  throw new Contended(environment, 'names');
}

function namesOf(people: RequestDeps['people'], environment: string): Names {
  let asOf = Number.MAX_SAFE_INTEGER;
  return {
    async person(field, reference) {
      const found = await people.known(environment, reference);
      asOf = Math.min(asOf, found.asOf);
      if (found.person !== null) return found.person;
      const message = `There is no person ${reference}.`;
      throw new ProblemError('unknown-person', {
        detail: message,
        errors: [{ field, code: 'unknown-person', message }],
      });
    },
    standAt(revision) {
      if (revision > asOf) throw new Outdated();
    },
  };
}
