import type { QueryOf } from '@countersign/contract';
import type { Comment, Link, RequestEvent, RequestState } from '@countersign/core';
import type { Reading } from '../../db/read.ts';
import { hasWord, searchPlan, words } from './requests.search.ts';
import { knownTo, type Viewer } from './requests.visibility.ts';

export type StoredRequest = {
  readonly state: RequestState;
  readonly version: number;
  /** Where the entry that filed it stands in the log. */
  readonly createdSeq: number;
};

export async function findRequest(
  read: Reading,
  environment: string,
  request: string,
): Promise<StoredRequest | null> {
  const rows = await read.query<StoredRequest>(
    `select s.state, s.version, r.created_seq as "createdSeq" from countersign.stream s
       join countersign.request r on r.environment_id = s.environment_id and r.stream_id = s.stream_id
      where s.environment_id = $1 and s.stream_id = $2 and s.kind = 'request'`,
    [environment, request],
  );
  return rows[0] ?? null;
}

export async function createdSeqOf(read: Reading, environment: string, request: string): Promise<number> {
  const rows = await read.query<{ created_seq: number }>(
    'select created_seq from countersign.request where environment_id = $1 and stream_id = $2',
    [environment, request],
  );
  if (!rows[0]) throw new Error(`the request ${request} has no row`);
  return rows[0].created_seq;
}

/** Of one value, in the order of an index that begins with it. */
const oneOf = (column: string, values: readonly string[], bind: (value: unknown) => string): string =>
  values.length === 1 ? `${column} = ${bind(values[0])}` : `${column} = any(${bind(values)})`;

/** The stream that holds a business key now; null: none. */
export async function holderOf(
  read: Reading,
  environment: string,
  kind: string,
  key: string,
): Promise<string | null> {
  const rows = await read.query<{ stream_id: string }>(
    'select stream_id from countersign.business_key where environment_id = $1 and kind = $2 and key = $3',
    [environment, kind, key],
  );
  return rows[0]?.stream_id ?? null;
}

export type ListedLink = StoredRequest & {
  readonly kind: Link['kind'];
  readonly direction: 'to' | 'from';
  readonly seq: number;
};

/** The other ends of a request's links that the caller may know of; one more than `limit`. */
export async function linksOf(
  read: Reading,
  environment: string,
  definitions: readonly string[] | null,
  viewer: Viewer,
  request: string,
  limit: number,
  after: { readonly seq: number; readonly other: string; readonly kind: string } | null,
): Promise<readonly ListedLink[]> {
  const values: unknown[] = [environment, request];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const where = [
    knownTo('r', viewer, bind),
    ...(definitions === null ? [] : [`r.definition = any(${bind(definitions)})`]),
    ...(after === null
      ? []
      : [
          `(l.created_seq, l.other, l.kind) > (${bind(after.seq)}::bigint, ${bind(after.other)}::text, ${bind(after.kind)}::text)`,
        ]),
  ];
  return read.query<ListedLink>(
    `select l.kind, l.direction, l.created_seq as seq, s.state, s.version, r.created_seq as "createdSeq"
       from (select kind, 'to' as direction, target as other, created_seq from countersign.request_link
              where environment_id = $1 and stream_id = $2
             union all
             select kind, 'from', stream_id, created_seq from countersign.request_link
              where environment_id = $1 and target = $2) l
       join countersign.request r on r.environment_id = $1 and r.stream_id = l.other
       join countersign.stream s on s.environment_id = $1 and s.stream_id = l.other
      where ${where.join('\n        and ')}
      order by l.created_seq, l.other, l.kind
      limit ${bind(limit + 1)}`,
    values,
  );
}

export type StoredComment = Comment & { readonly at: string };

/** All comments of a request, oldest first, from the log itself. They are a thousand at most. */
export async function commentsOf(
  read: Reading,
  environment: string,
  request: string,
): Promise<readonly StoredComment[]> {
  const rows = await read.query<{ leaf: Buffer }>(
    `select leaf from countersign.entry
      where environment_id = $1 and stream_id = $2 and position('comment.added'::bytea in leaf) > 0
      order by version`,
    [environment, request],
  );
  return rows.flatMap(({ leaf }) => {
    const { now, events }: { now: string; events: readonly RequestEvent[] } = JSON.parse(
      leaf.toString('utf8'),
    );
    return events.flatMap((e) => (e.type === 'comment.added' ? [{ ...e.comment, at: now }] : []));
  });
}

export type ListedRequest = StoredRequest & { readonly position: number };

