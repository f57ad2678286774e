/** A seeded source of choices: one seed, one run (sfc32, public domain; its period is beyond any run). */
export type Random = {
  /** In [0, 1). */
  next(): number;
  /** In [0, below). */
  below(below: number): number;
  chance(share: number): boolean;
  pick<T>(items: readonly [T, ...T[]]): T;
  /** Undefined where there is nothing to pick from. */
  some<T>(items: readonly T[]): T | undefined;
  bytes(length: number): Buffer;
};

export function random(seed: number): Random {
  let [a, b, c, d] = [seed | 0, 0x9e3779b9, 0x243f6a88, 0xb7e15162];
  const word = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i += 1) word();
  const next = (): number => word() / 2 ** 32;
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (share) => next() < share,
    pick: (items) => items[below(items.length)] ?? items[0],
    some: (items) => items[below(items.length)],
    bytes: (length) => Buffer.from(Array.from({ length }, () => word() & 0xff)),
  };
}
