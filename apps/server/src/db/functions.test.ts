import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../../../test/harness/index.ts';
import { digestOf, newEnvironment, proposal, testProcess } from '../engine/testing/process.ts';
import type { SliceWrites } from './commit-proposal.ts';

const database = await testDatabase();
const one = testProcess(database.url);
afterAll(() => one.stop());

test('ENGINE 18: timers are due by their own environment’s clock', async () => {
  const frozen = await newEnvironment(one.pool, { frozenAt: '2020-01-01T00:00:00.000Z' });
  const wall = await newEnvironment(one.pool);
  for (const environment of [frozen, wall]) {
    const timers = [
      { key: 'early', due: '2019-01-01T00:00:00.000Z' },
      { key: 'late', due: '2021-01-01T00:00:00.000Z' },
    ];
    await one.commits.submit(proposal(environment, 'req_1', 0, { entry: { projection: { timers } } }), [
      environment,
    ]);
  }
  const due = await one.pool.query(
    'select environment_id as e, key from countersign.due_timers(10) order by e, key',
  );
  const expected = [frozen, wall]
    .sort()
    .flatMap((e) => (e === frozen ? [{ e, key: 'early' }] : ['early', 'late'].map((key) => ({ e, key }))));
  expect(due.rows).toEqual(expected);
});

test('ENGINE 14: erasing an owner takes the sealed values and the address index, and nobody else’s', async () => {
  const environment = await newEnvironment(one.pool);
  const bytes = Buffer.from('x');
  const sealed = ['usr_1', 'usr_2'].map((owner) => ({
    item: `itm_${owner}`,
    owner,
    nonce: bytes,
    ciphertext: bytes,
    wrappedKey: bytes,
    context: 'c',
  }));
  const writes: SliceWrites = {
    person: ['usr_1', 'usr_2'].map((person) => ({ person, active: true, manager: null, email_index: 'aa' })),
  };
  await one.commits.submit(
    proposal(environment, 'directory', 0, {
      kind: 'directory',
      entry: { changesAuthority: true, projection: { sealed, writes } },
    }),
    [environment],
  );
  const read = one.reader.readAs(environment);
  await read.query("select countersign.erase_owner($1, 'usr_1')", [environment]);
  expect(await read.query('select owner from countersign.sealed_value')).toEqual([{ owner: 'usr_2' }]);
  expect(await read.query('select person from countersign.person where email_index is not null')).toEqual([
    { person: 'usr_2' },
  ]);
});

test('ENGINE 5: an idempotency key is kept for seven days, whatever the caller asks', async () => {
  const environment = await newEnvironment(one.pool);
  const idempotency = { principal: 'svc_a', key: 'k', digest: digestOf(''), status: 200, answer: '{}' };
  await one.commits.submit(proposal(environment, 'req_1', 0, { idempotency }), [environment]);
  const gone = await one.pool.query(
    "select countersign.expire_idempotency(now() + interval '1 year', 100) as n",
  );
  expect(gone.rows).toEqual([{ n: 0 }]);
});

test('a key is found by its token’s hash until it is revoked or its account disabled', async () => {
  const environment = await newEnvironment(one.pool);
  const hash = Buffer.from(digestOf(environment));
  const find = async () =>
    (await one.pool.query('select environment_id, service, scopes from countersign.find_api_key($1)', [hash]))
      .rows;
  const write = (version: number, writes: SliceWrites) =>
    one.commits.submit(
      proposal(environment, 'access', version, {
        kind: 'access',
        entry: { changesAuthority: true, projection: { writes } },
      }),
      [environment],
    );
  const key = {
    api_key: 'key_1',
    service: 'svc_1',
    token_hash: hash.toString('hex'),
    scopes: ['requests:read'],
    environments: null,
    object_types: null,
    expires_at: null,
  };
  expect(await find()).toEqual([]);
  await write(0, { service_account: [{ service: 'svc_1', name: 'erp' }], api_key: [key] });
  expect(await find()).toEqual([
    { environment_id: environment, service: 'svc_1', scopes: ['requests:read'] },
  ]);
  await write(1, { api_key_revoked: [{ api_key: 'key_1' }] });
  expect(await find()).toEqual([]);
});

test('ENGINE 12: a reader is told where it has something to read, and never goes back', async () => {
  const environment = await newEnvironment(one.pool);
  for (const version of [0, 1])
    await one.commits.submit(proposal(environment, 'req_1', version), [environment]);
  const unread = async () =>
    (
      await one.pool.query(
        "select seq, position from countersign.unread('hooks') where environment_id = $1",
        [environment],
      )
    ).rows;
  expect(await unread()).toEqual([{ seq: 2, position: 0 }]);
  const read = one.reader.readAs(environment);
  await read.query("select countersign.advance_reader($1, 'hooks', 2)", [environment]);
  await read.query("select countersign.advance_reader($1, 'hooks', 1)", [environment]);
  expect(await unread()).toEqual([]);
});

test('ENGINE 21: a production clock cannot be moved, not even by a wrong command', async () => {
  const environment = await newEnvironment(one.pool, { kind: 'production' });
  const writes: SliceWrites = {
    clock: [{ mode: 'frozen', at: '2030-01-01T00:00:00.000Z', offset_ms: null }],
  };
  const move = proposal(environment, environment, 0, {
    kind: 'environment',
    entry: { movesClock: true, projection: { writes } },
  });
  await expect(one.commits.submit(move, [environment])).rejects.toThrow(/check constraint/);
});

test('the words of a request are replaced: those of before find it no longer', async () => {
  const environment = await newEnvironment(one.pool);
  const read = one.reader.readAs(environment);
  const index = (streams: string[], owners: number[], words: string[]) =>
    read.query('select countersign.index_words($1, $2, $3, $4)', [environment, streams, owners, words]);
  const found = async () => {
    const rows = await read.query<{ token: string; stream_id: string }>(
      'select token, stream_id from countersign.search_token order by stream_id, token',
    );
    return rows.map((row) => `${row.stream_id} ${row.token}`);
  };
  await index(['req_1', 'req_2'], [1, 1, 2, 2], ['kept', 'old', 'kept', 'other']);
  await index(['req_1', 'req_2'], [1, 1], ['kept', 'new']);
  expect(await found()).toEqual(['req_1 kept', 'req_1 new']);
  await index(['req_2'], [1], ['kept']);
  expect(await found()).toEqual(['req_1 kept', 'req_1 new', 'req_2 kept']);
  const texts = await read.query<{ tokens: string[] }>(
    "select tokens from countersign.search_text where stream_id = 'req_1'",
  );
  expect(texts[0]?.tokens.toSorted()).toEqual(['kept', 'new']);
});
