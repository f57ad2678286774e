import { isSealed, type RequestState } from '@countersign/core';
import type { Reader, Reading } from '../../db/read.ts';
import type { Subscription } from './runner.ts';

/** Words of one request: a field of a megabyte must not make a million rows. */
const MAX_WORDS = 1000;
const MAX_LENGTH = 64;

/**
 * Keeps the words by which requests are found: number, external reference, name of the definition, and texts of the
 * current revision. Personal fields are references to sealed values here, and so give no word (ENGINE 15).
 * @param words how a text is split; the list of requests splits what is searched for in the same way.
 */
export function searchReader(reader: Reader, words: (text: string) => readonly string[]): Subscription {
  return {
    name: 'search',
    wants: 'contents',
    async handle(environment, entries) {
      // What was set aside comes again whatever it is.
      const changed = new Set(entries.map(({ stream }) => stream).filter((id) => id.startsWith('req_')));
      if (changed.size > 0) await index(reader.readAs(environment), environment, [...changed], words);
    },
  };
}

/** From the states as they are now, which may be ahead of the entries: the last write is right, in whatever order. */
async function index(
  read: Reading,
  environment: string,
  streams: readonly string[],
  words: (text: string) => readonly string[],
): Promise<void> {
  const rows = await read.query<{ stream_id: string; state: RequestState }>(
    `select stream_id, state from countersign.stream
      where environment_id = $1 and stream_id = any($2) and kind = 'request'`,
    [environment, streams],
  );
  const filed = await filedAt(
    read,
    environment,
    rows.filter(({ state }) => state.number !== undefined).map((row) => row.stream_id),
  );
  const found = rows.map(({ stream_id, state }) => {
    const number = state.number === undefined ? [] : [`${state.number}${filed.get(stream_id)}`];
    const all = [...number, ...textsOf(state)].flatMap((text) =>
      words(text).map((word) => word.slice(0, MAX_LENGTH)),
    );
    return [...new Set(all)].slice(0, MAX_WORDS);
  });
  await read.query('select countersign.index_words($1, $2, $3, $4)', [
    environment,
    rows.map((row) => row.stream_id),
    found.flatMap((own, i) => own.map(() => i + 1)),
    found.flat(),
  ]);
}

/** Places in the log of the entries that filed these requests: their numbers end in them. */
async function filedAt(
  read: Reading,
  environment: string,
  streams: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (streams.length === 0) return new Map();
  const rows = await read.query<{ stream_id: string; created_seq: number }>(
    'select stream_id, created_seq from countersign.request where environment_id = $1 and stream_id = any($2)',
    [environment, streams],
  );
  return new Map(rows.map((row) => [row.stream_id, row.created_seq]));
}

export function textsOf(
  state: Pick<RequestState, 'definition' | 'externalReference' | 'revision'>,
): string[] {
  const fields = Object.values(state.revision.fields).flatMap((value) => {
    if (typeof value === 'string') return [value];
    if (isSealed(value) || !Array.isArray(value)) return [];
    return value.filter((item) => typeof item === 'string');
  });
  // After all others: a thousand rows must not push out the words of the request itself.
  const cells = Object.values(state.revision.fields).flatMap((value) =>
    Array.isArray(value)
      ? value.flatMap((row) =>
          Object.values(isRow(row) ? row : {}).filter((cell) => typeof cell === 'string'),
        )
      : [],
  );
  return [
    state.definition,
    ...(state.externalReference === null ? [] : [state.externalReference]),
    ...fields,
    ...cells,
  ];
}

/** An amount of a list is no line item. */
const isRow = (item: unknown): item is object =>
  typeof item === 'object' &&
  item !== null &&
  !(
    'amount' in item &&
    'currency' in item &&
    typeof item.currency === 'string' &&
    typeof item.amount === 'string'
  );
