import type { Server as HttpServer } from 'node:http';
import type { Server } from 'node:net';
import { type RouteId, requestHeaders, routeTable } from '@countersign/contract';
import type { FastifyInstance } from 'fastify';
import type { Settings } from '../config/index.ts';
import { assertLogs } from '../engine/tree/index.ts';
import { buildApp } from '../http/app.ts';
import { SHARED_PORT } from '../http/doors.ts';
import type { Refused } from '../http/options.ts';
import { type KeyAuthenticator, keyAuthenticator } from '../modules/access/access.authenticator.ts';
import { type RefusalLog, refusalLog } from '../modules/access/access.refusals.ts';
import { definitionStore } from '../modules/definitions/index.ts';
import { replayErasures } from '../modules/erasures/index.ts';
import { registerReference } from '../modules/home/home.reference.ts';
import { openTokenKey } from '../modules/tokens/index.ts';
import { createLogger, gracefulShutdown, type Logger } from '../platform/index.ts';
import { inhabited, openSandbox, type Sandbox, type SandboxOptions } from '../sandbox/sandbox.ts';
import { composeHandlers } from './handlers.ts';
import { answerOperations } from './operations.ts';
import { openPlatform, type Platform } from './platform.ts';
import { assertFree, preflight } from './preflight.ts';
import { composeReaders, startReaders } from './readers.ts';

export type StartOptions = {
  readonly settings: Settings;
  /** What an empty database becomes. */
  readonly sandbox: SandboxOptions;
  /** By the settings' level to standard output where absent. */
  readonly log?: Logger;
  /** Wall clock, ms. */
  readonly now?: () => number;
};

export type RunningServer = {
  /** Where it is reached, without a slash at the end. */
  readonly url: string;
  readonly mode: Settings['mode'];
  readonly app: FastifyInstance;
  /** Null: the database holds environments that this data directory did not make. */
  readonly sandbox: Sandbox | null;
  /** Lets calls under way finish, then stops readers, commits and the database. True: all went well, in time. */
  stop(reason: string): Promise<boolean>;
};

/**
 * Starts everything: database, migrations, keys, engine, readers of the log, HTTP. On an empty database it makes a
 * sandbox. What was started before a failure is stopped again.
 * @throws EmbeddedPostgresError, MigrationError, RoleError, TokenKeyError, KeyUnreadable, SampleError
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { settings, now = Date.now } = options;
  const log = options.log ?? createLogger({ level: settings.logLevel });
  const shutdown = gracefulShutdown(log, settings.shutdownGrace);
  try {
    await preflight(listenOf(settings), settings.data);
    const platform = await openPlatform(settings, log, shutdown, now);
    return await serve(platform, options);
  } catch (error) {
    await shutdown.stop('it could not start');
    throw error;
  }
}

async function serve(platform: Platform, { sandbox: wanted }: StartOptions): Promise<RunningServer> {
  // First: what is refused here leaves no new key behind.
  await assertWhole(platform);
  const { settings, shutdown, health } = platform;
  let url = settings.publicUrl ?? `http://${settings.host}:${settings.port}`;
  let sandbox: Sandbox | null = null;
  const keys = keyAuthenticator(platform.pool, platform.reader, platform.now);
  const refusals = refusalLog(platform.engine, platform.now, (error) =>
    platform.log.error({ err: error }, 'a refusal could not be written down'),
  );
  const tokenKey = await openTokenKey({ dataDir: settings.data, seed: wanted.seed });
  const definitions = definitionStore(platform.reader);
  const readers = composeReaders(platform, definitions);
  const handlers = composeHandlers({
    platform,
    definitions,
    readers,
    keys,
    tokenKey,
    url: () => url,
    sandbox: () => sandbox,
  });
  const app = await buildApp({
    handlers,
    authenticator: keys,
    logger: platform.log,
    limits: {
      body: settings.bodyLimit,
      upload: settings.uploadLimit,
      rate: settings.rateLimit,
      anonymous: settings.rateLimitAnonymous,
    },
    trustProxy: settings.trustProxy,
    refused: (refused) => writeDown(refused, keys, refusals),
    observe: (route, status, seconds) => platform.metrics.call({ ...described(route), status, seconds }),
  });
  await registerReference(app);
  shutdown.add('http', () => app.close());
  shutdown.add('readiness', async () => health.drain());
  sandbox = await openSandbox({ ...platform, app, data: settings.data }, wanted);
  if (settings.mode !== 'api') startReaders(platform, readers);
  if (settings.mode === 'worker') {
    const metrics = settings.metrics ? platform.metrics : null;
    const operations = await answerOperations(
      { health, metrics, onError: (error) => platform.log.error({ err: error }, 'failed') },
      listenOf(settings),
    );
    shutdown.add('operations', () => closed(operations));
    url = addressOf(operations, settings.host);
  } else {
    // A shared port would let another server in beside us, and give each of them a part of the calls.
    await assertFree(listenOf(settings));
    await app.listen({ ...listenOf(settings), ...SHARED_PORT });
    url = settings.publicUrl ?? addressOf(app.server, settings.host);
  }
  return { url, mode: settings.mode, app, sandbox, stop: (reason) => shutdown.stop(reason) };
}

/** Nothing is served before database, key store and the checkpoints outside agree (ENGINE 10, 14). */
async function assertWhole({ pool, reader, keys, checkpoints, outside, log }: Platform): Promise<void> {
  await assertLogs({ reader, checkpoints, outside });
  const undone = await replayErasures({ reader, keys }, await inhabited(pool));
  if (undone > 0) log.warn({ erasures: undone }, 'erasures that a backup had undone were done again');
}

async function writeDown(refused: Refused, keys: KeyAuthenticator, refusals: RefusalLog): Promise<void> {
  const { principal, secret, operation, actFor } = refused;
  const known =
    principal === null
      ? secret === null
        ? null
        : await keys.outcast(secret)
      : { environment: principal.environment, key: principal.key, service: principal.serviceAccount };
  // Whatever else stood in the header may say anything of anybody, and the log keeps it for ever.
  const person = requestHeaders['countersign-act-for'].schema.safeParse(actFor).success ? actFor : null;
  // Nobody that any environment knows: the answer's log line and metric are the trace.
  if (known === null) return;
  await refusals.record({ ...known, operation, code: refused.problem.code, person });
}

function described(route: RouteId | 'unknown'): { readonly method: string; readonly route: string } {
  if (route === 'unknown') return { method: '', route };
  const { method, path } = routeTable[route];
  return { method, route: path };
}

const listenOf = ({ mode, host, port, workerPort }: Settings) => ({
  host,
  port: mode === 'worker' ? workerPort : port,
});

function addressOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

const closed = (server: HttpServer): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
