import type { BodyOf } from '@countersign/contract';
import type { SealedReference } from '@countersign/ledger';
import type { SealedRow } from '../../db/commit-proposal.ts';
import type { Ids } from '../../engine/ids.ts';
import { OwnerErased, SEAL_ENTROPY_BYTES, type Sealer, type ValueToSeal } from '../../engine/seal/index.ts';
import { ProblemError } from '../../http/problem.ts';
import type { KnownPerson } from './directory.known.ts';
import { DIRECTORY_STREAM, PROFILE, type Profile, type ProfileName } from './directory.model.ts';

export type PersonChange = Extract<BodyOf<'changeDirectory'>['changes'][number], { change: 'person' }>;

/** Keyed hashes, hex. */
export type Indexes = { readonly userName: string | null; readonly email: string | null };

/** What is known of a person while a batch is gone through; some of it is still to be sealed. */
export type Draft = {
  readonly references: { readonly [K in ProfileName]?: SealedReference | ValueToSeal };
  readonly texts: { readonly [K in ProfileName]?: string };
  readonly indexes: Indexes;
};

/** Opens profiles, so that only what differs is sealed again. */
export async function openDrafts(
  sealer: Sealer,
  environment: string,
  people: readonly KnownPerson[],
): Promise<Map<string, Draft>> {
  const references = people
    .flatMap((row) => [row.user_name, row.name, row.email])
    .filter((each) => each !== null);
  const opened = await sealer.openValues(environment, references);
  const drafts = new Map<string, Draft>();
  for (const row of people) {
    const held = { userName: row.user_name, name: row.name, email: row.email };
    const kept: { [K in ProfileName]?: SealedReference } = {};
    const texts: { [K in ProfileName]?: string } = {};
    for (const name of PROFILE) {
      const reference = held[name];
      if (reference === null) continue;
      const value = opened.get(reference.sealed);
      if (value?.state !== 'open' || typeof value.value !== 'string') throw erased(row.person);
      kept[name] = reference;
      texts[name] = value.value;
    }
    const indexes = { userName: row.user_name_index, email: row.email_index };
    drafts.set(row.person, { references: kept, texts, indexes });
  }
  return drafts;
}

/** The profile after a change. Draws what sealing will need, in order, and seals nothing yet. */
export function changed(
  before: Draft | undefined,
  change: PersonChange,
  target: {
    readonly environment: string;
    readonly person: string;
    readonly ids: Ids;
  },
): Omit<Draft, 'indexes'> {
  const references: { [K in ProfileName]?: SealedReference | ValueToSeal } = { ...before?.references };
  const texts: { [K in ProfileName]?: string } = { ...before?.texts };
  for (const name of PROFILE) {
    const value = change[name];
    if (value === undefined || value === texts[name]) continue;
    if (value === null) {
      delete references[name];
      delete texts[name];
      continue;
    }
    texts[name] = value;
    references[name] = {
      environment: target.environment,
      owner: target.person,
      stream: DIRECTORY_STREAM,
      item: target.ids.id('itm'),
      name,
      value,
      entropy: target.ids.bytes(SEAL_ENTROPY_BYTES),
    };
  }
  return { references, texts };
}

/** A new person costs a key file and its fsyncs; side by side they share the disk's time. */
const SIDE_BY_SIDE = 32;

export type SealedProfiles = {
  readonly rows: ReadonlyMap<string, SealedRow>;
  profile(draft: Pick<Draft, 'references'>): Profile;
};

/** @throws ProblemError erased */
export async function sealAll(
  sealer: Sealer,
  drafts: readonly Pick<Draft, 'references'>[],
): Promise<SealedProfiles> {
  const wanted = new Set(drafts.flatMap(({ references }) => Object.values(references).filter(isToSeal)));
  const made = new Map<ValueToSeal, SealedReference>();
  const rows = new Map<string, SealedRow>();
  const queue = wanted.values();
  const work = async (): Promise<void> => {
    // One iterator for all: each takes the next that nobody has taken.
    for (const value of queue) {
      const { reference, row } = await sealer.sealValue(value);
      made.set(value, reference);
      rows.set(reference.sealed, row);
    }
  };
  try {
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  } catch (error) {
    if (error instanceof OwnerErased) throw erased(error.owner);
    throw error;
  }
  return {
    rows,
    profile({ references }) {
      const profile: { [name: string]: SealedReference } = {};
      for (const name of PROFILE) {
        const held = references[name];
        const reference = held !== undefined && isToSeal(held) ? made.get(held) : held;
        if (reference !== undefined) profile[name] = reference;
      }
      return profile;
    },
  };
}

const isToSeal = (held: SealedReference | ValueToSeal): held is ValueToSeal => 'entropy' in held;

const erased = (person: string): ProblemError =>
  new ProblemError('erased', {
    detail: `The personal data of ${person} was erased; none is taken for it any more.`,
  });
