import type { Settings } from '../config/index.ts';
import { declareRestore } from '../engine/tree/index.ts';
import { replayErasures } from '../modules/erasures/index.ts';
import { createLogger, gracefulShutdown, type Logger } from '../platform/index.ts';
import { openPlatform } from './platform.ts';

export type DeclareOptions = {
  readonly settings: Settings;
  readonly environment: string;
  /** The highest `seq` that anybody is known to have a receipt for. */
  readonly acknowledged?: number;
  readonly log?: Logger;
  /** Wall clock, ms. */
  readonly now?: () => number;
};

export type DeclaredRestore = { readonly origin: string; readonly size: number; readonly note: string };

/**
 * Declares that the database was restored from a backup, while no server runs: erasures first, then the entry that
 * names the loss (ENGINE 10, 14).
 * @throws NothingToDeclare, LogContradicted, and what starting a server throws
 */
export async function declareRestored(options: DeclareOptions): Promise<DeclaredRestore> {
  const { settings, environment, acknowledged, now = Date.now } = options;
  const log = options.log ?? createLogger({ level: settings.logLevel });
  const shutdown = gracefulShutdown(log, settings.shutdownGrace);
  try {
    const { reader, engine, keys, checkpoints, outside } = await openPlatform(settings, log, shutdown, now);
    await replayErasures({ reader, keys }, [environment]);
    const { origin, size, note } = await declareRestore({
      reader,
      engine,
      checkpoints,
      outside,
      environment,
      wall: now,
      ...(acknowledged === undefined ? {} : { acknowledged }),
    });
    return { origin, size, note };
  } finally {
    await shutdown.stop('the restore was declared');
  }
}
