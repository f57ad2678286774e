import type { Settings } from '../config/index.ts';
import { exportLines } from '../modules/audit/index.ts';
import { createLogger, gracefulShutdown } from '../platform/index.ts';
import { openPlatform } from './platform.ts';

export type StoppedExport = { readonly settings: Settings; readonly environment: string };

/**
 * The export of an environment, while no server runs: of a log that a server refuses to start on, too, and then under
 * the last checkpoint that was signed. What was done to it is for the verifier to say.
 * @throws UnknownEnvironment, and what opening the database throws
 */
export async function* exportStopped({ settings, environment }: StoppedExport): AsyncGenerator<string, void> {
  const log = createLogger({ level: settings.logLevel });
  const shutdown = gracefulShutdown(log, settings.shutdownGrace);
  try {
    const { reader, checkpoints } = await openPlatform(settings, log, shutdown, Date.now);
    yield* await exportLines({ reader, checkpoints }, environment, 0);
  } finally {
    await shutdown.stop('the log was exported');
  }
}
