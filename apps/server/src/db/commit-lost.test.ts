import pg from 'pg';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { testDatabase } from '../../../../test/harness/index.ts';
import {
  digestOf,
  logOf,
  newEnvironment,
  newStream,
  proposal,
  testProcess,
} from '../engine/testing/process.ts';
import { type Loss, type Proxy as LossyProxy, lossyProxy } from '../engine/testing/proxy.ts';
import type { Committer } from './commit.ts';
import { DatabaseUnavailable, OutcomeUnknown } from './commit-errors.ts';

const database = await testDatabase();
const proxy = await lossyProxy(database.url);
const direct = testProcess(database.url);
const lossy = testProcess(proxy.url, { patience: 5000 });
afterAll(async () => {
  await lossy.stop();
  await direct.stop();
  proxy.close();
});

const losses: readonly (readonly Loss[])[] = [
  ['request'],
  ['connection'],
  ['answer'],
  ['answer', 'answer', 'connection', 'request', 'answer'],
];

test.each(losses)(
  'ENGINE 5: after a lost %s the identical batch is sent again, and takes effect once',
  async (...list) => {
    const environment = await newEnvironment(direct.pool);
    const before = proxy.lost;
    proxy.lose(...list);
    const members = Array.from({ length: 20 }, (_, i) =>
      proposal(environment, newStream(), 0, {
        idempotency: {
          principal: 'svc_a',
          key: `k${i}`,
          digest: digestOf(`${i}`),
          status: 200,
          answer: '{}',
        },
      }),
    );
    const verdicts = await Promise.all(members.map((member) => lossy.commits.submit(member, [environment])));
    expect(verdicts.map((v) => v.outcome)).toEqual(Array(20).fill('committed'));
    expect(verdicts.map((v) => (v.outcome === 'committed' ? v.seq : 0))).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    expect(proxy.lost - before).toBe(list.length);
    expect(await logOf(direct.reader, environment)).toHaveLength(20);
  },
);

test('ENGINE 5: a backend that is terminated in mid-batch takes nothing and loses nothing', async () => {
  const environment = await newEnvironment(direct.pool);
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  let done = false;
  const killer = (async () => {
    while (!done) {
      await owner.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where query like '%countersign.commit(%' and state = 'active' and pid <> pg_backend_pid() and datname = current_database()",
      );
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  })();
  for (let round = 0; round < 20; round += 1) {
    const members = Array.from({ length: 30 }, () => proposal(environment, newStream(), 0));
    const verdicts = await Promise.all(members.map((member) => direct.commits.submit(member, [environment])));
    expect(verdicts.every((v) => v.outcome === 'committed')).toBe(true);
  }
  done = true;
  await killer;
  await owner.end();
  expect(await logOf(direct.reader, environment)).toHaveLength(600);
});

describe('while the database does not answer', () => {
  type World = { gone: LossyProxy; commits: Committer; environment: string };

  async function world(run: (world: World) => Promise<void>): Promise<void> {
    const environment = await newEnvironment(direct.pool);
    const gone = await lossyProxy(database.url);
    const lost = testProcess(gone.url, { patience: 1000 });
    try {
      await run({ gone, commits: lost.commits, environment });
    } finally {
      await lost.stop();
      gone.close();
    }
  }

  /** Resolves once proposals are taken. */
  async function reachable({ commits, environment }: World, stream = 'req_last'): Promise<void> {
    const last = proposal(environment, stream, 0);
    for (;;) {
      try {
        expect(await commits.submit(last, [environment])).toMatchObject({ outcome: 'committed' });
        return;
      } catch (error) {
        expect([DatabaseUnavailable, OutcomeUnknown]).toContain((error as Error).constructor);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }

  test('ENGINE 5: callers are told that the outcome is unknown, and the same bytes are sent until it is known', () =>
    world(async (at) => {
      const { gone, commits, environment } = at;
      await reachable(at, 'req_0');
      gone.lose(...Array(14).fill('answer'));
      const sent = expect(commits.submit(proposal(environment, 'req_1', 0), [environment])).rejects.toThrow(
        OutcomeUnknown,
      );
      await vi.waitFor(() => expect(gone.lost).toBeGreaterThan(0), { timeout: 10_000, interval: 5 });
      const waits = commits.submit(proposal(environment, 'req_2', 0), [environment]);
      await expect(waits).rejects.toThrow(DatabaseUnavailable);
      await sent;
      await expect(commits.submit(proposal(environment, 'req_3', 0), [environment])).rejects.toThrow(
        DatabaseUnavailable,
      );
      await reachable(at);
      // The first answer that was lost had been a commit; what waited or came meanwhile was never sent.
      expect(await logOf(direct.reader, environment)).toEqual(['req_0/1', 'req_1/1', 'req_last/1']);
    }));

  test('ENGINE 5: a server that stands still and goes on commits once what it was sent', () =>
    world(async (at) => {
      const { gone, commits, environment } = at;
      await reachable(at, 'req_1');
      gone.pause();
      await expect(commits.submit(proposal(environment, 'req_2', 0), [environment])).rejects.toThrow(
        OutcomeUnknown,
      );
      gone.resume();
      await reachable(at);
      expect(await logOf(direct.reader, environment)).toEqual(['req_1/1', 'req_2/1', 'req_last/1']);
    }));

  test('what was never sent is said to be not written, and stays so', () =>
    world(async (at) => {
      const { gone, commits, environment } = at;
      gone.refuse(true);
      await expect(commits.submit(proposal(environment, 'req_1', 0), [environment])).rejects.toThrow(
        DatabaseUnavailable,
      );
      gone.refuse(false);
      await reachable(at);
      expect(await logOf(direct.reader, environment)).toEqual(['req_last/1']);
    }));

  test('a server that only reads, as an old primary does, is waited for', () =>
    world(async (at) => {
      const { commits, environment } = at;
      const owner = new pg.Client({ connectionString: database.ownerUrl });
      await owner.connect();
      const name = pg.escapeIdentifier(owner.database ?? '');
      await owner.query(`alter database ${name} set default_transaction_read_only = on`);
      const told = commits.submit(proposal(environment, 'req_1', 0), [environment]);
      await expect(told).rejects.toThrow(OutcomeUnknown);
      await owner.query('set default_transaction_read_only = off');
      await owner.query(`alter database ${name} reset default_transaction_read_only`);
      await owner.end();
      await reachable(at);
      expect(await logOf(direct.reader, environment)).toEqual(['req_1/1', 'req_last/1']);
    }));
});
