import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { testServer } from '../../../../../test/support/server.ts';
import { company, file } from '../requests/requests.testkit.ts';

const server = await testServer();
const { api } = server;
const owner = new pg.Client({ connectionString: server.database.ownerUrl });
await owner.connect();
afterAll(() => owner.end());
await company(api);

const setAside = (reader: string, seq: number) =>
  owner.query('insert into countersign.poison (environment_id, reader, seq, error) values ($1, $2, $3, $4)', [
    server.environment,
    reader,
    seq,
    'TypeError: not today',
  ]);
const head = async () => (await api.ok('getEnvironment')).body.head;
const listed = async () => (await api.ok('listSetAsideEntries')).body.items;
const readiness = async () => (await api.ok('getReadiness')).body.checks;
const again = (reader: string, seq: number) => ({ params: { seq }, body: { reader } });

test('what a reader has set aside is listed page by page, and told of in /readyz, which stays ready', async () => {
  const { id } = await file(api);
  const seq = await head();
  await setAside('search', seq);
  await setAside('recheck', seq);
  const first = await api.ok('listSetAsideEntries', { query: { limit: 1 } });
  expect(first.body.items).toEqual([{ reader: 'recheck', seq, stream: id, error: 'TypeError: not today' }]);
  const cursor = first.body.nextCursor ?? '';
  const second = await api.ok('listSetAsideEntries', { query: { limit: 1, cursor } });
  expect(second.body).toMatchObject({ items: [{ reader: 'search', seq }], nextCursor: null });
  expect(await readiness()).toContainEqual({
    name: 'log-readers',
    ok: true,
    detail: 'set aside: 1 by recheck, 1 by search',
  });
  for (const { reader } of await listed()) await api.ok('handleSetAsideEntry', again(reader, seq));
  expect(await listed()).toEqual([]);
  expect(await readiness()).toContainEqual({ name: 'log-readers', ok: true, detail: null });
});

test('an entry that is handled again has its effect, and the log says that somebody saw to it', async () => {
  const { id } = await file(api, '500.00', { purpose: 'unmistakable' });
  const found = async () =>
    (await api.ok('listApprovalRequests', { query: { q: 'unmistakable' } })).body.items.map((one) => one.id);
  await expect.poll(found).toEqual([id]);
  const { rows } = await owner.query<{ seq: string }>(
    'select updated_seq as seq from countersign.stream where stream_id = $1',
    [id],
  );
  for (const table of ['search_token', 'search_text'])
    await owner.query(`delete from countersign.${table} where stream_id = $1`, [id]);
  const seq = Number(rows[0]?.seq);
  await setAside('search', seq);
  const call = { ...again('search', seq), idempotencyKey: 'once' };
  const { body, seq: entry } = await api.ok('handleSetAsideEntry', call);
  expect(body).toMatchObject({ reader: 'search', seq });
  expect(await found()).toEqual([id]);
  const events = (await api.ok('listEvents', { query: { after: entry - 1, limit: 1 } })).body.items;
  expect(events[0]?.event).toMatchObject({ type: 'set-aside-entry.handled', reader: 'search', seq });
  const repeated = await api.ok('handleSetAsideEntry', call);
  expect(repeated.headers['idempotency-replayed']).toBe('true');
  await api.refused('handleSetAsideEntry', 'not-found', again('search', seq));
});

test('one that still cannot be handled stays set aside, and the answer says why', async () => {
  const { id } = await file(api);
  // It bears on the request, and nothing follows from it.
  const { seq } = await api.ok('changeDirectory', {
    body: { changes: [{ change: 'person', userName: 'req', manager: 'bob' }] },
  });
  const rechecked = async () => {
    const { rows } = await owner.query<{ seq: string }>(
      "select seq from countersign.reader_position where environment_id = $1 and reader = 'recheck'",
      [server.environment],
    );
    return Number(rows[0]?.seq);
  };
  await expect.poll(rechecked).toBeGreaterThanOrEqual(seq);
  await owner.query(
    `update countersign.stream set state = jsonb_set(state::jsonb, '{definitionDigest}', '"gone"') where stream_id = $1`,
    [id],
  );
  await setAside('recheck', seq);
  const before = await head();
  const { problem } = await api.refused('handleSetAsideEntry', 'still-failing', again('recheck', seq));
  expect(problem.detail).toMatch(/the definition gone of .* is gone/);
  expect([await head(), (await listed()).map((one) => one.seq)]).toEqual([before, [seq]]);
});

test('a reader that nobody knows, or that set nothing aside, has nothing to handle', async () => {
  await api.refused('handleSetAsideEntry', 'not-found', again('nobody', 1));
  await api.refused('handleSetAsideEntry', 'not-found', again('search', 1));
});
