import { expect, test } from 'vitest';
import { logOf, newEnvironment, newStream, proposal, testProcess } from '../engine/testing/process.ts';
import { answer, commitWorld, waitForLock } from './commit.test-kit.ts';
import { commitCall } from './commit-call.ts';
import { CommitRefused } from './commit-errors.ts';
import type { SliceWrites } from './commit-proposal.ts';

const { database, events, one, owner, submit, call } = await commitWorld();

test('ENGINE 1: one call commits members of several environments, each with its own dense seq', async () => {
  const [a, b] = [await newEnvironment(one.pool), await newEnvironment(one.pool)];
  const batch = [
    proposal(a, 'req_1', 0),
    proposal(b, 'req_1', 0),
    proposal(a, 'req_2', 0),
    proposal(b, 'req_2', 7),
  ];
  expect(await call(batch)).toEqual([
    { seq: 1, reason: null },
    { seq: 1, reason: null },
    { seq: 2, reason: null },
    { seq: null, reason: 'version' },
  ]);
  expect(await logOf(one.reader, a)).toEqual(['req_1/1', 'req_2/1']);
  expect(await logOf(one.reader, b)).toEqual(['req_1/1']);
});

test('ENGINE 1: what arrives together is written together', async () => {
  const environment = await newEnvironment(one.pool);
  events.length = 0;
  await Promise.all(Array.from({ length: 100 }, () => submit(proposal(environment, newStream(), 0))));
  expect(events.length).toBeLessThan(5);
  expect(await logOf(one.reader, environment)).toHaveLength(100);
});

test('ENGINE 2: an entry is written with its state, request, assignments, timers, keys, answer and sealed values', async () => {
  const environment = await newEnvironment(one.pool);
  const stream = newStream();
  const row = {
    definition: 'travel',
    definitionDigest: 'd',
    status: 'in_review',
    outcome: null,
    requester: 'usr_1',
    submitter: 'svc_a',
    externalReference: 'PO-1',
    dueAt: null,
  };
  const open = {
    n: 1,
    step: 'legal',
    person: 'usr_2',
    status: 'open',
    group: 'legal',
    role: null,
    dueAt: null,
  };
  const bytes = Buffer.from('x');
  await submit(
    proposal(environment, stream, 0, {
      idempotency: answer('k'),
      entry: {
        state: '{"n":1}',
        projection: {
          request: row,
          assignments: [open, { ...open, n: 2 }],
          timers: [{ key: 'due', due: '2026-02-01T00:00:00.000Z' }],
          businessKeys: [{ kind: 'reference', key: 'travel PO-1', release: false }],
          sealed: [
            {
              item: 'itm_1',
              owner: 'usr_1',
              nonce: bytes,
              ciphertext: bytes,
              wrappedKey: bytes,
              context: 'c',
            },
          ],
          writes: { document: [{ document: 'doc_1' }] },
        },
      },
    }),
  );
  await submit(
    proposal(environment, stream, 1, {
      entry: {
        state: '{"n":2}',
        projection: {
          request: { ...row, status: 'closed', outcome: 'approved' },
          assignments: [{ ...open, status: 'decided' }],
          timers: [{ key: 'due', due: null }],
          businessKeys: [{ kind: 'reference', key: 'travel PO-1', release: true }],
        },
      },
    }),
  );
  const read = async (sql: string) => (await one.reader.readAs(environment).query(sql))[0];
  expect(await read('select version, state, updated_seq from countersign.stream')).toEqual({
    version: 2,
    state: { n: 2 },
    updated_seq: 2,
  });
  expect(
    await read('select status, outcome, created_seq, external_reference from countersign.request'),
  ).toEqual({
    status: 'closed',
    outcome: 'approved',
    created_seq: 1,
    external_reference: 'PO-1',
  });
  expect(
    await read('select array_agg(status order by n) as s, min(opened_seq) as o from countersign.assignment'),
  ).toEqual({ s: ['decided', 'open'], o: 1 });
  expect(await read('select count(*) as n from countersign.timer')).toEqual({ n: 0 });
  expect(await read('select count(*) as n from countersign.business_key')).toEqual({ n: 0 });
  expect(await read('select owner, stream_id from countersign.sealed_value')).toEqual({
    owner: 'usr_1',
    stream_id: stream,
  });
  expect(await read('select created_seq from countersign.document')).toEqual({ created_seq: 1 });
  // Byte for byte: jsonb would have sorted the keys.
  expect(await read('select answer, seq from countersign.idempotency')).toEqual({
    answer: '{"b":1,"a":2}',
    seq: 1,
  });
});

test('ENGINE 2: a change of authority bites what comes after it in the same batch, and what read an older revision', async () => {
  const environment = await newEnvironment(one.pool);
  const change = (version: number) =>
    proposal(environment, 'directory', version, { kind: 'directory', entry: { changesAuthority: true } });
  const batch = [
    proposal(environment, 'req_1', 0, { directory: 0 }),
    change(0),
    proposal(environment, 'req_2', 0, { directory: 0 }),
    proposal(environment, 'req_3', 0, { directory: null }),
  ];
  expect(await call(batch)).toEqual([
    { seq: 1, reason: null },
    { seq: 2, reason: null },
    { seq: null, reason: 'authority' },
    { seq: 3, reason: null },
  ]);
  expect(await submit(proposal(environment, 'req_2', 0, { directory: 0 }))).toEqual({
    outcome: 'conflict',
    reason: 'authority',
    revisions: { directory: 2, clock: 0 },
  });
  expect(await submit(proposal(environment, 'req_2', 0, { directory: 2 }))).toMatchObject({ seq: 4 });
});

