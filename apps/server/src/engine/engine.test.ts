import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../../../test/harness/index.ts';
import { UnknownEnvironment } from './environments.ts';
import { refold } from './streams.ts';
import { type Ballot, ballotCommand, ballotFold, personCommand } from './testing/ballot.ts';
import { digestOf, logOf, newEnvironment, newStream, testProcess } from './testing/process.ts';

const database = await testDatabase();
const second = await testDatabase();
const third = await testDatabase();
const one = testProcess(database.url);
const two = testProcess(database.url);
afterAll(async () => {
  await one.stop();
  await two.stop();
});

const key = (name: string, request = name) => ({ principal: 'svc_a', key: name, digest: digestOf(request) });

async function ballotOf(people: readonly string[]) {
  const environment = await newEnvironment(one.pool);
  const stream = newStream();
  for (const person of people) await one.engine.execute(personCommand(environment, person, true));
  await one.engine.execute(ballotCommand(environment, stream, { type: 'open', note: 'n' }));
  return { environment, stream };
}

test('ENGINE 6: an entry holds the command, who asked, when, the directory revision, the facts used, and the events', async () => {
  const { environment, stream } = await ballotOf(['usr_1']);
  const done = await one.engine.execute(
    ballotCommand(environment, stream, { type: 'approve', person: 'usr_1' }),
  );
  if (done.outcome !== 'committed') throw new Error(done.outcome);
  const [row] = await one.reader
    .readAs(environment)
    .query<{ leaf: Buffer; leaf_hash: Buffer }>(
      'select leaf, leaf_hash from countersign.entry where seq = $1',
      [done.seq],
    );
  const leaf = JSON.parse(row?.leaf.toString() ?? '');
  expect(row?.leaf_hash.toString('hex')).toBe(done.leafHash);
  expect(leaf).toMatchObject({
    v: 1,
    engine: 1,
    environment,
    kind: 'request',
    stream,
    version: 2,
    command: { type: 'approve', actor: { kind: 'service', service: 'svc_test' }, data: { person: 'usr_1' } },
    directory: 1,
    events: [{ type: 'ballot.approved', person: 'usr_1' }],
  });
  expect(Object.keys(leaf.facts)).toEqual(['person:usr_1']);
  expect(leaf.previous).toMatch(/^[0-9a-f]{64}$/);
});

test('ENGINE 7: the state is the fold of the leaves, and a row of another schema is folded again', async () => {
  const { environment, stream } = await ballotOf(['usr_1']);
  await one.engine.execute(ballotCommand(environment, stream, { type: 'approve', person: 'usr_1' }));
  const stored = await one.engine.stream({ environment, stream, kind: 'request' }, ballotFold);
  expect(await refold(one.reader, environment, stream, 2, ballotFold)).toEqual(stored.state);
  const next = {
    schema: 2,
    evolve: (_: Ballot | null, event: { readonly type: string }) => ({
      approvals: [],
      open: true,
      note: event.type,
    }),
  };
  const loaded = await two.engine.stream({ environment, stream, kind: 'request' }, next);
  expect(loaded).toMatchObject({ version: 2, state: { note: 'ballot.approved' } });
});

test('ENGINE 5: a repeated command is answered from what was stored, in the same process and in another', async () => {
  const { environment, stream } = await ballotOf(['usr_1']);
  const command = ballotCommand(environment, stream, { type: 'approve', person: 'usr_1' }, key('k'));
  const first = await one.engine.execute(command);
  if (first.outcome !== 'committed') throw new Error(first.outcome);
  const { seq, leafHash, status, body } = first;
  // Decided afresh it would be refused as a repetition: the key's answer comes first.
  for (const process of [one, two]) {
    expect(await process.engine.execute(command)).toEqual({
      outcome: 'replayed',
      seq,
      leafHash,
      status,
      body,
    });
  }
  expect(await one.engine.answered(environment, key('k'))).toMatchObject({ outcome: 'replayed', seq });
  const other = ballotCommand(environment, stream, { type: 'close' }, key('k', 'another'));
  expect(await one.engine.execute(other)).toEqual({ outcome: 'key-reused' });
  expect(await logOf(one.reader, environment)).toHaveLength(3);
});

