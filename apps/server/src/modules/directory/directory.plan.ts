import type { BodyOf, FieldError, ProblemCode } from '@countersign/contract';
import type { SealedRow } from '../../db/commit-proposal.ts';
import type { Reader } from '../../db/read.ts';
import type { Ids } from '../../engine/ids.ts';
import type { Sealer } from '../../engine/seal/index.ts';
import { ProblemError } from '../../http/problem.ts';
import { knownPeople } from './directory.known.ts';
import { isPersonId, PROFILE, type Profile } from './directory.model.ts';
import {
  changed,
  type Draft,
  type Indexes,
  openDrafts,
  type PersonChange,
  sealAll,
} from './directory.profile.ts';

export type PlanDeps = { readonly reader: Reader; readonly sealer: Sealer };
type Changes = BodyOf<'changeDirectory'>['changes'];

/** One change of the batch with ids in place of references, and with its profile sealed. `at`: its place in the batch. */
export type Planned = PlannedPerson<{ readonly profile: Profile }> | PlannedMembers;
type PlannedPerson<P> = P & {
  readonly change: 'person';
  readonly at: number;
  readonly person: string;
  /** Undefined: as it is; a new person is active and has no manager. */
  readonly active: boolean | undefined;
  readonly manager: string | null | undefined;
  readonly profileChanged: boolean;
};
type PlannedMembers = {
  readonly change: 'group' | 'role';
  readonly at: number;
  readonly key: string;
  readonly op: 'set' | 'add' | 'remove';
  readonly persons: readonly string[];
};

export type Plan = {
  /** Directory revision that it was made on; on a later one it must be made again. */
  readonly revision: number;
  readonly steps: readonly Planned[];
  /** By item. */
  readonly sealed: ReadonlyMap<string, SealedRow>;
  readonly indexes: ReadonlyMap<string, Indexes>;
};

/** Turns names into ids and seals what is personal and new, ahead of `decide`, which may do neither. */
export async function planChanges(
  { reader, sealer }: PlanDeps,
  environment: string,
  changes: Changes,
  ids: Ids,
): Promise<Plan> {
  const hashes = await hashNames(sealer, environment, changes);
  const known = await knownPeople(
    reader,
    environment,
    [...new Set(referencesIn(changes).filter(isPersonId))],
    [...new Set(hashes.values())],
  );
  const persons = changes.map((change) => (change.change === 'person' ? change : null));
  const targeted = new Set(persons.flatMap((each) => each?.id ?? hashes.get(each?.userName ?? '') ?? []));
  const drafts = await openDrafts(
    sealer,
    environment,
    known.people.filter((row) => targeted.has(row.person) || targeted.has(row.user_name_index ?? '')),
  );
  const names = {
    hashes,
    exists: new Set(known.people.map(({ person }) => person)),
    holders: new Map(
      known.people.flatMap(({ person, user_name_index: hash }) =>
        hash === null ? [] : [[hash, person] as const],
      ),
    ),
  };
  const targets = namePersons(persons, drafts, names, ids);
  const steps: (PlannedPerson<{ readonly draft: Draft }> | PlannedMembers)[] = [];
  for (const [at, change] of changes.entries()) {
    if (change.change !== 'person') {
      const key = change.change === 'group' ? change.group : change.role;
      const members = change.persons.map((each, i) => resolve(names, each, `changes[${at}].persons[${i}]`));
      steps.push({ change: change.change, at, key, op: change.op, persons: [...new Set(members)] });
      continue;
    }
    const person = targets.get(at);
    if (person === undefined) throw new Error(`changes[${at}] has no person`);
    const before = drafts.get(person);
    const userName = hashes.get(change.userName) ?? null;
    const { references, texts } = changed(before, change, { environment, person, ids });
    const { email } = texts;
    const emailHash = email === undefined ? null : await sealer.blindIndex(environment, 'email', email);
    const draft = { references, texts, indexes: { userName, email: emailHash } };
    drafts.set(person, draft);
    const manager =
      typeof change.manager === 'string'
        ? resolve(names, change.manager, `changes[${at}].manager`)
        : change.manager;
    const profileChanged =
      before === undefined || PROFILE.some((name) => before.references[name] !== references[name]);
    steps.push({ change: 'person', at, person, active: change.active, manager, profileChanged, draft });
  }
  const profiles = await sealAll(
    sealer,
    steps.flatMap((step) => (step.change === 'person' ? [step.draft] : [])),
  );
  return {
    revision: known.revision,
    steps: steps.map((step) => {
      if (step.change !== 'person') return step;
      const { draft, ...rest } = step;
      return { ...rest, profile: profiles.profile(draft) };
    }),
    sealed: profiles.rows,
    indexes: new Map([...drafts].map(([person, draft]) => [person, draft.indexes])),
  };
}

