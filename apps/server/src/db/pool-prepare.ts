import path from 'node:path';
import { type EmbeddedPostgres, startEmbedded } from './embedded.ts';
import { supervise } from './embedded-supervisor.ts';
import { migrate } from './migrate.ts';
import { appUrl, enableAppLogin } from './migrate-roles.ts';
import { primaryAddress } from './primary.ts';

export interface DatabaseOptions {
  /** The operator's PostgreSQL; undefined for the embedded one. */
  readonly url: string | undefined;
  /** Owner of that database, only to migrate; undefined when `url` itself is the owner, or when someone else migrates. */
  readonly ownerUrl: string | undefined;
  /** Directory for what the server keeps on disk; the embedded database gets `postgres` in it. */
  readonly dataDir: string;
  readonly log: (message: string) => void;
}

export interface Database {
  /** Address of the application's login, for pools. */
  readonly url: string;
  /** Stops the embedded server; does nothing for an operator's. */
  stop(): Promise<void>;
}

/**
 * A migrated database and the application's address in it.
 *
 * - nothing given: the embedded server starts; its superuser only migrates;
 * - `url` and `ownerUrl`: the owner migrates, the application uses `url`;
 * - `url` alone: it migrates, and the application logs in as `countersign_app` with a password derived from it.
 * @throws EmbeddedPostgresError, MigrationError, RoleError, NoPrimary
 */
export async function prepareDatabase(options: DatabaseOptions): Promise<Database> {
  if (options.url !== undefined) {
    const ownerUrl = await primaryAddress(options.ownerUrl ?? options.url);
    await migrate({ ownerUrl, log: options.log });
    if (options.ownerUrl !== undefined) return { url: options.url, stop: async () => undefined };
    await enableAppLogin(ownerUrl);
    return { url: appUrl(options.url), stop: async () => undefined };
  }
  const start = () => startEmbedded({ dataDir: path.join(options.dataDir, 'postgres'), log: options.log });
  const server = await start();
  try {
    const url = await prepareEmbedded(server, options.log);
    return { url, stop: supervise(server, start, options.log).stop };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** initdb makes `postgres`; ours stands beside it under the product's name. */
async function prepareEmbedded(server: EmbeddedPostgres, log: (message: string) => void): Promise<string> {
  await server.ensureDatabase('countersign');
  const ownerUrl = server.url('countersign');
  await migrate({ ownerUrl, log });
  return enableAppLogin(ownerUrl);
}