test('ENGINE 2: a change of authority that does not say so is refused', async () => {
  const environment = await newEnvironment(one.pool);
  await expect(submit(proposal(environment, 'directory', 0, { kind: 'directory' }))).rejects.toThrow(
    CommitRefused,
  );
  const unsaid: SliceWrites[] = [
    { person: [{ person: 'usr_1', active: true, manager: null }] },
    { api_key_revoked: [{ api_key: 'key_1' }] },
    { service_account_disabled: [{ service: 'svc_1' }] },
  ];
  for (const writes of unsaid)
    await expect(
      submit(proposal(environment, 'req_1', 0, { entry: { projection: { writes } } })),
    ).rejects.toThrow(/without a change of authority/);
  expect(await logOf(one.reader, environment)).toEqual([]);
});

test('ENGINE 2: a moved clock bites what decided by the older time', async () => {
  const environment = await newEnvironment(one.pool);
  const writes = { clock: [{ mode: 'frozen', at: '2026-03-01T00:00:00.000Z', offset_ms: null }] } as const;
  const move = proposal(environment, environment, 0, {
    kind: 'environment',
    entry: { movesClock: true, projection: { writes } },
  });
  expect(await call([move, proposal(environment, 'req_1', 0, { clock: 0 })])).toEqual([
    { seq: 1, reason: null },
    { seq: null, reason: 'clock' },
  ]);
  expect(await submit(proposal(environment, 'req_1', 0, { clock: 1 }))).toMatchObject({ seq: 2 });
});

test('ENGINE 2: a check sees what was committed while it waited for the head', async () => {
  const environment = await newEnvironment(one.pool);
  const revoke = commitCall(
    [environment],
    [proposal(environment, 'directory', 0, { kind: 'directory', entry: { changesAuthority: true } })],
  );
  await owner.query('begin');
  await owner.query(revoke.text, [...revoke.values]);
  const decision = submit(proposal(environment, 'req_1', 0, { directory: 0 }));
  await waitForLock(owner);
  await owner.query('commit');
  expect(await decision).toMatchObject({ outcome: 'conflict', reason: 'authority' });
});

test('ENGINE 2: it refuses an isolation level whose snapshot is older than its lock', async () => {
  const environment = await newEnvironment(one.pool);
  const { text, values } = commitCall([environment], [proposal(environment, 'req_1', 0)]);
  await owner.query('begin isolation level repeatable read');
  await expect(owner.query(text, [...values])).rejects.toThrow(/read committed/);
  await owner.query('rollback');
});

test('ENGINE 2: a business key is held by one stream, also among members of a batch', async () => {
  const environment = await newEnvironment(one.pool);
  const claim = (stream: string, version: number, release = false) =>
    proposal(environment, stream, version, {
      entry: { projection: { businessKeys: [{ kind: 'reference', key: 'PO-1', release }] } },
    });
  expect(await call([claim('req_1', 0), claim('req_2', 0)])).toEqual([
    { seq: 1, reason: null },
    { seq: null, reason: 'batch' },
  ]);
  expect(await submit(claim('req_2', 0))).toMatchObject({ outcome: 'business-key-taken', holder: 'req_1' });
  expect(await submit(claim('req_1', 1))).toMatchObject({ outcome: 'committed' });
  await submit(claim('req_1', 2, true));
  expect(await submit(claim('req_2', 0))).toMatchObject({ outcome: 'committed' });
  // Not its holder any more: releases nothing.
  await submit(claim('req_1', 3, true));
  expect(await submit(claim('req_3', 0))).toMatchObject({ outcome: 'business-key-taken', holder: 'req_2' });
});

test('ENGINE 9: the log is append-only, for its owner too', async () => {
  const environment = await newEnvironment(one.pool);
  await submit(proposal(environment, 'req_1', 0));
  await owner.query('set role countersign_owner');
  await expect(owner.query('delete from countersign.entry')).rejects.toThrow(/append-only/);
  await expect(owner.query("update countersign.entry set leaf = ''")).rejects.toThrow(/append-only/);
  await expect(owner.query('truncate countersign.entry')).rejects.toThrow(/append-only/);
  await owner.query('reset role');
});

test('ENGINE 11: nothing cancels a committing backend: its connection has no time limit', async () => {
  const environment = await newEnvironment(one.pool);
  await owner.query("alter role countersign_app set statement_timeout = '200ms'");
  const fresh = testProcess(database.url);
  try {
    await owner.query('begin');
    await owner.query('select 1 from countersign.head where environment_id = $1 for update', [environment]);
    const waiting = fresh.commits.submit(proposal(environment, 'req_1', 0), [environment]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await owner.query('commit');
    expect(await waiting).toMatchObject({ outcome: 'committed' });
  } finally {
    await owner.query('alter role countersign_app reset statement_timeout');
    await fresh.stop();
  }
});

test('ENGINE 11: a session that turned synchronous commit off is overruled', async () => {
  const environment = await newEnvironment(one.pool);
  const { text, values } = commitCall([environment], [proposal(environment, 'req_1', 0)]);
  await owner.query('begin; set local synchronous_commit = off');
  await owner.query(text, [...values]);
  expect((await owner.query('show synchronous_commit')).rows).toEqual([{ synchronous_commit: 'on' }]);
  await owner.query('rollback');
});
