import type { Reader } from '../../db/read.ts';
import type { Handlers } from '../../http/call.ts';
import { makeCursor, numberAt, readCursor } from '../../http/cursor.ts';
import { ACCESS_STREAM, type AccessState } from './access.model.ts';
import {
  type AccessDeps,
  createApiKey,
  createServiceAccount,
  presentKey,
  revokeApiKey,
} from './access.usecases.ts';

type AccessHandlers = Pick<
  Handlers,
  'createServiceAccount' | 'listServiceAccounts' | 'createApiKey' | 'listApiKeys' | 'revokeApiKey'
>;

export function accessHandlers(deps: AccessDeps & { readonly reader: Reader }): AccessHandlers {
  /** As committed; another process may have written last. */
  async function stateOf(environment: string): Promise<AccessState | null> {
    const rows = await deps.reader
      .readAs(environment)
      .query<{ state: AccessState }>(
        'select state from countersign.stream where environment_id = $1 and stream_id = $2',
        [environment, ACCESS_STREAM],
      );
    return rows[0]?.state ?? null;
  }

  return {
    createServiceAccount: (call) => createServiceAccount(deps, call),
    createApiKey: (call) => createApiKey(deps, call),
    revokeApiKey: (call) => revokeApiKey(deps, call),
    async listServiceAccounts({ principal, query }) {
      const state = await stateOf(principal.environment);
      return { status: 200, body: slice(state?.accounts ?? [], query, (account) => account) };
    },
    async listApiKeys({ principal, query }) {
      const state = await stateOf(principal.environment);
      return { status: 200, body: slice(state?.keys ?? [], query, presentKey) };
    },
  };
}

type PageQuery = { readonly limit: number; readonly cursor?: string | undefined };

/** Both lists only grow at their end, so a place in them stays what it was. */
function slice<T, R>(all: readonly T[], query: PageQuery, present: (item: T) => R) {
  const cursor = readCursor(query);
  const from = cursor === null ? 0 : numberAt(cursor, 0);
  const to = from + query.limit;
  return {
    items: all.slice(from, to).map(present),
    nextCursor: to < all.length ? makeCursor(query, [to]) : null,
  };
}