test('ENGINE 5: fifty deliveries of one command at once, over two processes, have one effect and one answer', async () => {
  const { environment } = await ballotOf([]);
  const results = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      (i % 2 === 0 ? one : two).engine.execute(
        ballotCommand(environment, newStream(), { type: 'open', note: 'n' }, key('same')),
      ),
    ),
  );
  const outcomes = results.map((result) => result.outcome);
  expect(outcomes.filter((outcome) => outcome === 'committed')).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === 'replayed')).toHaveLength(49);
  expect(
    new Set(results.map((r) => (r.outcome === 'committed' || r.outcome === 'replayed' ? r.leafHash : ''))),
  ).toHaveLength(1);
});

test('ENGINE 5: a deterministic refusal is stored and stays, though the state moves on; another is not stored', async () => {
  const { environment, stream } = await ballotOf([]);
  const approve = ballotCommand(environment, stream, { type: 'approve', person: 'usr_1' }, key('k'));
  const passing = {
    ...approve,
    idempotency: key('p'),
    refuse: () => ({ status: 429, body: '{}', store: false }),
  };
  expect(await one.engine.execute(approve)).toMatchObject({
    outcome: 'refused',
    refusal: { code: 'inactive' },
  });
  expect(await one.engine.execute(passing)).toMatchObject({ outcome: 'refused', status: 429 });
  await one.engine.execute(personCommand(environment, 'usr_1', true));
  expect(await one.engine.execute(approve)).toMatchObject({ outcome: 'replayed', status: 409, seq: null });
  expect(await one.engine.execute(passing)).toMatchObject({ outcome: 'committed' });
  // And a refusal that is not stored does not hide the answer.
  expect(await two.engine.execute(passing)).toMatchObject({ outcome: 'replayed', status: 200 });
});

test('ENGINE 2: of many streams that claim one business key, one gets it and the others are told, whichever process', async () => {
  const environment = await newEnvironment(one.pool);
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      (i % 2 === 0 ? one : two).engine.execute(
        ballotCommand(environment, newStream(), { type: 'open', note: 'n', reference: 'PO-1' }),
      ),
    ),
  );
  const fates = results.map((r) => (r.outcome === 'refused' ? r.refusal.code : r.outcome)).sort();
  expect(fates).toEqual(['committed', ...Array(19).fill('taken')]);
});

test('ENGINE 2: a refusal is not given from an old state: the other process has opened the ballot', async () => {
  const environment = await newEnvironment(one.pool);
  await one.engine.execute(personCommand(environment, 'usr_1', true));
  const stream = newStream();
  const approve = ballotCommand(environment, stream, { type: 'approve', person: 'usr_1' });
  expect(await two.engine.execute(approve)).toMatchObject({ refusal: { code: 'not-found' } });
  await one.engine.execute(ballotCommand(environment, stream, { type: 'open', note: 'n' }));
  expect(await two.engine.execute(approve)).toMatchObject({ outcome: 'committed' });
});

test('ENGINE 2: no decision follows the acknowledged revocation of its authority, in any process', async () => {
  const people = Array.from({ length: 20 }, (_, i) => `usr_${i}`);
  const { environment, stream } = await ballotOf(people);
  const acknowledged = new Map<string, number>();
  const approvals = people.map(async (person, i) => {
    const process = i % 2 === 0 ? one : two;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
    const sent = performance.now();
    const done = await process.engine.execute(
      ballotCommand(environment, stream, { type: 'approve', person }),
    );
    return { person, sent, done };
  });
  const revocations = people.map(async (person, i) => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
    const done = await (i % 3 === 0 ? one : two).engine.execute(personCommand(environment, person, false));
    if (done.outcome === 'committed') acknowledged.set(person, done.seq);
  });
  await Promise.all(revocations);
  for (const { person, done } of await Promise.all(approvals)) {
    const revoked = acknowledged.get(person) ?? 0;
    if (done.outcome === 'committed') expect(done.seq).toBeLessThan(revoked);
    else expect(done).toMatchObject({ refusal: { code: 'inactive' } });
  }
});

