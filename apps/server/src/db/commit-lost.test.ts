import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../../../test/harness/index.ts';
import {
  digestOf,
  logOf,
  newEnvironment,
  newStream,
  proposal,
  testProcess,
} from '../engine/testing/process.ts';
import { type Loss, lossyProxy } from '../engine/testing/proxy.ts';
import { OutcomeUnknown } from './commit-errors.ts';

const database = await testDatabase();
const proxy = await lossyProxy(database.url);
const direct = testProcess(database.url);
const lossy = testProcess(proxy.url, { resendFor: 5000 });
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

test('ENGINE 5: while the database cannot be reached the outcome is said to be unknown, never guessed', async () => {
  const environment = await newEnvironment(direct.pool);
  const gone = await lossyProxy(database.url);
  const lost = testProcess(gone.url, { resendFor: 200 });
  gone.lose(...Array(200).fill('answer'));
  await expect(lost.commits.submit(proposal(environment, 'req_1', 0), [environment])).rejects.toThrow(
    OutcomeUnknown,
  );
  // It had been committed: the client's retry under its key would be told.
  expect(await logOf(direct.reader, environment)).toEqual(['req_1/1']);
  await lost.stop();
  gone.close();
});
