import type { AnswerOf } from '@countersign/contract';
import type { Reader } from '../../db/read.ts';
import { readEntries } from '../../engine/readers/index.ts';
import { headOf } from '../../engine/tree/index.ts';
import type { Call, Handlers, Reply } from '../../http/call.ts';
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
  for (const entry of await readEntries(read, environment, page)) {
    if (items.length >= query.limit) break;
    items.push(...envelopes(entry));
    nextAfter = entry.seq;
  }
  const body: AnswerOf<'listEvents'>[200] = { items, nextAfter, head };
  return { status: 200, body };
}
