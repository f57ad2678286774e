import { expect, test } from 'vitest';
import { PLANTS } from './plants/plants.ts';
import { run } from './run.ts';

/** Of the 1,000 seeds of CI, so few must be enough for each bug. */
const WITHIN = 150;

test.each(PLANTS)('a planted bug is found: $bug', { timeout: 120_000 }, async ({ plant, breaks }) => {
  const seen: string[] = [];
  for (let seed = 1; seed <= WITHIN; seed += 1) {
    const { violation } = await run(seed, plant);
    if (violation === null) continue;
    if (breaks.includes(violation.invariant)) return;
    seen.push(`${seed}: ${violation.message}`);
  }
  expect.fail(
    `not one of ${WITHIN} runs has broken "${breaks.join('" or "')}", but ${seen.join('\n') || 'none'}`,
  );
});
