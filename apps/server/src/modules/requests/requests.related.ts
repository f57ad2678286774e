import {
  type Actor,
  type CommandData,
  type CompiledDefinition,
  countsInSums,
  MAX_RELATED,
  type RelatedRead,
  type RelatedSum,
  type RequestState,
  relatedReads,
  sumOf,
} from '@countersign/core';
import type { Reading } from '../../db/read.ts';
import { ProblemError } from '../../http/problem.ts';

/** What a command has read of related requests, and whose turn each sum is after that. */
export type Related = {
  /** Of the request that it was read for. */
  readonly version: number;
  readonly sums: readonly RelatedSum[];
  readonly turns: ReadonlyMap<string, number>;
};

type Subject = Parameters<typeof relatedReads>[0];
type KeyRow = { readonly kind: string; readonly key: string; readonly release: boolean };

/**
 * What a request adds to a sum is a business key of it, so that it is written with the entry that it follows from, is
 * looked for by the key of that table, and needs no table of its own. Of one sum and time they lie side by side.
 */
const SHARE = 'related';
/** Every command that has read a sum, or changes it, takes its next turn: of two at once, one reads again. */
const TURN = 'related-turn';
/** Sorts after all that begins with the name of a sum and a line break. */
const END = '\u000b';

/** A sum has changed since it was read: read it again and decide anew. */
export class RelatedMoved extends ProblemError {
  constructor() {
    super('unavailable', { detail: 'Related requests kept changing while this was decided.' }, 1);
  }
}

const TRIES = 50;

/** Runs a command that reads sums until none of them has changed meanwhile. */
export async function untilStill<T>(run: () => Promise<T>, hasMoved: (done: T) => boolean): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      const done = await run();
      if (!hasMoved(done) || tries === TRIES) return done;
    } catch (error) {
      if (!(error instanceof RelatedMoved) || tries === TRIES) throw error;
    }
  }
}

/** These settle nothing and change no sum. */
const APART: ReadonlySet<CommandData['type']> = new Set([
  'comment',
  'recordEffect',
  'ratify',
  'reviewOverride',
]);

/** Whose sums a command is about: those of the request as it will be. */
function subjectOf(state: RequestState | null, data: CommandData, filer: string): Subject | null {
  if (data.type === 'create') {
    const { definition, requester, content } = data;
    const submitter = data.submitter ?? filer;
    const identities = { requester, submitter, beneficiary: data.beneficiary ?? requester };
    return { definition, ...identities, revision: { fields: content.fields }, submittedAt: null };
  }
  if (state === null || APART.has(data.type)) return null;
  return data.type === 'revise' ? { ...state, revision: { fields: data.content.fields } } : state;
}

export const filerOf = (actor: Actor): string =>
  actor.kind === 'person' ? actor.person : actor.kind === 'service' ? actor.service : actor.system;

/** Reads what `decide` must know of related requests; null where the definition asks for no sum. */
export async function readRelated(
  read: Reading,
  environment: string,
  definition: CompiledDefinition,
  ask: {
    readonly state: RequestState | null;
    readonly version: number;
    readonly data: CommandData;
    readonly filer: string;
    readonly request: string;
    readonly now: string;
  },
): Promise<Related | null> {
  const subject = definition.totals.length === 0 ? null : subjectOf(ask.state, ask.data, ask.filer);
  if (subject === null) return null;
  const reads = relatedReads(subject, definition, ask.now);
  const held = ask.state?.related ?? [];
  const turns = new Map<string, number>();
  // Turns before sums: what changes between the two makes the turn an old one.
  for (const { key } of [...reads, ...held]) turns.set(key, await turnOf(read, environment, key));
  const sums: RelatedSum[] = [];
  for (const one of reads) sums.push(await readSum(read, environment, ask.request, one));
  return { version: ask.version, sums, turns };
}

async function turnOf(read: Reading, environment: string, key: string): Promise<number> {
  const rows = await read.query<{ key: string }>(
    `select key from countersign.business_key
      where environment_id = $1 and kind = '${TURN}' and key > $2 and key < $3 order by key desc limit 1`,
    [environment, `${key}\n`, `${key}${END}`],
  );
  return Number(rows[0]?.key.slice(key.length + 1) ?? 0);
}

async function readSum(
  read: Reading,
  environment: string,
  request: string,
  ask: RelatedRead,
): Promise<RelatedSum> {
  const last = ask.until === null ? `${ask.key}${END}` : `${ask.key}\n${ask.until}${END}`;
  const rows = await read.query<{ key: string }>(
    `select key from countersign.business_key
      where environment_id = $1 and kind = '${SHARE}' and key > $2 and key < $3 and stream_id <> $4
      order by key limit ${MAX_RELATED + 1}`,
    [environment, `${ask.key}\n${ask.since}`, last, request],
  );
  const shares = rows.map(({ key }) => {
    const amount = key.split('\n')[3];
    return { amount: amount === undefined || amount === UNTOLD ? null : amount };
  });
  return sumOf(ask, shares);
}

const UNTOLD = '?';

/**
 * What was read is about the request as it was then. A turn that this request itself has taken since would not tell of
 * what others did meanwhile.
 */
export function refuseUnread(related: Related | null, version: number): void {
  if (related !== null && related.version !== version) throw new RelatedMoved();
}

/** Keys that a change takes and gives back: what the request adds now, and the turn of each sum that was read or changed. */
export function relatedKeys(
  related: Related | null,
  before: RequestState | null,
  after: RequestState,
): readonly KeyRow[] {
  const was = new Set(before === null ? [] : sharesIn(before));
  const is = new Set(sharesIn(after));
  const given = [...was].filter((key) => !is.has(key));
  const taken = [...is].filter((key) => !was.has(key));
  return [
    ...given.map((key) => ({ kind: SHARE, key, release: true })),
    ...taken.map((key) => ({ kind: SHARE, key, release: false })),
    ...[...(related?.turns ?? [])].map(([key, turn]) => ({
      kind: TURN,
      key: turnKey(key, turn + 1),
      release: false,
    })),
  ];
}

const turnKey = (key: string, turn: number): string => `${key}\n${String(turn).padStart(12, '0')}`;

function sharesIn(state: RequestState): readonly string[] {
  if (!countsInSums(state)) return [];
  return (state.related ?? []).map(
    ({ key, amount }) => `${key}\n${state.submittedAt}\n${state.request}\n${amount ?? UNTOLD}`,
  );
}
