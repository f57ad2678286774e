import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { company, eur, placeOf } from '../../apps/server/src/modules/requests/requests.testkit.ts';
import { testServer } from '../support/server.ts';
import { multiply } from './multiply.ts';

// What the server asks of a database that holds years of work: by index, and no more rows than the answer needs. Taken
// from PostgreSQL's own counters, so that no statement can be forgotten.
const REQUESTS = 5_000;
const LARGE = [
  'assignment',
  'entry',
  'idempotency',
  'request',
  'search_text',
  'search_token',
  'stream',
  'tile',
] as const;

const server = await testServer();
const { api } = server;
const owner = new pg.Client({ connectionString: server.database.ownerUrl });
await owner.connect();
afterAll(() => owner.end());
const { ann = '', bob = '', req = '' } = await company(api);

const create = async (reference: string, amount = '500.00') =>
  (
    await api.ok('createApprovalRequest', {
      body: {
        definition: 'spending',
        requester: 'req',
        externalReference: reference,
        fields: { amount: eur(amount), purpose: 'Paper and pens' },
      },
    })
  ).body;

const approve = async (request: { readonly id: string; readonly revision: { readonly digest: string } }) =>
  api.ok('decideAssignment', {
    params: { assignment: await placeOf(api, request.id, ann) },
    actFor: ann,
    body: { decision: 'approve', revision: request.revision.digest },
  });

beforeAll(async () => {
  const open = await create('PATTERN-1');
  const closed = await create('PATTERN-2');
  await approve(closed);
  await vi.waitFor(async () => {
    const { body } = await api.ok('listApprovalRequests', { query: { q: 'pattern' } });
    expect(body.items).toHaveLength(2);
  });
  await multiply(
    server.database.ownerUrl,
    {
      environment: server.environment,
      open: open.id,
      closed: closed.id,
      person: ann,
      people: [ann, bob],
    },
    REQUESTS,
  );
  // The tree is built now, and not while something else is counted.
  await api.ok('getCheckpoint');
}, 120_000);

type Counters = { readonly [table: string]: { readonly scans: number; readonly fetched: number } };

async function counters(): Promise<Counters> {
  // A session tells what it has counted with the first statement that comes a second after it told last, or after ten:
  // so each of the pool gets one.
  await new Promise((done) => setTimeout(done, 1_100));
  await Promise.all(Array.from({ length: 40 }, () => api.ok('getEnvironment')));
  await owner.query('select pg_stat_clear_snapshot()');
  const { rows } = await owner.query<{ name: string; scans: string; fetched: string }>(
    `select relname as name, seq_scan as scans, coalesce(idx_tup_fetch, 0) + seq_tup_read as fetched
       from pg_stat_user_tables where schemaname = 'countersign'`,
  );
  return Object.fromEntries(
    rows.map((row) => [row.name, { scans: Number(row.scans), fetched: Number(row.fetched) }]),
  );
}

let last: Counters | null = null;

/** Rows that were fetched of each large table; none was read whole. */
async function fetchedBy(work: () => Promise<void>): Promise<{ readonly [table: string]: number }> {
  const before = last ?? (await counters());
  await work();
  const after = await counters();
  last = after;
  const of = (name: string, what: 'scans' | 'fetched') =>
    (after[name]?.[what] ?? 0) - (before[name]?.[what] ?? 0);
  expect(LARGE.filter((name) => of(name, 'scans') > 0)).toEqual([]);
  return Object.fromEntries(LARGE.map((name) => [name, of(name, 'fetched')]));
}

const beyond = (most: number, fetched: { readonly [table: string]: number }) =>
  Object.fromEntries(Object.entries(fetched).filter(([, rows]) => rows > most));

describe(`with ${REQUESTS} requests`, () => {
  // Never looked at by ANALYZE, the tables are taken for empty, and any index seems as good as another.
  describe.each(['without statistics', 'with statistics'])('%s', (kind) => {
    beforeAll(async () => {
      if (kind === 'with statistics') await owner.query('analyze');
    });

    test('an inbox, a request with its history and why, a proof and a checkpoint', async () => {
      const seq = (await api.ok('getEnvironment')).body.head;
      const fetched = await fetchedBy(async () => {
        const { body } = await api.ok('listAssignments', { query: { person: bob, limit: 20 } });
        const request = body.items[0]?.request ?? '';
        await api.ok('getApprovalRequest', { params: { request } });
        await api.ok('getHistory', { params: { request } });
        await api.ok('explainApprovalRequest', { params: { request } });
        await api.ok('getInclusionProof', { params: { seq: Math.floor(seq / 2) } });
        await api.ok('listEvents', { query: { after: seq - 20 } });
        await api.ok('getCheckpoint');
      });
      expect(beyond(300, fetched)).toEqual({});
    });

    test('commands, and what follows the log after them, read nothing of what is old', async () => {
      const fetched = await fetchedBy(async () => {
        for (let n = 0; n < 10; n += 1) {
          await approve(await create(`new-${n}`));
          // Apart, so that each is found by the readers of the log on its own.
          await new Promise((done) => setTimeout(done, 150));
        }
      });
      // 20 entries: each is read by four readers and by the checks of its commit; an inbox, to find the place in it.
      expect(beyond(1000, fetched)).toEqual({});
    });
  });

  test.for([
    ['newest first', {}, 200],
    ['oldest first', { order: 'created' as const }, 200],
    ['open ones', { status: 'in_review' }, 200],
    ['of one requester', { requester: req }, 200],
    ['of one definition', { definition: 'spending' }, 200],
    ['by reference', { externalReference: 'N4711-2' }, 50],
    ['by a word that one has', { q: 'n4711' }, 50],
    ['by a word that all have', { q: 'paper' }, 1_500],
    ['by both', { q: 'paper n4711' }, 1_500],
    ['by a word that nobody has', { q: 'xylophone' }, 50],
  ] as const)('requests, %s: no more is read than is shown', async ([, query, rows]) => {
    const fetched = await fetchedBy(async () => {
      await api.ok('listApprovalRequests', { query: { ...query, limit: 20 } });
    });
    expect(beyond(rows, fetched)).toEqual({});
  });
});
