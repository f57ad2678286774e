import type { Machine } from '../../platform/machine.ts';

/**
 * From one round to the next. Each commit wakes what follows the log: without a rest it follows a busy one in pages of a
 * few entries, and its statements took more of PostgreSQL than the commits.
 */
export const REST_MS = 100;

/** Whoever has been waiting for longer goes on at once. */
export async function restUntil(machine: Machine, time: number, stopping: AbortSignal): Promise<void> {
  const rest = time - machine.now();
  if (rest <= 0 || stopping.aborted) return;
  await machine.sleep(rest, { ref: false, signal: stopping }).catch((error: unknown) => {
    if (!stopping.aborted) throw error;
  });
}
