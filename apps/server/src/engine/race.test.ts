import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../../../test/harness/index.ts';
import { ballotCommand, ballotFold, personCommand } from './testing/ballot.ts';
import { logOf, newEnvironment, newStream, proposal, testProcess } from './testing/process.ts';

const database = await testDatabase();
const one = testProcess(database.url);
const two = testProcess(database.url, { writers: 2 });
afterAll(async () => {
  await one.stop();
  await two.stop();
});

/** A ballot that the persons 0…n may approve; they are recorded in one sitting. */
async function ballotOf(people: number) {
  const environment = await newEnvironment(one.pool);
  const stream = newStream();
  await Promise.all(
    Array.from({ length: people }, (_, i) =>
      one.engine.execute(personCommand(environment, `usr_${i}`, true)),
    ),
  );
  await one.engine.execute(ballotCommand(environment, stream, { type: 'open', note: 'n' }));
  return { environment, stream };
}

type Line = readonly [person: string, outcome: string, seq: number];

async function racer(...args: readonly (string | number)[]) {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(
    fileURLToPath(new URL('../../../../node_modules/.bin/node', import.meta.url)),
    [fileURLToPath(new URL('./testing/racer.ts', import.meta.url)), database.url, ...args.map(String)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const lines: Line[] = [];
  const reader = createInterface({ input: child.stdout });
  const ready = once(reader, 'line');
  const closed = once(child, 'close');
  await ready;
  reader.on('line', (line) => lines.push(JSON.parse(line)));
  return {
    child,
    lines,
    go: () => child.stdin.write('go\n'),
    done: async () => {
      await closed;
      return lines;
    },
  };
}

test('ENGINE 9: seq is dense and each stream in order, with two committers and losers among their members', async () => {
  const environment = await newEnvironment(one.pool);
  let committed = 0;
  const shared = Array.from({ length: 10 }, newStream);
  await Promise.all(
    Array.from({ length: 400 }, async (_, i) => {
      const process = i % 2 === 0 ? one : two;
      const stream = i % 4 < 2 ? newStream() : (shared[i % 10] ?? '');
      const verdict = await process.commits.submit(proposal(environment, stream, 0), [environment]);
      if (verdict.outcome === 'committed') committed += 1;
    }),
  );
  expect(committed).toBe(200 + shared.length);
  expect(await logOf(one.reader, environment)).toHaveLength(committed);
});

test('ENGINE 4: fifty approvers on one ballot over two committers meet no conflict', async () => {
  const { environment, stream } = await ballotOf(50);
  const results = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      (i % 2 === 0 ? one : two).engine.execute(
        ballotCommand(environment, stream, { type: 'approve', person: `usr_${i}` }),
      ),
    ),
  );
  expect(results.map((r) => r.outcome)).toEqual(Array(50).fill('committed'));
  const { state } = await one.engine.stream({ environment, stream, kind: 'request' }, ballotFold);
  expect(new Set(state?.approvals)).toHaveLength(50);
  expect(await logOf(one.reader, environment)).toHaveLength(101);
});

test('ENGINE 4: the same with another process, while authority changes', async () => {
  const { environment, stream } = await ballotOf(60);
  const other = await racer(environment, stream, 0, 30);
  other.go();
  const mine = Array.from({ length: 30 }, (_, i) =>
    one.engine.execute(ballotCommand(environment, stream, { type: 'approve', person: `usr_${30 + i}` })),
  );
  const changes = Array.from({ length: 40 }, (_, i) =>
    two.engine.execute(personCommand(environment, `usr_new_${i}`, true)),
  );
  const outcomes = [...(await Promise.all(mine)), ...(await Promise.all(changes))].map((r) => r.outcome);
  expect(new Set(outcomes)).toEqual(new Set(['committed']));
  expect((await other.done()).map(([, outcome]) => outcome)).toEqual(Array(30).fill('committed'));
  expect(await logOf(one.reader, environment)).toHaveLength(61 + 60 + 40);
});

test('ENGINE 2: a process stopped in mid-batch is overtaken, and its members are decided again on what it missed', async () => {
  const { environment, stream } = await ballotOf(20);
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const other = await racer(environment, stream, 0, 10);
  // Its batch is on the way to the head when the process stops.
  await owner.query('begin');
  await owner.query('select 1 from countersign.head where environment_id = $1 for update', [environment]);
  other.go();
  for (;;) {
    // Within a transaction the view would stand still.
    await owner.query('select pg_stat_clear_snapshot()');
    const waiting = await owner.query(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    if (waiting.rowCount !== 0) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  other.child.kill('SIGSTOP');
  await owner.query('commit');
  await owner.end();
  const revoked = new Map<string, number>();
  // Nothing is held open by the stopped client: all of this commits while it sleeps.
  for (let i = 0; i < 10; i += 1) {
    const done = await one.engine.execute(personCommand(environment, `usr_${i}`, false));
    revoked.set(`usr_${i}`, done.outcome === 'committed' ? done.seq : 0);
  }
  for (let i = 10; i < 20; i += 1) {
    const done = await one.engine.execute(
      ballotCommand(environment, stream, { type: 'approve', person: `usr_${i}` }),
    );
    expect(done.outcome).toBe('committed');
  }
  const overtaken = (await logOf(one.reader, environment)).length;
  expect(other.lines).toEqual([]);
  other.child.kill('SIGCONT');
  const lines = await other.done();
  // The backend may have committed its first command while it slept; all else met the revocations.
  const committed = lines.filter(([, outcome]) => outcome === 'committed');
  expect(committed.length).toBeLessThanOrEqual(1);
  expect(lines.filter(([, outcome]) => outcome === 'refused')).toHaveLength(10 - committed.length);
  for (const [person, , seq] of committed) expect(seq).toBeLessThan(revoked.get(person) ?? 0);
  expect(await logOf(one.reader, environment)).toHaveLength(overtaken);
});
