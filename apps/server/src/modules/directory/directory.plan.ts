import type { BodyOf, FieldError, ProblemCode } from '@countersign/contract';
import type { SealedRow } from '../../db/commit-proposal.ts';
import type { Reader } from '../../db/read.ts';
import type { Ids } from '../../engine/ids.ts';
import { OwnerErased, SEAL_ENTROPY_BYTES, type Sealer } from '../../engine/seal/index.ts';
import { ProblemError } from '../../http/problem.ts';
import { knownPeople } from './directory.known.ts';
import { DIRECTORY_STREAM, isPersonId, PROFILE, type Profile, type ProfileName } from './directory.model.ts';

export type PlanDeps = { readonly reader: Reader; readonly sealer: Sealer };
type Changes = BodyOf<'changeDirectory'>['changes'];
type PersonChange = Extract<Changes[number], { change: 'person' }>;

/** One change of the batch with ids in place of references, and with its profile sealed. `at`: its place in the batch. */
export type Planned =
  | {
      readonly change: 'person';
      readonly at: number;
      readonly person: string;
      /** Undefined: as it is; a new person is active and has no manager. */
      readonly active: boolean | undefined;
      readonly manager: string | null | undefined;
      readonly profile: Profile;
      readonly profileChanged: boolean;
    }
  | {
      readonly change: 'group' | 'role';
      readonly at: number;
      readonly key: string;
      readonly op: 'set' | 'add' | 'remove';
      readonly persons: readonly string[];
    };

/** Keyed hashes, hex. */
export type Indexes = { readonly userName: string | null; readonly email: string | null };

export type Plan = {
  /** Directory revision that it was made on; on a later one it must be made again. */
  readonly revision: number;
  readonly steps: readonly Planned[];
  readonly sealed: ReadonlyMap<string, SealedRow>;
  readonly indexes: ReadonlyMap<string, Indexes>;
};

/** What is known of a person while the batch is gone through. */
type Draft = {
  readonly person: string;
  readonly references: Profile;
  readonly texts: { readonly [K in ProfileName]?: string };
  readonly indexes: Indexes;
};

/** Turns names into ids and seals what is personal and new, ahead of `decide`, which may do neither. */
export async function planChanges(
  deps: PlanDeps,
  environment: string,
  changes: Changes,
  ids: Ids,
): Promise<Plan> {
  const indexOf = await hashNames(deps, environment, changes);
  const known = await knownPeople(deps.reader, environment, referencesIn(changes).filter(isPersonId), [
    ...new Set(indexOf.values()),
  ]);
  const persons = changes.map((change) => (change.change === 'person' ? change : null));
  const drafts = await openDrafts(deps, environment, known.people, persons, indexOf);
  const exists = new Set(known.people.map(({ person }) => person));
  const naming = new Map(
    known.people.flatMap(({ person, user_name_index }) =>
      user_name_index === null ? [] : [[user_name_index, person] as const],
    ),
  );
  const targets = namePersons(persons, { indexOf, drafts, exists, naming }, ids);
  const resolve = (reference: string, field: string): string => {
    const person = isPersonId(reference) ? reference : naming.get(indexOf.get(reference) ?? '');
    if (person !== undefined && exists.has(person)) return person;
    return refuse('unknown-person', field, `There is no person ${reference}.`);
  };
  const steps: Planned[] = [];
  const sealed = new Map<string, SealedRow>();
  for (const [at, change] of changes.entries()) {
    if (change.change !== 'person') {
      const key = change.change === 'group' ? change.group : change.role;
      const members = change.persons.map((each, i) => resolve(each, `changes[${at}].persons[${i}]`));
      steps.push({ change: change.change, at, key, op: change.op, persons: [...new Set(members)] });
      continue;
    }
    const person = targets.get(at);
    if (person === undefined) throw new Error(`changes[${at}] has no person`);
    const before = drafts.get(person);
    const after = await sealProfile(deps, environment, { person, change, before, indexOf, ids, sealed });
    drafts.set(person, after);
    steps.push({
      change: 'person',
      at,
      person,
      active: change.active,
      manager:
        typeof change.manager === 'string'
          ? resolve(change.manager, `changes[${at}].manager`)
          : change.manager,
      profile: after.references,
      profileChanged:
        before === undefined || PROFILE.some((name) => before.references[name] !== after.references[name]),
    });
  }
  const indexes = new Map([...drafts].map(([person, draft]) => [person, draft.indexes]));
  return { revision: known.revision, steps, sealed, indexes };
}

function referencesIn(changes: Changes): string[] {
  return changes.flatMap((change) =>
    change.change === 'person'
      ? [change.id, change.userName, change.manager].filter((each) => typeof each === 'string')
      : change.persons,
  );
}

async function hashNames(
  { sealer }: PlanDeps,
  environment: string,
  changes: Changes,
): Promise<Map<string, string>> {
  for (const [at, change] of changes.entries()) {
    if (change.change !== 'person') continue;
    if (isPersonId(change.userName) || change.userName.trim() === '') {
      refuse(
        'validation-failed',
        `changes[${at}].userName`,
        'A userName is neither blank nor of the form of an id.',
      );
    }
  }
  const indexOf = new Map<string, string>();
  for (const reference of referencesIn(changes)) {
    if (indexOf.has(reference) || isPersonId(reference)) continue;
    indexOf.set(reference, await sealer.blindIndex(environment, 'userName', reference));
  }
  return indexOf;
}

