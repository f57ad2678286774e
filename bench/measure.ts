import { cpus, loadavg } from 'node:os';

/** Runs of each measure; the median is told. */
const RUNS = 3;

export type Measure = { readonly rate: number; readonly low: number; readonly high: number };

/**
 * How often `work` is done in a second of this process's processor time, so that whatever else runs on the machine
 * counts little: the median of three runs, and the lowest and the highest. `work` says how many it did.
 */
export function perSecond(work: () => number, seconds = 1): Measure {
  // What is compiled first is not measured.
  run(work, seconds / 2);
  const rates = Array.from({ length: RUNS }, () => run(work, seconds)).sort((a, b) => a - b);
  const [low = 0, rate = 0, high = 0] = rates;
  return { low, rate, high };
}

function run(work: () => number, seconds: number): number {
  const from = spent();
  let done = 0;
  // Asking for the time costs as much as a decision: ask every twentieth of a second.
  while (spent() - from < seconds) {
    const until = performance.now() + 50;
    do done += work();
    while (performance.now() < until);
  }
  return done / (spent() - from);
}

function spent(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

export const rounded = (n: number): string =>
  n >= 100 ? Math.round(n).toLocaleString('en') : n.toPrecision(3);

export function machine(): string {
  const [cpu] = cpus();
  const load = loadavg()[0]?.toFixed(1) ?? '?';
  return `${cpus().length} × ${cpu?.model ?? 'unknown'}, Node ${process.version}, load ${load}`;
}