function referencesIn(changes: Changes): string[] {
  return changes.flatMap((change) =>
    change.change === 'person'
      ? [change.id, change.userName, change.manager].filter((each) => typeof each === 'string')
      : change.persons,
  );
}

/** Keyed hashes of all user names of the batch. */
async function hashNames(
  sealer: Sealer,
  environment: string,
  changes: Changes,
): Promise<ReadonlyMap<string, string>> {
  for (const [at, change] of changes.entries()) {
    if (change.change !== 'person') continue;
    if (!isPersonId(change.userName) && change.userName.trim() !== '') continue;
    const message = 'A userName is neither blank nor of the form of an id.';
    refuse('validation-failed', `changes[${at}].userName`, message);
  }
  const hashes = new Map<string, string>();
  for (const reference of referencesIn(changes)) {
    if (hashes.has(reference) || isPersonId(reference)) continue;
    hashes.set(reference, await sealer.blindIndex(environment, 'userName', reference));
  }
  return hashes;
}

type Names = {
  /** By user name. */
  readonly hashes: ReadonlyMap<string, string>;
  readonly exists: Set<string>;
  /** Who holds a user name, by its hash. */
  readonly holders: Map<string, string>;
};

/** Gives each person change its person, in order, so that a later one sees the names that an earlier one gave. */
function namePersons(
  changes: readonly (PersonChange | null)[],
  drafts: ReadonlyMap<string, Draft>,
  { hashes, exists, holders }: Names,
  ids: Ids,
): ReadonlyMap<number, string> {
  const targets = new Map<number, string>();
  const nameOf = new Map([...drafts].map(([person, draft]) => [person, draft.indexes.userName]));
  for (const [at, change] of changes.entries()) {
    if (change === null) continue;
    const hash = hashes.get(change.userName) ?? '';
    const holder = holders.get(hash);
    if (change.id !== undefined && !exists.has(change.id)) {
      const message = `There is no person ${change.id}; leave the id out for a new one.`;
      refuse('unknown-person', `changes[${at}].id`, message);
    }
    if (change.id !== undefined && holder !== undefined && holder !== change.id) {
      const message = `Another person, ${holder}, has this userName.`;
      refuse('user-name-taken', `changes[${at}].userName`, message);
    }
    const person = change.id ?? holder ?? ids.id('usr');
    const before = nameOf.get(person);
    if (typeof before === 'string' && before !== hash) holders.delete(before);
    holders.set(hash, person);
    nameOf.set(person, hash);
    exists.add(person);
    targets.set(at, person);
  }
  return targets;
}

function resolve({ hashes, exists, holders }: Names, reference: string, field: string): string {
  const person = isPersonId(reference) ? reference : holders.get(hashes.get(reference) ?? '');
  if (person !== undefined && exists.has(person)) return person;
  return refuse('unknown-person', field, `There is no person ${reference}.`);
}

function refuse(code: ProblemCode, field: string, message: string): never {
  const errors: FieldError[] = [{ field, code, message }];
  throw new ProblemError(code, { detail: message, errors });
}
