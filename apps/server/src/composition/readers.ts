import { reader as openReader } from '../db/read.ts';
import {
  type FireTimer,
  type GiveCommand,
  type ReaderStatus,
  readerStatus,
  recheckReader,
  runReaders,
  runTimers,
  type Subscription,
  searchReader,
} from '../engine/readers/index.ts';
import { treeReader } from '../engine/tree/index.ts';
import type { DefinitionStore } from '../modules/definitions/index.ts';
import { erasureReader } from '../modules/erasures/index.ts';
import { takeEffect } from '../modules/matrices/index.ts';
import { runSystemCommand, words } from '../modules/requests/index.ts';
import { keepHouse } from './housekeeping.ts';
import type { Platform } from './platform.ts';

const MEASURE_MS = 5000;

/** Of one statement. Nobody waits for these, and a change of authority may bear on many requests. */
const PATIENCE_MS = 60_000;

export type Readers = {
  readonly give: GiveCommand;
  /** Those that may set an entry aside. */
  readonly subscriptions: readonly Subscription[];
};

/** What is downstream of a commit (ENGINE 12); it runs where `startReaders` starts it. */
export function composeReaders({ pool, engine, keys }: Platform, definitions: DefinitionStore): Readers {
  const reader = openReader(pool, PATIENCE_MS);
  const give: GiveCommand = (command) => runSystemCommand({ engine, definitions, reader }, command);
  const subscriptions = [
    searchReader(reader, words),
    recheckReader(reader, give),
    erasureReader({ reader, keys }),
  ];
  return { give, subscriptions };
}

/** Starts what follows the log and the clocks. */
export function startReaders(platform: Platform, { give, subscriptions: others }: Readers): void {
  const { pool, reader, engine, log, shutdown } = platform;
  const stopping = new AbortController();
  const failed = (what: string) => (error: unknown) => {
    // A checkpoint that was still to be signed: the next start signs it.
    if (!stopping.signal.aborted) log.error({ err: error }, what);
  };
  const tree = treeReader(reader, platform.checkpoints, {
    onError: failed('a checkpoint could not be signed'),
    stopping: stopping.signal,
  });
  const subscriptions = [tree, ...others];
  const runner = runReaders({
    pool,
    reader,
    subscriptions,
    onEvent: ({ error, ...event }) => log.error({ ...event, err: error }, 'a reader of the log failed'),
  });
  const fire: FireTimer = ({ environment, stream, key }, commandId) =>
    stream.startsWith('matrix/')
      ? takeEffect(engine, { environment, stream, key, commandId })
      : give({ environment, request: stream, commandId, data: { type: 'fire', timer: key } });
  const timers = runTimers({ pool, fire, onError: failed('a timer could not fire') });
  const names = subscriptions.map(({ name }) => name);
  const measure = setInterval(() => {
    readerStatus(pool, names).then(
      (status) => tell(platform.metrics, names, status),
      failed('the readers of the log could not be measured'),
    );
  }, MEASURE_MS);
  keepHouse(platform);
  platform.onCommitted(() => {
    runner.wake();
    timers.wake();
  });
  shutdown.add('readers', async () => {
    stopping.abort();
    clearInterval(measure);
    await Promise.all([runner.stop(), timers.stop()]);
  });
}

/** The environment that is farthest behind, and all that is set aside: environments would make a series each. */
function tell(metrics: Platform['metrics'], names: readonly string[], status: readonly ReaderStatus[]): void {
  for (const name of names) {
    const own = status.filter(({ reader }) => reader === name);
    metrics.lag(name, Math.max(0, ...own.map(({ lag }) => lag)));
    metrics.setAside(
      name,
      own.reduce((sum, { setAside }) => sum + setAside, 0),
    );
  }
}