/** Opens the profiles of those who are changed, so that only what differs is sealed again. */
async function openDrafts(
  { sealer }: PlanDeps,
  environment: string,
  people: Awaited<ReturnType<typeof knownPeople>>['people'],
  changes: readonly (PersonChange | null)[],
  indexOf: ReadonlyMap<string, string>,
): Promise<Map<string, Draft>> {
  const wanted = new Set(
    changes.flatMap((each) => (each === null ? [] : [each.id ?? indexOf.get(each.userName) ?? ''])),
  );
  const changed = people.filter((row) => wanted.has(row.person) || wanted.has(row.user_name_index ?? ''));
  const references = changed
    .flatMap((row) => [row.user_name, row.name, row.email])
    .filter((each) => each !== null);
  const opened = await sealer.openValues(environment, references);
  const drafts = new Map<string, Draft>();
  for (const row of changed) {
    const held = { userName: row.user_name, name: row.name, email: row.email };
    const kept: { [name: string]: NonNullable<(typeof held)[ProfileName]> } = {};
    const texts: { [K in ProfileName]?: string } = {};
    for (const name of PROFILE) {
      const reference = held[name];
      if (reference === null) continue;
      kept[name] = reference;
      const value = opened.get(reference.sealed);
      if (value?.state !== 'open' || typeof value.value !== 'string') {
        throw new ProblemError('erased', {
          detail: `The personal data of ${row.person} was erased; none is taken for it any more.`,
        });
      }
      texts[name] = value.value;
    }
    const indexes = { userName: row.user_name_index, email: row.email_index };
    drafts.set(row.person, { person: row.person, references: kept, texts, indexes });
  }
  return drafts;
}

type Naming = {
  readonly indexOf: ReadonlyMap<string, string>;
  readonly drafts: ReadonlyMap<string, Draft>;
  readonly exists: Set<string>;
  /** Who holds a user name, by its hash. */
  readonly naming: Map<string, string>;
};

/** Gives each person change its person, in order, so that a later one sees the names that an earlier one gave. */
function namePersons(
  changes: readonly (PersonChange | null)[],
  { indexOf, drafts, exists, naming }: Naming,
  ids: Ids,
): Map<number, string> {
  const targets = new Map<number, string>();
  const nameOf = new Map([...drafts.values()].map((draft) => [draft.person, draft.indexes.userName]));
  for (const [at, change] of changes.entries()) {
    if (change === null) continue;
    const index = indexOf.get(change.userName) ?? '';
    const holder = naming.get(index);
    if (change.id !== undefined && !exists.has(change.id))
      refuse(
        'unknown-person',
        `changes[${at}].id`,
        `There is no person ${change.id}; leave the id out for a new one.`,
      );
    if (change.id !== undefined && holder !== undefined && holder !== change.id)
      refuse('user-name-taken', `changes[${at}].userName`, `Another person, ${holder}, has this userName.`);
    const person = change.id ?? holder ?? ids.id('usr');
    const before = nameOf.get(person);
    if (typeof before === 'string' && before !== index) naming.delete(before);
    naming.set(index, person);
    nameOf.set(person, index);
    exists.add(person);
    targets.set(at, person);
  }
  return targets;
}

type ToSeal = {
  readonly person: string;
  readonly change: PersonChange;
  readonly before: Draft | undefined;
  readonly indexOf: ReadonlyMap<string, string>;
  readonly ids: Ids;
  readonly sealed: Map<string, SealedRow>;
};

async function sealProfile({ sealer }: PlanDeps, environment: string, target: ToSeal): Promise<Draft> {
  const { person, change, before, indexOf, ids, sealed } = target;
  const references: { [name: string]: Profile[string] } = { ...before?.references };
  const texts: { [K in ProfileName]?: string } = { ...before?.texts };
  for (const name of PROFILE) {
    const value = change[name];
    if (value === undefined || value === texts[name]) continue;
    if (value === null) {
      delete references[name];
      delete texts[name];
      continue;
    }
    const item = { environment, owner: person, stream: DIRECTORY_STREAM, item: ids.id('itm'), name };
    try {
      const made = await sealer.sealValue({ ...item, value, entropy: ids.bytes(SEAL_ENTROPY_BYTES) });
      references[name] = made.reference;
      sealed.set(made.reference.sealed, made.row);
    } catch (error) {
      if (error instanceof OwnerErased) throw new ProblemError('erased', { detail: error.message });
      throw error;
    }
    texts[name] = value;
  }
  const email = texts.email === undefined ? null : await sealer.blindIndex(environment, 'email', texts.email);
  return { person, references, texts, indexes: { userName: indexOf.get(change.userName) ?? null, email } };
}

function refuse(code: ProblemCode, field: string, message: string): never {
  const errors: FieldError[] = [{ field, code, message }];
  throw new ProblemError(code, { detail: message, errors });
}
