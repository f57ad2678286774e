import type { AnswerOf } from '@countersign/contract';
import type { Reader, Reading } from '../../db/read.ts';
import { readEntries } from '../../engine/readers/index.ts';
import { headOf } from '../../engine/tree/index.ts';
import type { Call, Handlers, Reply } from '../../http/call.ts';
import type { Principal } from '../../http/principal.ts';
import { type Envelope, envelopes } from './events.envelope.ts';

const PAGE_BYTES = 4 << 20;

export const eventHandlers = (deps: { readonly reader: Reader }): Pick<Handlers, 'listEvents'> => ({
  listEvents: (call) => listEvents(deps.reader, call),
});

/** By `seq`, complete: an entry's events stand on one page, so a page may exceed its limit by those of its last entry. */
async function listEvents(reader: Reader, { principal, query }: Call<'listEvents'>): Promise<Reply> {
  const { environment } = principal;
  const read = reader.readAs(environment);
  const head = await headOf(read, environment);
  const page = { after: query.after, to: head, rows: query.limit, bytes: PAGE_BYTES };
  const items: Envelope[] = [];
  let nextAfter = query.after;
  const entries = await readEntries(read, environment, page);
  const hidden = await hiddenFrom(read, principal, entries);
  for (const entry of entries) {
    if (items.length >= query.limit) break;
    if (!hidden.has(entry.stream)) items.push(...envelopes(entry));
    nextAfter = entry.seq;
  }
  const body: AnswerOf<'listEvents'>[200] = { items, nextAfter, head };
  return { status: 200, body };
}

/** Streams of confidential requests, from a key that does not hold the scope: their entries leave a gap in `seq`. */
async function hiddenFrom(
  read: Reading,
  { environment, scopes }: Principal,
  entries: readonly { readonly stream: string }[],
): Promise<ReadonlySet<string>> {
  if (scopes.has('requests:confidential')) return new Set();
  const rows = await read.query<{ stream_id: string }>(
    `select stream_id from countersign.restricted
      where environment_id = $1 and stream_id = any($2) and confidential`,
    [environment, [...new Set(entries.map(({ stream }) => stream))]],
  );
  return new Set(rows.map((row) => row.stream_id));
}
