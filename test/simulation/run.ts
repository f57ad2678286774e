import { createHash } from 'node:crypto';
import { type Checks, checksOf } from './checks/checks.ts';
import { isPassing } from './checks/passing.ts';
import { Violation } from './checks/violation.ts';
import { NONE, type Plant } from './plants/plant.ts';
import { settle, unleash } from './world/chaos.ts';
import { startProcess } from './world/process.ts';
import { found } from './world/setup.ts';
import { nothingHeard, work } from './world/workload.ts';
import { newWorld, type World } from './world/world.ts';

export type Run = {
  readonly seed: number;
  /** SHA-256 (hex) over everything that happened, in order. */
  readonly digest: string;
  readonly steps: number;
  readonly entries: number;
  /** ms of virtual time. */
  readonly lasted: number;
  readonly violation: Violation | null;
};

/** Steps and virtual time that no run needs: what has not come to rest by then never will. */
const MOST_STEPS = 20_000;
const LONGEST_MS = 10 * 60_000;

/** One run: everything that happens in it follows from its seed. */
export async function run(seed: number, plant: Plant = NONE, show?: (line: string) => void): Promise<Run> {
  const hash = createHash('sha256');
  const trace = (line: string): void => {
    hash.update(`${line}\n`);
    show?.(line);
  };
  const world = newWorld(seed, plant, trace, checksOf);
  let violation: Violation | null = null;
  try {
    await play(world);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    violation = error;
  }
  const { time, checks } = world;
  hash.update(violation?.message ?? '');
  for (const { entries } of world.server.tables.environments.values())
    for (const { leaf_hash } of entries) hash.update(leaf_hash);
  return {
    seed,
    digest: hash.digest('hex'),
    steps: time.steps,
    entries: checks.entries(),
    lasted: time.now,
    violation,
  };
}

async function play(world: World): Promise<void> {
  const { plan, processes, checks } = world;
  processes.push(startProcess(world, 'p0'));
  await until(world, found(world));
  for (let i = 1; i < plan.processes; i += 1) processes.push(startProcess(world, `p${i}`));
  const heard = new Map(plan.environments.map((id) => [id, nothingHeard()]));
  world.calm = false;
  unleash(world);
  const clients = Array.from({ length: plan.clients }, (_, n) => work(world, n, heard));
  world.time.after(10_000, 'the weather calms down', () => settle(world));
  await until(world, Promise.all(clients));
  settle(world);
  await until(world, rest(world));
  checks.atEnd(plan.tree ? world.outside : null);
}

/** Steps until the work is done. */
async function until(world: World, work: Promise<unknown>): Promise<void> {
  const { time, checks } = world;
  let done = false;
  let failure: unknown = null;
  work.then(
    () => {
      done = true;
    },
    (error: unknown) => {
      failure = error ?? new Error('no reason');
      done = true;
    },
  );
  while (!done) {
    if (time.steps > MOST_STEPS || time.now > LONGEST_MS || !(await time.step()))
      throw new Violation(
        'everything comes to rest',
        `after ${time.steps} steps and ${time.now.toFixed(0)} ms`,
      );
    checks.afterStep();
  }
  // A process that gives up in calm weather is as stuck as one that says nothing.
  if (isPassing(failure)) throw new Violation('everything comes to rest', String(failure));
  if (failure !== null) throw failure;
}

/** Readers have read everything, and stay so for a while. */
async function rest({ time, checks, plan }: World): Promise<void> {
  const pause = (ms: number) => new Promise<void>((resolve) => void time.after(ms, 'rest', resolve));
  // Longer than a silent connection is kept, a lock with it, and than a timer that had no effect is left alone.
  await pause(500);
  while (!checks.caughtUp()) await pause(500);
  await pause(plan.tree ? 3_000 : 800);
  while (!checks.caughtUp()) await pause(500);
}

export type { Checks };
