/** A stream of pseudo-random numbers: the only source of chance in a run. */
export type Chance = {
  /** From 0, below 1. */
  next(): number;
  /** An integer from 0, below `n`. */
  below(n: number): number;
  between(low: number, high: number): number;
  /** True once in `1 / p` times. */
  happens(p: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** A stream of its own: what it draws moves nobody else's. */
  fork(): Chance;
};

/** Mulberry32: 32 bits of state are plenty for a run of some thousand draws. */
export function chance(seed: number): Chance {
  let state = seed >>> 0;

  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  const below = (n: number) => Math.floor(next() * n);
  return {
    next,
    below,
    between: (low, high) => low + next() * (high - low),
    happens: (p) => next() < p,
    pick(from) {
      const picked = from[below(from.length)];
      if (picked === undefined) throw new RangeError('nothing to pick from');
      return picked;
    },
    fork: () => chance(next() * 0x1_0000_0000),
  };
}
