import type { EmbeddedPostgres } from './embedded.ts';
import { isAlive } from './embedded-process.ts';

/** How often to look whether the server lives; a call meanwhile is told to come again. */
const LOOK_MS = 250;

/** An embedded server that is started again when it dies while this process serves. */
export type Supervised = { stop(): Promise<void> };

/** @param start starts it on the same directory, where it recovers from its log; or takes over whoever was faster. */
export function supervise(
  first: EmbeddedPostgres,
  start: () => Promise<EmbeddedPostgres>,
  log: (message: string) => void,
): Supervised {
  let server = first;
  let under: Promise<void> | null = null;

  async function again(): Promise<void> {
    log(`PostgreSQL (process ${server.pid}) is gone; it is started again`);
    try {
      server = await start();
    } catch (error) {
      log(`PostgreSQL could not be started again: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  const timer = setInterval(() => {
    if (under !== null || isAlive(server.pid)) return;
    under = again().finally(() => {
      under = null;
    });
  }, LOOK_MS);
  timer.unref();

  return {
    async stop() {
      clearInterval(timer);
      await under;
      await server.stop();
    },
  };
}
