import { expect, test } from 'vitest';
import { run } from './run.ts';

/** 1,000 seeds; the nightly tier runs 100,000. */
const BLOCK = 100;
const FIRST = Array.from({ length: 10 }, (_, i) => i * BLOCK + 1);

// The time limit is for machines that do much else: a run takes some tens of milliseconds.
test.each(FIRST)(
  'every invariant holds after every step, seeds from %i',
  { timeout: 600_000 },
  async (first) => {
    const violations: string[] = [];
    let entries = 0;
    for (let seed = first; seed < first + BLOCK; seed += 1) {
      const done = await run(seed);
      entries += done.entries;
      if (done.violation !== null)
        violations.push(`npm run simulate -- --seed ${seed}: ${done.violation.message}`);
    }
    expect(violations).toEqual([]);
    // Runs in which nothing happens break nothing.
    expect(entries / BLOCK).toBeGreaterThan(10);
  },
);

test('one seed is one run: the same events in the same order, to the byte', async () => {
  for (const seed of [1, 2, 3, 60]) {
    const [first, second] = [await run(seed), await run(seed)];
    expect(second).toEqual(first);
  }
  const [one, other] = [await run(4), await run(5)];
  expect(one.digest).not.toBe(other.digest);
});
