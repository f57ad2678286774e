// Plays random sequences against the core and its reference model (docs/reference/semantics.md, packages/core/test/model),
// on all cores, and writes what came of it to test/results/model.md. About twenty minutes on two cores.
//   node test/tiers/model.ts 100000             seeds 1 to 100,000
//   node test/tiers/model.ts 1 --seed 4711      one seed: its story, as short as it can be, if they differ
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { play } from '../../packages/core/test/model/play.ts';
import { report } from '../../packages/core/test/model/report.ts';
import { machine, root } from './server.ts';

type Share = { readonly first: number; readonly last: number; readonly by: number };
type Told = {
  readonly seed: number;
  readonly given: number;
  readonly accepted: number;
  readonly differs: boolean;
};

/** Sequences that differ and are told in full; the others only by their seed. */
const MOST_STORIES = 5;

async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      workers: { type: 'string', default: String(os.availableParallelism()) },
    },
  });
  const [first, count] = [Number(values.seed), Number(positionals[0] ?? 100_000)];
  const started = performance.now();
  const sum = { sequences: 0, given: 0, accepted: 0 };
  const differing: number[] = [];
  const add = ({ seed, given, accepted, differs }: Told): void => {
    sum.sequences += 1;
    sum.given += given;
    sum.accepted += accepted;
    if (differs) {
      differing.push(seed);
      console.log(differing.length > MOST_STORIES ? `seed ${seed} differs` : report(seed));
    }
    if (sum.sequences % 2000 === 0)
      console.log(`${sum.sequences} of ${count}, ${differing.length} differences`);
  };
  const by = Math.min(Number(values.workers), count);
  const shares = Array.from({ length: by }, (_, i) => ({ first: first + i, last: first + count - 1, by }));
  await Promise.all(shares.map((share) => workThrough(share, add)));
  const ok = differing.length === 0 && sum.sequences === count;
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  const line = `${sum.sequences} sequences (seeds from ${first}), ${sum.given} commands, of which ${sum.given - sum.accepted} were refused: ${differing.length} differences, ${minutes} minutes.`;
  console.log(line);
  if (count > 1)
    writeFileSync(
      path.join(root, 'test/results/model.md'),
      `# Last recorded run against the reference model\n\n${new Date().toISOString().slice(0, 10)}, ${machine()}. \`node test/tiers/model.ts ${count}\`: ${ok ? 'passed' : 'FAILED'}.\n\n${line}\n`,
    );
  return ok;
}

const workThrough = (share: Share, add: (told: Told) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    new Worker(new URL(import.meta.url), { workerData: share })
      .on('message', (told: readonly Told[]) => told.forEach(add))
      .once('error', reject)
      .once('exit', () => resolve());
  });

function work({ first, last, by }: Share): void {
  const told: Told[] = [];
  for (let seed = first; seed <= last; seed += by) {
    const { given, accepted, difference } = play(seed);
    told.push({ seed, given, accepted, differs: difference !== null });
    if (told.length >= 50 || seed + by > last) parentPort?.postMessage(told.splice(0));
  }
}

if (isMainThread) process.exitCode = (await main()) ? 0 : 1;
else work(workerData as Share);
