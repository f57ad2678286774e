import { ProblemError } from './problem.ts';

/**
 * Counts what an address tries without a good key, and tells it to wait beyond the limit. The limit of each key does
 * not reach whoever makes up a new key for each call. A good key is served whatever its neighbours behind one address do.
 */
export type StrangersLimit = {
  /** @throws ProblemError rate-limited */
  failed(address: string): void;
};

const WINDOW_MS = 60_000;
/** Addresses that are remembered; whoever has more of them is not stopped by this. */
const MAX_ADDRESSES = 50_000;

/** @param now monotonic, ms: a clock that is set back must not make anybody wait until it has caught up. */
export function strangersLimit(most: number, now: () => number = () => performance.now()): StrangersLimit {
  let from = now();
  let counts = new Map<string, number>();
  const turn = (): void => {
    if (now() - from < WINDOW_MS && counts.size < MAX_ADDRESSES) return;
    from = now();
    counts = new Map();
  };
  return {
    failed(address) {
      turn();
      const count = (counts.get(address) ?? 0) + 1;
      counts.set(address, count);
      if (count <= most) return;
      const wait = Math.max(1, Math.ceil((from + WINDOW_MS - now()) / 1000));
      throw new ProblemError('rate-limited', { detail: 'Too many calls without a valid key.' }, wait);
    },
  };
}
