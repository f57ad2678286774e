import {
  type GiveCommand,
  recheckReader,
  runReaders,
  runTimers,
  searchReader,
} from '../engine/readers/index.ts';
import { treeReader } from '../engine/tree/index.ts';
import type { DefinitionStore } from '../modules/definitions/index.ts';
import { erasureReader } from '../modules/erasures/index.ts';
import { runSystemCommand, words } from '../modules/requests/index.ts';
import type { Platform } from './platform.ts';

/** Starts what follows the log and the clocks: everything downstream of a commit (ENGINE 12). */
export function startReaders(platform: Platform, definitions: DefinitionStore): void {
  const { pool, reader, engine, keys, log, shutdown } = platform;
  const give: GiveCommand = (command) => runSystemCommand({ engine, definitions }, command);
  let stopped = false;
  const failed = (what: string) => (error: unknown) => {
    // A checkpoint that was still to be signed: the next start signs it.
    if (!stopped) log.error({ err: error }, what);
  };
  const runner = runReaders({
    pool,
    reader,
    subscriptions: [
      treeReader(reader, platform.checkpoints, { onError: failed('a checkpoint could not be signed') }),
      searchReader(reader, words),
      recheckReader(reader, give),
      erasureReader({ reader, keys }),
    ],
    onEvent: ({ error, ...event }) => log.error({ ...event, err: error }, 'a reader of the log failed'),
  });
  const timers = runTimers({ pool, give, onError: failed('a timer could not fire') });
  platform.onCommitted(() => {
    runner.wake();
    timers.wake();
  });
  shutdown.add('readers', async () => {
    stopped = true;
    await Promise.all([runner.stop(), timers.stop()]);
  });
}
