import { expect, test } from 'vitest';
import { run } from './run.ts';

/** `COUNTERSIGN_SEEDS` and `COUNTERSIGN_SEED` (the first) choose others; the nightly tier runs 100,000. */
const FIRST = Number(process.env.COUNTERSIGN_SEED ?? 1);
const SEEDS = Number(process.env.COUNTERSIGN_SEEDS ?? 1000);

test(`in ${SEEDS} runs every invariant holds after every step`, { timeout: 600_000 }, async () => {
  const violations: string[] = [];
  let steps = 0;
  let entries = 0;
  for (let seed = FIRST; seed < FIRST + SEEDS; seed += 1) {
    const done = await run(seed);
    steps += done.steps;
    entries += done.entries;
    if (done.violation !== null) violations.push(`seed ${seed}: ${done.violation.message}`);
  }
  expect(violations).toEqual([]);
  // Runs in which nothing happens break nothing.
  expect(entries / SEEDS).toBeGreaterThan(12);
  expect(steps / SEEDS).toBeGreaterThan(500);
});

test('one seed is one run: the same events in the same order, to the byte', async () => {
  for (const seed of [1, 2, 3, 60]) {
    const [first, second] = [await run(seed), await run(seed)];
    expect(second).toEqual(first);
  }
  const [one, other] = [await run(4), await run(5)];
  expect(one.digest).not.toBe(other.digest);
});
