import { setTimeout as sleep } from 'node:timers/promises';
import { familyOf, signal } from './processes.ts';
import { type Played, play, recovery, type StageOptions } from './stage.ts';

export type Paused = {
  /** From the end of the pause to the first new command that was accepted; null: none was. */
  readonly recovered: number | null;
  /** Milliseconds that calls which only read took to be refused, during the pause. */
  readonly reads: readonly number[];
};

/** All processes of PostgreSQL stand still, as on a machine that swaps or a volume that hangs. */
export function pause(options: StageOptions & { readonly seconds: number }): Promise<Played<Paused>> {
  return play(options, async (stage) => {
    const clients = stage.load();
    await sleep(2000);
    const stopped = familyOf(stage.postmaster());
    for (const pid of stopped) signal(pid, 'SIGSTOP');
    const reads: number[] = [];
    const end = performance.now() + options.seconds * 1000;
    while (performance.now() < end) {
      const start = performance.now();
      const status = await readOnce(stage.one.url, stage.world.secret);
      if (status !== 503) stage.note([`a read was answered ${status} while the database stood still`]);
      reads.push(performance.now() - start);
      await sleep(200);
    }
    const resumed = performance.now();
    const accepted = clients.acceptedAfter(resumed);
    for (const pid of stopped) signal(pid, 'SIGCONT');
    const recovered = await recovery(accepted, resumed);
    if (recovered === null) stage.note(['it did not recover from the pause']);
    await sleep(1000);
    await stage.settle(clients);
    return { recovered, reads };
  });
}

/** 503 with Retry-After as 503; without it as 0. */
async function readOnce(url: string, secret: string): Promise<number> {
  const answer = await fetch(`${url}/v1/approval-requests`, {
    headers: { Authorization: `Bearer ${secret}` },
    signal: AbortSignal.timeout(10_000),
  });
  await answer.arrayBuffer();
  return answer.status === 503 && answer.headers.get('retry-after') === null ? 0 : answer.status;
}
