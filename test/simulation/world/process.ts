import { committer } from '../../../apps/server/src/db/commit.ts';
import { reader } from '../../../apps/server/src/db/read.ts';
import { type Ids, seededIds } from '../../../apps/server/src/engine/ids.ts';
import { type Engine, engine } from '../../../apps/server/src/engine/index.ts';
import {
  type GiveCommand,
  recheckReader,
  runReaders,
  runTimers,
  searchReader,
} from '../../../apps/server/src/engine/readers/index.ts';
import { checkpoints, treeReader } from '../../../apps/server/src/engine/tree/index.ts';
import { definitionStore } from '../../../apps/server/src/modules/definitions/index.ts';
import { runSystemCommand, words } from '../../../apps/server/src/modules/requests/index.ts';
import { link } from './connection.ts';
import { rememberedDefinitions } from './definitions.ts';
import { logKeys, outsideOf } from './log.ts';
import type { Parts } from './perform.ts';
import { simulatedPool } from './pool.ts';
import { witness } from './post.ts';
import { type Life, machineOf, newLife } from './scheduler.ts';
import type { World } from './world.ts';

/** One server process: what is composed here is the server's own, but for machine, network and outside world. */
export type Process = {
  readonly name: string;
  readonly parts: Parts;
  readonly life: Life;
  crash(): void;
  pause(): void;
  resume(): void;
  /** Its wall clock is moved by so many ms. */
  stepClock(ms: number): void;
};

export function startProcess(world: World, name: string): Process {
  const { time, server, trace, plan } = world;
  const chance = world.chance.fork();
  const life = newLife();
  const machine = machineOf(time, life, chance);
  let skew = world.calm ? 0 : chance.between(-500, 500);
  const wall = () => world.wall() + skew;

  const network = link({ time, chance, server, weather: world.weather, life, who: name, trace });
  const pools = { commit: simulatedPool(network, 2), read: simulatedPool(network, plan.connections) };
  const read = reader(pools.read);
  const wakes: (() => void)[] = [];
  const commits = committer(pools.commit, {
    machine,
    writers: plan.writers,
    maxMembers: plan.maxMembers,
    patience: 2_000,
  });
  const core = engine({
    reader: read,
    committer: commits,
    wall,
    machine,
    cacheBytes: plan.cacheBytes,
    onCommitted: (environment, seq) => {
      world.checks.told(environment, seq);
      for (const wake of wakes) wake();
    },
  });
  const own: Engine = { ...core, ids: async (_environment, principal, key) => world.ids(principal, key) };
  const definitions = world.plant.definitions(rememberedDefinitions(definitionStore(read), read));

  const give: GiveCommand = (command) =>
    runSystemCommand({ engine: own, definitions, reader: read }, command);
  const complain = (error: unknown) => world.checks.complaint(name, error);
  const signing = checkpoints({
    pool: pools.read,
    reader: read,
    keys: logKeys,
    outside: outsideOf(world, life),
  });
  const subscriptions = [
    recheckReader(read, give),
    searchReader(read, words),
    witness(world, life, name),
    ...(plan.tree
      ? [
          treeReader(read, signing, {
            signEveryMs: 1000,
            onError: complain,
            stopping: new AbortController().signal,
            machine,
          }),
        ]
      : []),
  ];
  const runner = runReaders({
    pool: pools.read,
    reader: read,
    subscriptions,
    pollMs: 1500,
    onEvent: ({ error }) => complain(error),
    machine,
  });
  const timers = runTimers({
    pool: pools.read,
    fire: ({ environment, stream, key }, commandId) =>
      give({ environment, request: stream, commandId, data: { type: 'fire', timer: key } }),
    pollMs: 1500,
    onError: complain,
    machine,
  });
  wakes.push(runner.wake, timers.wake);

  return {
    name,
    parts: { engine: own, reader: read, definitions, wall },
    life,
    crash() {
      time.kill(life);
      network.closeAll();
    },
    pause() {
      life.paused = true;
    },
    resume: () => time.resume(life),
    stepClock(ms) {
      skew += ms;
    },
  };
}

/** Ids by name: the same call draws the same in both environments, so that a mix-up would meet. */
export const idsByName = (principal: string, key: string): Ids =>
  seededIds({ seed: 'simulation', principal, key, now: 0 });
