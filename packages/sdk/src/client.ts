import { operations } from './generated/operations.gen.ts';
import type { AnyInput } from './request.ts';
import { sleep } from './retry.ts';
import { send } from './send.ts';
import type {
  Calls,
  ClientOptions,
  InputOf,
  ItemOf,
  ListId,
  LogId,
  LogItemOf,
  OperationId,
} from './types.ts';

export type Client = Calls & {
  /** The same client with other options, such as another person to act for. */
  with(options: Partial<ClientOptions>): Client;
  /** Every item of a list, page by page as it is asked for. */
  items<Id extends ListId>(id: Id, input?: InputOf<Id>): AsyncGenerator<ItemOf<Id>, void, undefined>;
  /** The log from after `query.after` up to its head; with `follow`, on and on until the signal aborts. */
  log<Id extends LogId>(
    id: Id,
    input?: InputOf<Id> & { readonly follow?: { readonly everyMs: number } },
  ): AsyncGenerator<LogItemOf<Id>, void, undefined>;
};

type Page = { readonly items: readonly unknown[]; readonly nextCursor: string | null };
type LogPage = { readonly items: readonly unknown[]; readonly nextAfter: number; readonly head: number };

const isPage = (data: unknown): data is Page =>
  typeof data === 'object' &&
  data !== null &&
  'items' in data &&
  Array.isArray(data.items) &&
  'nextCursor' in data;
const isLogPage = (data: unknown): data is LogPage =>
  typeof data === 'object' &&
  data !== null &&
  'items' in data &&
  Array.isArray(data.items) &&
  'nextAfter' in data;

async function* pages(id: OperationId, input: AnyInput, client: ClientOptions) {
  let cursor: string | null = null;
  do {
    const query = cursor === null ? input.query : { ...input.query, cursor };
    const { data } = await send(
      operations[id],
      { ...input, ...(query === undefined ? {} : { query }) },
      client,
    );
    if (!isPage(data)) throw new TypeError(`${id} did not answer a page`);
    yield* data.items;
    cursor = data.nextCursor;
  } while (cursor !== null);
}

async function* entries(
  id: OperationId,
  input: AnyInput & { readonly follow?: { readonly everyMs: number } },
  client: ClientOptions,
) {
  const { follow, ...call } = input;
  let after = call.query?.after;
  for (;;) {
    const query = after === undefined ? call.query : { ...call.query, after };
    const { data } = await send(
      operations[id],
      { ...call, ...(query === undefined ? {} : { query }) },
      client,
    );
    if (!isLogPage(data)) throw new TypeError(`${id} did not answer a page of the log`);
    yield* data.items;
    after = data.nextAfter;
    if (data.nextAfter < data.head) continue;
    if (follow === undefined) return;
    await sleep(follow.everyMs, call.signal);
  }
}

/**
 * A client of one environment. Each operation is a method named by its operationId; it answers `data` with the
 * receipt of its entry, and throws `CountersignProblem` when the server refuses.
 */
export const createClient = (options: ClientOptions): Client => {
  const ids = Object.keys(operations) as OperationId[];
  const calls = Object.fromEntries(
    ids.map((id) => [id, (input: AnyInput = {}) => send(operations[id], input, options)]),
  );
  const client = {
    ...calls,
    with: (other: Partial<ClientOptions>) => createClient({ ...options, ...other }),
    items: (id: ListId, input: AnyInput = {}) => pages(id, input, options),
    log: (id: LogId, input: AnyInput = {}) => entries(id, input, options),
  };
  // The table and its types are generated together; TypeScript cannot follow fromEntries.
  return client as unknown as Client;
};
