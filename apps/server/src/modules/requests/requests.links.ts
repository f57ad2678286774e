import type { AnswerOf } from '@countersign/contract';
import type { Call, Reply } from '../../http/call.ts';
import { makeCursor, numberAt, readCursor, textAt } from '../../http/cursor.ts';
import type { RequestDeps } from './requests.ports.ts';
import { summarize } from './requests.present.ts';
import { linksOf } from './requests.queries.ts';
import { definitionOf, readRequest } from './requests.reads.ts';
import { viewerOf } from './requests.visibility.ts';

type Linked = AnswerOf<'listLinks'>[200]['items'][number];

/** Both directions in one list, oldest first; the other end of a link that the caller may not know of is left out. */
export async function listLinks(deps: RequestDeps, call: Call<'listLinks'>): Promise<Reply> {
  const { principal, params, query } = call;
  const { environment } = principal;
  await readRequest(deps, call, params.request);
  const cursor = readCursor(query);
  const after =
    cursor === null ? null : { seq: numberAt(cursor, 0), other: textAt(cursor, 1), kind: textAt(cursor, 2) };
  const rows = await linksOf(
    deps.reader.readAs(environment),
    environment,
    principal.definitions,
    await viewerOf(deps, call),
    params.request,
    query.limit,
    after,
  );
  const page = rows.slice(0, query.limit);
  const items = await Promise.all(
    page.map(async ({ kind, direction, ...stored }): Promise<Linked> => {
      const definition = await definitionOf(deps, environment, stored.state.definitionDigest);
      return {
        kind,
        direction,
        request: summarize({ ...stored, definition }),
      };
    }),
  );
  const last = rows.length > page.length ? page.at(-1) : undefined;
  const nextCursor = last ? makeCursor(query, [last.seq, last.state.request, last.kind]) : null;
  return { status: 200, body: { items, nextCursor } };
}
