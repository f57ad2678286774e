import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { testDatabase } from '../../../../../test/harness/index.ts';
import {
  handleAgain,
  listSetAside,
  type Runner,
  type RunnerEvent,
  readerStatus,
  runReaders,
  type Subscription,
} from './index.ts';
import { openWorld, until } from './world.test-kit.ts';

const database = await testDatabase();
const world = await openWorld(database);
const running: Runner[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((runner) => runner.stop()));
});
afterAll(() => world.close());

function run(subscription: Subscription, options: { pollMs?: number; events?: RunnerEvent[] } = {}): Runner {
  const runner = runReaders({
    pool: world.pool,
    reader: world.reader,
    subscriptions: [subscription],
    pollMs: options.pollMs ?? 50,
    backoffMs: 1,
    onEvent: (event) => void options.events?.push(event),
  });
  running.push(runner);
  return runner;
}

async function positionOf(environment: string, reader: string): Promise<number> {
  const rows = await world.reader
    .readAs(environment)
    .query<{ seq: number }>(
      'select seq from countersign.reader_position where environment_id = $1 and reader = $2',
      [environment, reader],
    );
  return rows[0]?.seq ?? 0;
}

describe('a reader of the log', () => {
  test('gets every entry in order, of every environment, also those that other processes commit', async () => {
    const [one, two] = [await world.environment(), await world.environment()];
    const seen = new Map<string, number[]>();
    run({
      name: 'all',
      wants: 'all',
      async handle(environment, entries) {
        seen.set(environment, [...(seen.get(environment) ?? []), ...entries.map(({ seq }) => seq)]);
      },
    });
    const other = await openWorld(database);
    await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        (i % 2 ? other : world).append(i % 3 ? one : two, `environment/${i}`),
      ),
    );
    await until(async () => (await positionOf(one, 'all')) === 40 && (await positionOf(two, 'all')) === 20);
    expect(seen.get(one)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(seen.get(two)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    await other.close();
  });

  test('is woken in its process, without waiting for the poll', async () => {
    const environment = await world.environment();
    let handled = 0;
    const runner = run(
      {
        name: 'woken',
        wants: 'all',
        async handle(where, entries) {
          if (where === environment) handled += entries.length;
        },
      },
      { pollMs: 60_000 },
    );
    world.onCommitted(() => runner.wake());
    await new Promise((resolve) => setTimeout(resolve, 100));
    await world.append(environment, 'environment/a');
    await until(() => handled === 1);
    world.onCommitted(() => undefined);
  });

  test('runs in one process at a time, and another takes over when that one stops', async () => {
    const environment = await world.environment();
    let inside = 0;
    let most = 0;
    const handledBy: string[] = [];
    const contender = (name: string): Subscription => ({
      name: 'single',
      wants: 'all',
      async handle(where, entries) {
        if (where !== environment) return;
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setTimeout(resolve, 20));
        handledBy.push(...entries.map(({ seq }) => `${name}:${seq}`));
        inside -= 1;
      },
    });
    const first = run(contender('a'));
    run(contender('b'));
    for (let i = 0; i < 10; i += 1) await world.append(environment, 'environment/a');
    await until(async () => (await positionOf(environment, 'single')) === 10);
    await first.stop();
    await world.append(environment, 'environment/a');
    await until(async () => (await positionOf(environment, 'single')) === 11);
    expect(most).toBe(1);
    expect(handledBy.map((one) => Number(one.slice(2)))).toEqual(Array.from({ length: 11 }, (_, i) => i + 1));
  });

  test('killed between its work and its position, it does the work again and loses nothing', async () => {
    const environment = await world.environment();
    for (let i = 0; i < 5; i += 1) await world.append(environment, 'environment/a');
    const child = fork(
      fileURLToPath(new URL('./runner.test-child.ts', import.meta.url)),
      [database.url, environment],
      {
        execPath: fileURLToPath(new URL('../../../../../node_modules/.bin/node', import.meta.url)),
        stdio: 'inherit',
      },
    );
    const handledThere = await new Promise<unknown[]>((resolve) => {
      const told: unknown[] = [];
      child.on('message', (message) => told.push(message));
      child.on('exit', (_code, signal) => resolve([...told, signal]));
    });
    expect(handledThere).toEqual([[1, 2, 3, 4, 5], 'SIGKILL']);
    expect(await positionOf(environment, 'killed')).toBe(0);
    const again: number[] = [];
    run({
      name: 'killed',
      wants: 'all',
      async handle(where, entries) {
        if (where === environment) again.push(...entries.map(({ seq }) => seq));
      },
    });
    await until(async () => (await positionOf(environment, 'killed')) === 5);
    expect(again).toEqual([1, 2, 3, 4, 5]);
  });

  test('an entry that it cannot handle is set aside, visibly, and the others go on', async () => {
    const environment = await world.environment();
    for (let i = 0; i < 5; i += 1) await world.append(environment, 'environment/a');
    const handled: number[] = [];
    let broken = true;
    const subscription: Subscription = {
      name: 'poisoned',
      wants: 'all',
      async handle(where, entries) {
        if (where !== environment) return;
        for (const { seq } of entries) {
          if (seq === 3 && broken) throw new TypeError('three is too many');
          handled.push(seq);
        }
      },
    };
    const events: RunnerEvent[] = [];
    const runner = run(subscription, { events });
    await until(async () => (await positionOf(environment, 'poisoned')) === 5);
    expect([...new Set(handled)]).toEqual([1, 2, 4, 5]);
    expect(events.filter(({ event }) => event === 'set-aside')).toMatchObject([{ environment, seq: 3 }]);
    expect(await listSetAside(world.reader, environment, null, 10)).toEqual([
      { reader: 'poisoned', seq: 3, stream: 'environment/a', error: 'TypeError: three is too many' },
    ]);
    const status = await readerStatus(world.pool, ['poisoned']);
    expect(status.find((one) => one.environment === environment)).toEqual({
      reader: 'poisoned',
      environment,
      lag: 0,
      setAside: 1,
    });
    await runner.stop();
    broken = false;
    await handleAgain(world.reader, subscription, environment, 3);
    expect(handled.at(-1)).toBe(3);
  });

  test('a fault of the world is no fault of the entry: it is tried on, and nothing is set aside', async () => {
    const environment = await world.environment();
    await world.append(environment, 'environment/a');
    let tries = 0;
    run(
      {
        name: 'unlucky',
        wants: 'all',
        async handle(where) {
          if (where !== environment) return;
          tries += 1;
          if (tries < 8)
            throw Object.assign(new Error('connect ECONNREFUSED'), { errno: -111, code: 'ECONNREFUSED' });
        },
      },
      { pollMs: 5 },
    );
    await until(async () => (await positionOf(environment, 'unlucky')) === 1);
    expect(await listSetAside(world.reader, environment, null, 10)).toEqual([]);
  });

  test('losing its connection it loses its lock, and goes on with a new one', async () => {
    const environment = await world.environment();
    let handled = 0;
    run({
      name: 'cut',
      wants: 'all',
      async handle(where, entries) {
        if (where !== environment) return;
        handled += entries.length;
        if (handled === 1) {
          // The session that holds our lock.
          await world.pool.query(
            `select pg_terminate_backend(l.pid) from pg_locks l where l.locktype = 'advisory' and l.pid <> pg_backend_pid()
              and l.database = (select oid from pg_database where datname = current_database())`,
          );
        }
      },
    });
    await world.append(environment, 'environment/a');
    await until(async () => (await positionOf(environment, 'cut')) === 1);
    expect(handled).toBeGreaterThanOrEqual(2);
  });
});
