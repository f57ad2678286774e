import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What a process takes from the machine it runs on, besides I/O. The command path and the readers ask for nothing
 * else, so that a simulation can give them its own time and its own chance, and run them again exactly.
 */
export type Machine = {
  /** Monotonic, ms. */
  now(): number;
  /** Rejects when the signal says so. `ref: false`: the process may end meanwhile. */
  sleep(ms: number, options?: { readonly signal?: AbortSignal; readonly ref?: boolean }): Promise<void>;
  /** From 0, below 1. */
  random(): number;
  /** After the I/O of this turn. */
  soon(run: () => void): void;
};

export const thisMachine: Machine = {
  now: () => performance.now(),
  sleep: (ms, options) => sleep(ms, undefined, options),
  random: () => Math.random(),
  soon: (run) => void setImmediate(run),
};
