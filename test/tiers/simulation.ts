// Runs the deterministic simulation (docs/explanation/simulation.md): many seeds on all cores, or one with all that
// happens in it.
//   node test/tiers/simulation.ts 100000        seeds 1 to 100,000
//   node test/tiers/simulation.ts 1 --seed 4711 one seed; --trace shows every step of it
import os from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { run } from '../simulation/run.ts';

type Share = { readonly first: number; readonly last: number; readonly by: number };
type Told = {
  readonly runs: number;
  readonly steps: number;
  readonly entries: number;
  readonly violation?: string;
};

async function work({ first, last, by }: Share, tell: (told: Told) => void): Promise<void> {
  for (let seed = first; seed <= last; seed += by) {
    const { steps, entries, violation } = await run(seed);
    const words = violation === null ? {} : { violation: `seed ${seed}: ${violation.message}` };
    tell({ runs: 1, steps, entries, ...words });
  }
}

async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: 'string', default: '1' }, trace: { type: 'boolean', default: false } },
  });
  const first = Number(values.seed);
  const count = Number(positionals[0] ?? 1);
  if (count === 1) {
    const done = await run(first, undefined, values.trace ? (line) => console.log(line) : undefined);
    console.log(`seed ${first}: ${done.steps} steps, ${done.entries} entries, digest ${done.digest}`);
    console.log(done.violation === null ? 'every invariant holds' : `BROKEN: ${done.violation.message}`);
    return done.violation === null;
  }
  const started = performance.now();
  const sum = { runs: 0, steps: 0, entries: 0, violations: 0 };
  const add = ({ runs, steps, entries, violation }: Told) => {
    sum.runs += runs;
    sum.steps += steps;
    sum.entries += entries;
    if (violation !== undefined) {
      sum.violations += 1;
      console.log(violation);
    }
    if (sum.runs % 5000 === 0) console.log(`${sum.runs} of ${count}`);
  };
  const by = Math.min(os.availableParallelism(), count);
  await Promise.all(
    Array.from({ length: by }, (_, i) => {
      const share: Share = { first: first + i, last: first + count - 1, by };
      return new Promise<void>((resolve, reject) => {
        new Worker(new URL(import.meta.url), { workerData: share })
          .on('message', add)
          .once('error', reject)
          .once('exit', () => resolve());
      });
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `${sum.runs} runs, ${sum.steps} steps, ${sum.entries} entries in ${seconds.toFixed(0)} s: ${sum.violations} violations`,
  );
  return sum.violations === 0 && sum.runs === count;
}

if (isMainThread) process.exitCode = (await main()) ? 0 : 1;
else await work(workerData as Share, (told) => parentPort?.postMessage(told));
