import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Played, play, recovery, type StageOptions } from './stage.ts';

/** Debian's package faketime. */
const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';
const STEPS = ['+1h', '-1h', '+1d', '-1d', '+0', '-1d', '+1h', '+0'];

/**
 * The server's clock is stepped while it works; PostgreSQL's stays. Monotonic time goes on, as it does when a real
 * clock is set.
 * @returns the longest time to a new command that was accepted after a step, in ms.
 */
export function clock(
  options: StageOptions & { readonly secondsPerStep: number },
): Promise<Played<{ readonly longest: number }>> {
  if (!existsSync(FAKETIME)) throw new Error(`${FAKETIME} is not there: apt-get install faketime`);
  const file = path.join(options.directory, 'clock');
  const step = (to: string): void => writeFileSync(file, `${to}\n`);
  step('+0');
  const env = {
    LD_PRELOAD: FAKETIME,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
  return play({ ...options, env }, async (stage) => {
    const clients = stage.load();
    let longest = 0;
    await sleep(1000);
    for (const to of STEPS) {
      const stepped = performance.now();
      const accepted = clients.acceptedAfter(stepped);
      step(to);
      const milliseconds = await recovery(accepted, stepped);
      if (milliseconds === null) stage.note([`no command was accepted after the clock stepped to ${to}`]);
      else longest = Math.max(longest, milliseconds);
      await sleep(options.secondsPerStep * 1000);
    }
    await stage.settle(clients);
    return { longest };
  });
}
