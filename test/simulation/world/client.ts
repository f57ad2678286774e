import type { RequestState } from '@countersign/core';
import { CommitRefused } from '../../../apps/server/src/db/commit-errors.ts';
import { requestFold } from '../../../apps/server/src/modules/requests/requests.run.ts';
import type { Answer, Operation } from './operation.ts';
import { perform } from './perform.ts';
import type { World } from './world.ts';

/** Answers that say nothing of what became of the command: the client asks again under the same key. */
type Told = Answer | 'nothing' | 'refused';

export type Client = {
  /** Asks until it is told; null: the database refused the command itself. */
  ask(operation: Operation): Promise<Answer | null>;
  /** As it is served now; null: no answer, or no such request. */
  read(environment: string, request: string): Promise<RequestState | null>;
  rest(ms: number): Promise<void>;
};

export function client(world: World, who: string): Client {
  const { time, checks } = world;
  const chance = world.chance.fork();
  const rest = (ms: number) => new Promise<void>((resolve) => void time.after(ms, `${who} waits`, resolve));

  /** One call to one process, over a network that may lose it or its answer. */
  function call<T>(what: string, work: (process: NonNullable<World['processes'][number]>) => Promise<T>) {
    return new Promise<T | 'nothing'>((resolve) => {
      const sky = world.weather();
      time.after(chance.between(1000, 4000), `${who} gives up ${what}`, () => resolve('nothing'));
      if (chance.happens(sky.clientLost)) return;
      time.after(chance.between(0.1, 20), `${who} asks ${what}`, () => {
        const process = chance.pick(world.processes);
        if (process === null) return resolve('nothing');
        const failed = (error: unknown): 'nothing' => {
          checks.complaint(process.name, error);
          return 'nothing';
        };
        const back = (value: T | 'nothing') => {
          if (chance.happens(world.weather().clientLost)) return;
          time.after(chance.between(0.1, 20), `${who} is answered ${what}`, () => resolve(value));
        };
        // What a process does for a call goes on only while it lives.
        time.after(
          0,
          `${process.name} takes ${what}`,
          () => void work(process).then(back, (error: unknown) => back(failed(error))),
          process.life,
        );
      });
    });
  }

  const once = (operation: Operation): Promise<Told> =>
    call(operation.id, async ({ parts }) => {
      try {
        const answer = await perform(parts, operation);
        return answer.status >= 500 || answer.status === 429 ? 'nothing' : answer;
      } catch (error) {
        if (error instanceof CommitRefused && operation.act.kind === 'poison') return 'refused';
        throw error;
      }
    });

  return {
    rest,
    async ask(operation) {
      for (let tries = 0; ; tries += 1) {
        // Impatient clients and their proxies send a call twice.
        const twice = !world.calm && chance.happens(0.1) ? once(operation) : null;
        const told = [await once(operation), ...(twice === null ? [] : [await twice])];
        const answers = told.filter((one) => typeof one === 'object');
        for (const answer of answers) checks.answered(operation, answer);
        if (told.includes('refused')) return null;
        if (answers[0] !== undefined) return answers[0];
        await rest(chance.between(1, 200 * (tries + 1)));
      }
    },
    async read(environment, request) {
      const least = checks.acknowledgedVersion(environment, request);
      const told = await call(`for ${request}`, ({ parts }) =>
        parts.engine.stream({ environment, kind: 'request', stream: request }, requestFold),
      );
      if (told === 'nothing') return null;
      checks.served(environment, request, told.version, least);
      return told.state;
    },
  };
}
