import { expect, test } from 'vitest';
import {
  digestOf,
  logOf,
  newEnvironment,
  newStream,
  proposal,
  refusal,
  testProcess,
} from '../engine/testing/process.ts';
import { answer, commitWorld, waitForLock } from './commit.test-kit.ts';
import { CommitterClosed, Overloaded } from './commit-errors.ts';
import type { Proposal } from './commit-proposal.ts';

const { database, one, owner, submit, call } = await commitWorld();

test('ENGINE 3: one member of a stream in a batch; the second is told to decide again', async () => {
  const environment = await newEnvironment(one.pool);
  const batch = [
    proposal(environment, 'req_1', 0),
    proposal(environment, 'req_1', 0),
    refusal(proposal(environment, 'req_1', 0)),
  ];
  expect((await call(batch)).map((v) => v.reason)).toEqual([null, 'version', 'version']);
  const both = await Promise.all([
    submit(proposal(environment, 'req_2', 0)),
    submit(proposal(environment, 'req_2', 1)),
  ]);
  expect(both.map((v) => v.outcome)).toEqual(['committed', 'committed']);
});

const poisons: readonly (readonly [string, (environment: string) => Proposal])[] = [
  ['a state that is no JSON', (e) => proposal(e, newStream(), 0, { entry: { state: '{"a":' } })],
  ['NUL in a text', (e) => proposal(e, 'req_\0', 0)],
  ['a number out of range', (e) => proposal(e, newStream(), 2 ** 40)],
  ['a wrong leaf hash', (e) => proposal(e, newStream(), 0, { entry: { leafHash: Buffer.alloc(32) } })],
  [
    'an unknown table',
    (e) => proposal(e, newStream(), 0, { entry: { projection: { writes: JSON.parse('{"pg_class":[]}') } } }),
  ],
  ['a time that is none', (e) => proposal(e, newStream(), 0, { entry: { at: 'tomorrow-ish' } })],
  ['a key too long for its index', (e) => proposal(e, `req_${digits(20_000)}`, 0)],
];
/** Incompressible enough that an index row cannot hold it. */
const digits = (length: number) =>
  Array.from({ length: length / 32 }, (_, i) =>
    Buffer.from(digestOf(String(i)))
      .toString('hex')
      .slice(0, 32),
  ).join('');

test.each(poisons)('ENGINE 3: %s in any place of a batch fails alone', async (_, poison) => {
  const environment = await newEnvironment(one.pool);
  for (const place of [0, 1, 2, 3, 4]) {
    const batch = Array.from({ length: 4 }, () => proposal(environment, newStream(), 0));
    const all = [...batch.slice(0, place), poison(environment), ...batch.slice(place)];
    const settled = await Promise.allSettled(all.map(submit));
    const fates = settled.map((s) =>
      s.status === 'fulfilled' ? s.value.outcome : s.reason.constructor.name,
    );
    expect(fates).toEqual([
      ...Array(place).fill('committed'),
      'CommitRefused',
      ...Array(4 - place).fill('committed'),
    ]);
  }
  expect(await logOf(one.reader, environment)).toHaveLength(20);
});

test('ENGINE 3: a deadlock with a stranger is sent again', async () => {
  const environment = await newEnvironment(one.pool);
  // Whoever's timeout ends first is the victim: the committer, with time enough for us to close the circle.
  await owner.query("alter role countersign_app set deadlock_timeout = '4s'");
  const seen: string[] = [];
  const fresh = testProcess(database.url, { onEvent: ({ event }) => seen.push(event) });
  try {
    await fresh.commits.submit(proposal(environment, 'req_1', 0), [environment]);
    await owner.query("begin; set local deadlock_timeout = '60s'");
    await owner.query('select 1 from countersign.stream where environment_id = $1 for update', [environment]);
    const waiting = fresh.commits.submit(proposal(environment, 'req_1', 1), [environment]);
    await waitForLock(owner);
    await owner.query('select 1 from countersign.head where environment_id = $1 for update', [environment]);
    await owner.query('commit');
    expect(await waiting).toMatchObject({ outcome: 'committed', seq: 2 });
    expect(seen).toContain('retried');
  } finally {
    await owner.query('alter role countersign_app reset deadlock_timeout');
    await fresh.stop();
  }
});

test('ENGINE 5: a command that stands in the log already counts as committed where it stands, if it is the same leaf', async () => {
  const environment = await newEnvironment(one.pool);
  const batch = [
    proposal(environment, 'req_1', 0, { idempotency: answer('k') }),
    proposal(environment, 'req_2', 0),
  ];
  await call(batch);
  expect(await call(batch)).toEqual([
    { seq: 1, reason: 'replayed' },
    { seq: 2, reason: 'replayed' },
  ]);
  const other = proposal(environment, 'req_3', 0, { entry: { command: batch[0]?.entry?.command ?? '' } });
  expect(await call([other])).toEqual([{ seq: null, reason: 'command' }]);
  expect(await logOf(one.reader, environment)).toHaveLength(2);
});

test('ENGINE 5: the function finds an idempotency key that was used, for the same request and for another', async () => {
  const environment = await newEnvironment(one.pool);
  await submit(proposal(environment, 'req_1', 0, { idempotency: answer('k') }));
  const again = await submit(proposal(environment, 'req_2', 0, { idempotency: answer('k') }));
  expect(again).toMatchObject({ outcome: 'answered', sameRequest: true });
  const other = await submit(proposal(environment, 'req_2', 0, { idempotency: answer('k', 'another') }));
  expect(other).toMatchObject({ outcome: 'answered', sameRequest: false });
  const elsewhere = await submit(
    proposal(environment, 'req_2', 0, { idempotency: { ...answer('k'), principal: 'svc_b' } }),
  );
  expect(elsewhere).toMatchObject({ outcome: 'committed' });
});

test('ENGINE 5: two members with one key in a batch: one is written, the other decides again', async () => {
  const environment = await newEnvironment(one.pool);
  const batch = [1, 2].map((n) => proposal(environment, `req_${n}`, 0, { idempotency: answer('k') }));
  expect((await call(batch)).map((v) => v.reason)).toEqual([null, 'batch']);
});

test('ENGINE 5: a refusal stores its answer, takes no seq, and must have been decided on what still stands', async () => {
  const environment = await newEnvironment(one.pool);
  await submit(proposal(environment, 'req_1', 0));
  const stale = refusal(proposal(environment, 'req_1', 0, { idempotency: answer('k') }));
  expect(await submit(stale)).toMatchObject({ outcome: 'conflict', reason: 'version' });
  expect(await submit({ ...stale, version: 1 })).toMatchObject({ outcome: 'refused' });
  expect(await submit({ ...stale, version: 1 })).toMatchObject({ outcome: 'answered', sameRequest: true });
  expect(await logOf(one.reader, environment)).toHaveLength(1);
});

test('ENGINE 22: a full queue is told at once, and one environment cannot fill it', async () => {
  const [a, b] = [await newEnvironment(one.pool), await newEnvironment(one.pool)];
  const small = testProcess(database.url, { maxWaiting: 10, maxWaitingOfOne: 4 });
  const settled = await Promise.allSettled(
    [a, a, a, a, a, a, b].map((e) => small.commits.submit(proposal(e, newStream(), 0), [e])),
  );
  expect(settled.map((s) => s.status === 'rejected' && s.reason instanceof Overloaded)).toEqual([
    false,
    false,
    false,
    false,
    true,
    true,
    false,
  ]);
  await small.stop();
  await expect(small.commits.submit(proposal(a, newStream(), 0), [a])).rejects.toThrow(CommitterClosed);
});
