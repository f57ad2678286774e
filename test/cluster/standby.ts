import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { populate, startLoad } from './load.ts';
import { type Outcome, retries } from './outcome.ts';
import { newPair, promote } from './pair.ts';
import { faultsOf } from './proof.ts';
import { roundRobin } from './proxy.ts';
import { secretOf, server } from './servers.ts';

/**
 * The primary goes under load and its standby takes over.
 * @param how kill: as if the machine had gone. freeze: it hangs, breaks no connection, and comes back unfenced later.
 */
export async function failover(scratch: string, how: 'kill' | 'freeze'): Promise<Outcome> {
  const { primary, standby, url } = await newPair(scratch);
  const data = path.join(scratch, 'data');
  const processes = await Promise.all(
    (['api', 'api', 'worker'] as const).map((mode, n) =>
      server(`${mode}-${n}`, { mode, data, databaseUrl: url }),
    ),
  );
  for (const one of processes) await one.start();
  const [first, second] = processes;
  if (first === undefined || second === undefined) throw new Error('there are three');
  const proxy = await roundRobin([first.port, second.port]);
  const secret = secretOf(data);
  const load = startLoad(proxy.port, await populate(proxy.port, secret), 16);
  await sleep(5000);
  await load.acknowledgedAfterNow();

  const gone = performance.now();
  if (how === 'kill') await primary.kill();
  else primary.freeze();
  // As long as somebody, or some program, takes to be sure.
  await sleep(1000);
  await promote(standby);
  const promoted = performance.now();
  await load.acknowledgedAfterNow();
  const back = performance.now();

  await sleep(2000);
  if (how === 'freeze') {
    primary.thaw();
    // A process that starts while both say that they take writes.
    await second.kill();
    await second.start();
  }
  await sleep(3000);
  await load.acknowledgedAfterNow();
  await load.stop();
  const faults = await faultsOf(standby, load, { port: proxy.port, secret });
  proxy.close();
  await Promise.all(processes.map((one) => one.stop()));
  if (how === 'freeze') await primary.kill();
  await standby.stop();
  const seconds = (from: number) => ((back - from) / 1000).toFixed(1);
  return {
    faults,
    detail: `${load.acknowledged.length} commands acknowledged, ${load.decided()} lifecycles, ${load.offers()} timers; ${retries(load.retried)}; first acknowledgement ${seconds(promoted)} s after the promotion, ${seconds(gone)} s after the loss.`,
  };
}
