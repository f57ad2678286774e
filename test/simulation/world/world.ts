import type { Ids } from '../../../apps/server/src/engine/ids.ts';
import type { Checks } from '../checks/checks.ts';
import { type DatabaseServer, databaseServer } from '../database/server.ts';
import { newEnvironment, type Tables } from '../database/tables.ts';
import type { Plant } from '../plants/plant.ts';
import { type Chance, chance } from './chance.ts';
import { idsByName, type Process } from './process.ts';
import { type Scheduler, scheduler } from './scheduler.ts';
import { CALM, type Weather, weatherOf } from './weather.ts';

/** What differs from run to run, besides the order of things. */
export type Plan = {
  readonly environments: readonly string[];
  readonly processes: number;
  readonly clients: number;
  /** Operations of each client. */
  readonly operations: number;
  readonly connections: number;
  readonly writers: 1 | 2;
  readonly maxMembers: number;
  readonly cacheBytes: number;
  /** Builds and signs the tree: a signature costs as much as the rest of a short run. */
  readonly tree: boolean;
  readonly idsByName: boolean;
};

/** Everything that one run is made of. */
export type World = {
  readonly plan: Plan;
  readonly plant: Plant;
  readonly time: Scheduler;
  readonly chance: Chance;
  readonly server: DatabaseServer;
  readonly trace: (line: string) => void;
  readonly weather: () => Weather;
  calm: boolean;
  readonly processes: (Process | null)[];
  readonly checks: Checks;
  /** Checkpoints outside the database, by environment. */
  readonly outside: Map<string, string>;
  /** The true wall clock, ms. */
  wall(): number;
  ids(principal: string, key: string): Ids;
};

/** 2026-03-02T08:00:00Z, a Monday. */
export const START = 1_772_438_400_000;

export const environmentId = (n: number): string => `env_00000000-0000-7000-8000-00000000000${n}`;

function planOf(draw: Chance): Plan {
  return {
    environments: [1, 2].slice(0, draw.pick([1, 2, 2])).map(environmentId),
    processes: draw.pick([1, 2, 2, 3]),
    clients: draw.pick([2, 3, 4]),
    operations: draw.pick([5, 7, 10]),
    connections: draw.pick([5, 8]),
    writers: draw.pick([1, 1, 2]),
    maxMembers: draw.pick([1, 3, 128]),
    cacheBytes: draw.pick([2_000, 64 << 20]),
    tree: draw.happens(0.05),
    idsByName: draw.happens(0.5),
  };
}

export function newWorld(
  seed: number,
  plant: Plant,
  trace: (line: string) => void,
  checksOf: (tables: Tables) => Checks,
): World {
  const root = chance(seed);
  const plan = planOf(root.fork());
  const sky = weatherOf(root.fork());
  const tables: Tables = {
    environments: new Map(
      plan.environments.map((id) => [id, newEnvironment(id, plan.idsByName ? 'simulation' : null)]),
    ),
    statements: 0,
  };
  const time = scheduler(trace);
  const wall = () => START + time.now;
  const drawn = root.fork();
  const world: World = {
    plan,
    plant,
    time,
    chance: root,
    server: databaseServer(tables, plant.slips, wall),
    trace,
    weather: () => (world.calm ? CALM : sky),
    calm: true,
    processes: [],
    checks: checksOf(tables),
    outside: new Map(),
    wall,
    ids: (principal, key) => (plan.idsByName ? idsByName(principal, key) : idsByChance(drawn)),
  };
  return world;
}

/** As the server draws them outside seeded sandboxes: again, others. */
function idsByChance(draw: Chance): Ids {
  const hex = (digits: number) => Array.from({ length: digits }, () => draw.below(16).toString(16)).join('');
  const ids: Ids = {
    id: (prefix) => `${prefix}_${hex(8)}-${hex(4)}-7${hex(3)}-8${hex(3)}-${hex(12)}`,
    bytes: (length) => Uint8Array.from({ length }, () => draw.below(256)),
    fork: () => ids,
  };
  return ids;
}
