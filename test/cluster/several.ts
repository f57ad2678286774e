import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { populate, startLoad } from './load.ts';
import { type Outcome, retries } from './outcome.ts';
import { newCluster } from './postgres.ts';
import { faultsOf } from './proof.ts';
import { roundRobin } from './proxy.ts';
import { secretOf, server } from './servers.ts';

/** Two api and two worker processes on one PostgreSQL, killed in turn under load. */
export async function several(scratch: string, rounds: number): Promise<Outcome> {
  const database = await newCluster(path.join(scratch, 'postgres', 'primary'));
  const data = path.join(scratch, 'data');
  const processes = await Promise.all(
    (['api', 'api', 'worker', 'worker'] as const).map((mode, n) =>
      server(`${mode}-${n}`, { mode, data, databaseUrl: database.url() }),
    ),
  );
  // All at once, on an empty database: one of them migrates and makes the sandbox.
  await Promise.all(processes.map((one) => one.start()));
  const [first, second] = processes;
  if (first === undefined || second === undefined) throw new Error('there are four');
  const proxy = await roundRobin([first.port, second.port]);
  const secret = secretOf(data);
  const load = startLoad(proxy.port, await populate(proxy.port, secret), 16);
  for (let round = 0; round < rounds; round += 1) {
    for (const one of processes) {
      await sleep(300 + Math.random() * 700);
      await one.kill();
      await sleep(Math.random() * 500);
      await load.acknowledgedAfterNow();
      await one.start();
    }
  }
  await load.acknowledgedAfterNow();
  await load.stop();
  const faults = await faultsOf(database, load, { port: proxy.port, secret });
  proxy.close();
  await Promise.all(processes.map((one) => one.stop()));
  await database.stop();
  return {
    faults,
    detail: `${rounds * 4} kills (-9); ${load.acknowledged.length} commands acknowledged, ${load.decided()} lifecycles, ${load.offers()} timers; ${retries(load.retried)}; longest pause ${Math.round(load.longestPause())} ms.`,
  };
}