test('ENGINE 17: now is the later of the clock and the stream, so a stream never goes back in time', async () => {
  let wall = Date.parse('2026-06-01T00:00:00.000Z');
  const skewed = testProcess(database.url, {}, () => wall);
  const { environment, stream } = { environment: await newEnvironment(one.pool), stream: newStream() };
  await skewed.engine.execute(ballotCommand(environment, stream, { type: 'open', note: 'n' }));
  wall -= 3_600_000;
  const closed = await skewed.engine.execute(ballotCommand(environment, stream, { type: 'close' }));
  expect(closed).toMatchObject({ change: { now: '2026-06-01T00:00:00.000Z' } });
  await skewed.stop();
});

test('ENGINE 18: a frozen sandbox stands still, whatever the wall clock says', async () => {
  const environment = await newEnvironment(one.pool, { frozenAt: '2026-01-31T09:00:00.000Z' });
  const stream = newStream();
  const opened = await one.engine.execute(ballotCommand(environment, stream, { type: 'open', note: 'n' }));
  expect(opened).toMatchObject({ change: { now: '2026-01-31T09:00:00.000Z' } });
});

test('an allowed command without an event makes no entry, and its answer is kept', async () => {
  const { environment, stream } = await ballotOf([]);
  const command = {
    ...ballotCommand(environment, stream, { type: 'close' }, key('k')),
    decide: () => ({ ok: true, events: [] }) as const,
  };
  expect(await one.engine.execute(command)).toMatchObject({ outcome: 'unchanged', status: 200 });
  expect(await one.engine.execute(command)).toMatchObject({ outcome: 'replayed', seq: null });
  expect(await logOf(one.reader, environment)).toEqual([`${stream}/1`]);
});

test('the same calls into two empty databases with one seed give the same leaves; another seed, others', async () => {
  const elsewhere = testProcess(second.url);
  const id = 'env_00000000-0000-7000-8000-00000000000a';
  const first = await seededLeaves(one, id, 's');
  expect(await seededLeaves(elsewhere, id, 's')).toEqual(first);
  expect(new Set(first).size).toBe(2);
  await elsewhere.stop();
  const other = testProcess(third.url);
  expect(await seededLeaves(other, id, 't')).not.toEqual(first);
  await other.stop();
});

test('two repeats at once in a seeded sandbox, over two processes, get the bytes that were stored', async () => {
  const environment = await newEnvironment(one.pool, { seed: 's', frozenAt: '2026-01-31T09:00:00.000Z' });
  const send = async (process: typeof one, name: string, body: string) => {
    const ids = await process.engine.ids(environment, 'svc_a', name);
    const open = ballotCommand(environment, ids.id('req'), { type: 'open', note: 'n' }, key(name));
    // As a state has its keys in another order where it was read from the database.
    return process.engine.execute({ ...open, ids, answer: () => ({ status: 200, body }) });
  };
  for (let round = 0; round < 20; round += 1) {
    const results = await Promise.all([
      send(one, `round-${round}`, '{"a":1,"b":2}'),
      send(two, `round-${round}`, '{"b":2,"a":1}'),
    ]);
    expect(results.map(({ outcome }) => outcome).sort()).toEqual(['committed', 'replayed']);
    expect(new Set(results.map((result) => ('body' in result ? result.body : '')))).toHaveLength(1);
  }
});

async function seededLeaves(process: typeof one, id: string, seed: string): Promise<readonly string[]> {
  const environment = await newEnvironment(process.pool, { id, seed, frozenAt: '2026-01-31T09:00:00.000Z' });
  const hashes: string[] = [];
  for (const name of ['a', 'b']) {
    const ids = await process.engine.ids(environment, 'svc_a', name);
    const open = ballotCommand(environment, ids.id('req'), { type: 'open', note: 'n' }, key(name));
    const done = await process.engine.execute({ ...open, ids });
    if (done.outcome !== 'committed') throw new Error(done.outcome);
    hashes.push(done.leafHash);
  }
  return hashes;
}

test('ENGINE 21: an environment that is not the caller’s does not exist for it', async () => {
  const [mine, other] = [await newEnvironment(one.pool), await newEnvironment(one.pool)];
  const command = { ...ballotCommand(other, newStream(), { type: 'open', note: 'n' }), allowed: [mine] };
  await expect(one.engine.execute(command)).rejects.toThrow(UnknownEnvironment);
  await expect(
    one.engine.execute(
      ballotCommand('env_00000000-0000-7000-8000-000000000000', newStream(), { type: 'close' }),
    ),
  ).rejects.toThrow(UnknownEnvironment);
});
