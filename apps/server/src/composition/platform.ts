import path from 'node:path';
import type pg from 'pg';
import { type Blobs, diskBlobs } from '../blobs/index.ts';
import { redactSettings, type Settings } from '../config/index.ts';
import { type Committer, committer } from '../db/commit.ts';
import { assertAppRole, openPool } from '../db/pool.ts';
import { type Database, prepareDatabase } from '../db/pool-prepare.ts';
import { type Primary, primary } from '../db/primary.ts';
import { type Reader, reader } from '../db/read.ts';
import { type Engine, engine } from '../engine/index.ts';
import { tellOfSetAside } from '../engine/readers/index.ts';
import { fileKeyStore, type KeyStore, openMasterKey, type Sealer, sealer } from '../engine/seal/index.ts';
import {
  type Checkpoints,
  checkpoints,
  fileLogKeys,
  type OutsideCheckpoints,
  outsideCheckpoints,
} from '../engine/tree/index.ts';
import {
  createMetrics,
  type HealthRegistry,
  healthRegistry,
  type Logger,
  type Metrics,
  type Shutdown,
} from '../platform/index.ts';

/** What every module leans on. */
export type Platform = {
  readonly settings: Settings;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly health: HealthRegistry;
  readonly shutdown: Shutdown;
  readonly database: Database;
  readonly pool: pg.Pool;
  readonly reader: Reader;
  readonly committer: Committer;
  readonly engine: Engine;
  readonly keys: KeyStore;
  readonly sealer: Sealer;
  readonly blobs: Blobs;
  readonly checkpoints: Checkpoints;
  readonly outside: OutsideCheckpoints;
  /** Called after each commit of this process, so that its readers of the log need not wait for their poll. */
  readonly onCommitted: (listener: (environment: string, seq: number) => void) => void;
  /** Wall clock, ms. */
  readonly now: () => number;
};

/** One more than the writers of the committer, for a batch that is sent again. */
const COMMIT_CONNECTIONS = 3;
/** Plaintext of sealed values that may stay in memory. */
const OPENED_BYTES = 16 << 20;

/** Opens database, keys and engine; each registers with `shutdown` how it is closed again. */
export async function openPlatform(
  settings: Settings,
  log: Logger,
  shutdown: Shutdown,
  now: () => number,
): Promise<Platform> {
  log.info({ settings: redactSettings(settings) }, 'starting');
  const metrics = createMetrics({ process: true });
  const health = healthRegistry();
  const database = await prepareDatabase({
    url: settings.databaseUrl,
    ownerUrl: settings.databaseOwnerUrl,
    dataDir: settings.data,
    log: (message) => log.info(message),
  });
  shutdown.add('database', () => database.stop());

  // The embedded server has no standby.
  const place =
    settings.databaseUrl === undefined
      ? undefined
      : primary(database.url, {
          onMoved: (timeline) => log.warn({ timeline }, 'another server is the primary now'),
        });
  shutdown.add('primary', async () => place?.close());

  let stopping = false;
  const pools = openPools(settings, database, place, (error) => {
    // The database that stops ends the sessions that are just being closed.
    if (!stopping) log.warn({ err: error }, 'an idle connection broke');
  });
  shutdown.add('connections', async () => {
    stopping = true;
    await Promise.all([pools.read.end(), pools.commit.end()]);
  });
  metrics.watchPool('read', pools.read);
  metrics.watchPool('commit', pools.commit);
  await assertAppRole(pools.read);
  health.add('database', async () => {
    await pools.read.query('select');
    return null;
  });
  health.add('log-readers', () => tellOfSetAside(pools.read));

  const commits = committer(pools.commit, {
    onEvent: (event) => {
      if (event.event === 'batch')
        metrics.commit({ commands: event.members, seconds: event.milliseconds / 1000 });
      else log.warn({ ...event, cause: String(event.cause) }, 'a batch was sent again');
      metrics.queued(commits.waiting());
    },
  });
  shutdown.add('commits', () => commits.close());

  const listeners: ((environment: string, seq: number) => void)[] = [];
  const read = reader(pools.read);
  const commands = engine({
    reader: read,
    committer: commits,
    wall: now,
    onCommitted: (environment, seq) => {
      for (const listener of listeners) listener(environment, seq);
    },
  });

  const directory = path.join(settings.data, 'keys');
  const master = await openMasterKey(
    settings.masterKeyFile ?? path.join(settings.data, 'master.key'),
    directory,
  );
  const keys = await fileKeyStore({
    directory,
    master,
    onError: (error) => log.error({ err: error }, 'the list of erasures could not be read'),
  });
  shutdown.add('keys', async () => keys.close());

  const outside = outsideCheckpoints(path.join(settings.data, 'checkpoints'));
  return {
    settings,
    log,
    metrics,
    health,
    shutdown,
    database,
    pool: pools.read,
    reader: read,
    committer: commits,
    engine: measured(commands, metrics),
    keys,
    sealer: sealer(keys, read, OPENED_BYTES),
    blobs: diskBlobs(path.join(settings.data, 'documents')),
    outside,
    checkpoints: checkpoints({
      pool: pools.read,
      reader: read,
      keys: fileLogKeys(path.join(settings.data, 'log-keys')),
      outside,
    }),
    onCommitted: (listener) => void listeners.push(listener),
    now,
  };
}

function openPools(
  settings: Settings,
  database: Database,
  place: Primary | undefined,
  onError: (error: Error) => void,
) {
  const open = (name: string, max: number): pg.Pool =>
    openPool({
      url: database.url,
      max,
      applicationName: `countersign-${name}`,
      onError,
      primary: place,
    });
  return {
    commit: open('commit', COMMIT_CONNECTIONS),
    read: open('read', settings.databaseConnections - COMMIT_CONNECTIONS),
  };
}

/** Each command by kind, type and what became of it. */
function measured(engine: Engine, metrics: Metrics): Engine {
  const execute: Engine['execute'] = async (execution) => {
    const start = performance.now();
    let outcome = 'failed';
    try {
      const executed = await engine.execute(execution);
      outcome = executed.outcome;
      return executed;
    } finally {
      metrics.command({
        kind: execution.id.kind,
        type: execution.command.type,
        outcome,
        seconds: (performance.now() - start) / 1000,
      });
    }
  };
  return { ...engine, execute };
}
