// 150 inputs of each parser beside its corpus here; ten minutes of each in the tier (npm run test:fuzz).
import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fuzz } from './run.ts';
import { targets } from './targets.ts';

const minutes = Number(process.env.COUNTERSIGN_FUZZ_MINUTES ?? 0);
const seed = Number(process.env.COUNTERSIGN_FUZZ_SEED ?? 1);
const until = minutes > 0 ? { ms: minutes * 60_000 } : { inputs: 150 };

test.each(targets)(
  '$name: no crash, no hang, nothing wrong',
  { timeout: minutes * 120_000 + 60_000 },
  async (target) => {
    global.gc?.();
    const before = process.memoryUsage().heapUsed;
    const report = await fuzz(target, seed, until);
    const file = process.env.COUNTERSIGN_FUZZ_REPORT;
    const grown = Math.round((process.memoryUsage().heapUsed - before) / 2 ** 20);
    if (file)
      appendFileSync(file, `${JSON.stringify({ name: target.name, minutes, seed, grown, ...report })}\n`);
    expect(report.findings).toEqual([]);
    // A parser that only ever says the same is not reached.
    expect(report.outcomes).toBeGreaterThan(1);
  },
);