/** One more than `limit`, so that the caller knows whether there is another page. */
export async function listRequests(
  read: Reading,
  environment: string,
  filters: QueryOf<'listApprovalRequests'>,
  definitions: readonly string[] | null,
  viewer: Viewer,
  after: number | null,
): Promise<readonly ListedRequest[]> {
  const values: unknown[] = [environment];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const descending = filters.order.startsWith('-');
  const search = await searchPlan(read, environment, words(filters.q));
  const position = filters.order.endsWith('created') ? 'r.created_seq' : 's.updated_seq';
  const where = [
    'r.environment_id = $1',
    ...(filters.definition === undefined ? [] : [`r.definition = ${bind(filters.definition)}`]),
    ...(definitions === null ? [] : [`r.definition = any(${bind(definitions)})`]),
    knownTo('r', viewer, bind),
    ...(filters.status === undefined ? [] : [oneOf('r.status', filters.status, bind)]),
    ...(filters.outcome === undefined ? [] : [`r.outcome = any(${bind(filters.outcome)})`]),
    ...(filters.requester === undefined ? [] : [`r.requester = ${bind(filters.requester)}`]),
    ...(filters.externalReference === undefined
      ? []
      : [`r.external_reference = ${bind(filters.externalReference)}`]),
    ...(filters.createdAfter === undefined ? [] : [`r.created_at >= ${bind(filters.createdAfter)}`]),
    ...(filters.createdBefore === undefined ? [] : [`r.created_at < ${bind(filters.createdBefore)}`]),
    ...(filters.assignee === undefined
      ? []
      : [
          `exists (select from countersign.assignment a where a.environment_id = $1 and a.stream_id = r.stream_id
             and a.person = ${bind(filters.assignee)} and a.status = 'open')`,
        ]),
    ...search.having.map((word) => hasWord('r.stream_id', word, bind)),
    ...(after === null ? [] : [`${position} ${descending ? '<' : '>'} ${bind(after)}`]),
  ];
  const requests =
    search.among === null
      ? 'countersign.request r'
      : `unnest(${bind(search.among)}::text[]) as found(id)
       cross join lateral (select * from countersign.request x
                            where x.environment_id = $1 and x.stream_id = found.id offset 0) r`;
  return read.query<ListedRequest>(
    `select s.state, s.version, r.created_seq as "createdSeq", ${position} as position
       from ${requests}
       join countersign.stream s on s.environment_id = r.environment_id and s.stream_id = r.stream_id
      where ${where.join('\n        and ')}
      order by ${position} ${descending ? 'desc' : 'asc'}
      limit ${bind(filters.limit + 1)}`,
    values,
  );
}

export type ListedAssignment = {
  readonly n: number;
  readonly openedAt: Date;
  readonly openedSeq: number;
  readonly state: RequestState;
};

/** Assignments by the filters of the contract. `persons`: whose places; null: everybody's. */
export async function listAssignments(
  read: Reading,
  environment: string,
  filters: QueryOf<'listAssignments'>,
  persons: readonly string[] | null,
  definitions: readonly string[] | null,
  viewer: Viewer,
  after: { readonly seq: number; readonly n: number } | null,
): Promise<readonly ListedAssignment[]> {
  const values: unknown[] = [environment];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const status = filters.status ?? ['open'];
  // A literal for the usual case, so that the partial index on open places is used.
  const ofStatus =
    status.length === 1 && status[0] === 'open' ? `a.status = 'open'` : `a.status = any(${bind(status)})`;
  const where = [
    'a.environment_id = $1',
    ofStatus,
    ...(persons === null ? [] : [`a.person = any(${bind(persons)})`]),
    ...(filters.group === undefined ? [] : [`a.via_group = ${bind(filters.group)}`]),
    ...(filters.role === undefined ? [] : [`a.via_role = ${bind(filters.role)}`]),
    ...(filters.step === undefined ? [] : [`a.step = ${bind(filters.step)}`]),
    ...(filters.dueBefore === undefined ? [] : [`a.due_at < ${bind(filters.dueBefore)}`]),
    ...(definitions === null ? [] : [`s.state->>'definition' = any(${bind(definitions)})`]),
    knownTo('a', viewer, bind),
    ...(after === null
      ? []
      : [`(a.opened_seq, a.n) > (${bind(after.seq)}::bigint, ${bind(after.n)}::bigint)`]),
  ];
  // Of one request, by the request: without statistics, all that the person has open was read for it.
  const assignments =
    filters.request === undefined
      ? 'countersign.assignment a'
      : `(select * from countersign.assignment x
               where x.environment_id = $1 and x.stream_id = ${bind(filters.request)} offset 0) a`;
  return read.query<ListedAssignment>(
    `select a.n, a.opened_at as "openedAt", a.opened_seq as "openedSeq", s.state
       from ${assignments}
       join countersign.stream s on s.environment_id = a.environment_id and s.stream_id = a.stream_id
      where ${where.join('\n        and ')}
      order by a.opened_seq, a.n
      limit ${bind(filters.limit + 1)}`,
    values,
  );
}
