import { expect, it } from 'vitest';
import { play } from './play.ts';
import { report } from './report.ts';

/** The nightly tier plays 100,000. */
const SEEDS = 800;

it(`core and reference model agree over ${SEEDS} sequences`, { timeout: 120_000 }, () => {
  const sum = { given: 0, accepted: 0 };
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { given, accepted, difference } = play(seed);
    if (difference !== null) expect.fail(report(seed));
    sum.given += given;
    sum.accepted += accepted;
  }
  // Sequences of refusals would agree as well.
  expect(sum.accepted).toBeGreaterThan(SEEDS * 4);
  expect(sum.given - sum.accepted).toBeGreaterThan(SEEDS);
});
