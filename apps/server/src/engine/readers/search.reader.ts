import { isSealed, type RequestEvent, type RequestState } from '@countersign/core';
import type { Reader, Reading } from '../../db/read.ts';
import type { Subscription } from './runner.ts';

/** Words of one request: a field of a megabyte must not make a million rows. */
const MAX_WORDS = 1000;
const MAX_LENGTH = 64;

/**
 * Keeps the words by which requests are found: external reference, name of the definition, and texts of the current
 * revision. Personal fields are references to sealed values here, and so give no word (ENGINE 15).
 * @param words how a text is split; the list of requests splits what is searched for in the same way.
 */
export function searchReader(reader: Reader, words: (text: string) => readonly string[]): Subscription {
  return {
    name: 'search',
    wants: 'requests',
    async handle(environment, entries) {
      const read = reader.readAs(environment);
      const changed = new Set(entries.filter(({ leaf }) => changesContent(leaf)).map(({ stream }) => stream));
      for (const stream of changed) await index(read, environment, stream, words);
    },
  };
}

function changesContent(leaf: Buffer): boolean {
  const { events }: { readonly events: readonly RequestEvent[] } = JSON.parse(leaf.toString('utf8'));
  return events.some(({ type }) => type === 'request.created' || type === 'request.revised');
}

/** From the state as it is now, which may be ahead of the entry: the last write is right, in whatever order. */
async function index(
  read: Reading,
  environment: string,
  stream: string,
  words: (text: string) => readonly string[],
): Promise<void> {
  const rows = await read.query<{ state: RequestState }>(
    'select state from countersign.stream where environment_id = $1 and stream_id = $2',
    [environment, stream],
  );
  const state = rows[0]?.state;
  if (state === undefined) return;
  const tokens = new Set(
    textsOf(state).flatMap((text) => words(text).map((word) => word.slice(0, MAX_LENGTH))),
  );
  await read.query('select countersign.index_words($1, $2, $3)', [
    environment,
    stream,
    [...tokens].slice(0, MAX_WORDS),
  ]);
}

export function textsOf(
  state: Pick<RequestState, 'definition' | 'externalReference' | 'revision'>,
): string[] {
  const fields = Object.values(state.revision.fields).flatMap((value) => {
    if (typeof value === 'string') return [value];
    if (isSealed(value) || !Array.isArray(value)) return [];
    return value.filter((item) => typeof item === 'string');
  });
  return [
    state.definition,
    ...(state.externalReference === null ? [] : [state.externalReference]),
    ...fields,
  ];
}
