import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { openClient } from './client.ts';
import { becomeOwner } from './migrate-roles.ts';

export interface MigrateOptions {
  /** Address of the owner, or of a superuser. */
  readonly ownerUrl: string;
  readonly log: (message: string) => void;
  /** Where the numbered files are; the server's own by default. */
  readonly directory?: string;
}

/** A migration cannot be applied; the database stands as it was before the file at fault. */
export class MigrationError extends Error {
  readonly code = 'migration';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MigrationError';
  }
}

export const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url));

/** Any constant will do, as long as every version of ours uses the same. */
const LOCK = 7_220_651;

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

/**
 * Applies what is missing, in order, each file in one transaction; processes that start together wait for the first.
 * @returns the names of the files applied now.
 * @throws MigrationError, RoleError
 */
export async function migrate(options: MigrateOptions): Promise<readonly string[]> {
  const files = await readMigrations(options.directory ?? MIGRATIONS);
  const client = openClient({
    connectionString: options.ownerUrl,
    application_name: 'countersign-migrate',
  });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await becomeOwner(client);
    const missing = await findMissing(client, files);
    for (const file of missing) await applyBetween(client, file, options.log);
    return missing.map((file) => file.name);
  } finally {
    await client.end();
  }
}

/** Files are `0001_what_it_does.sql`, numbered without gaps. */
export async function readMigrations(directory: string): Promise<readonly Migration[]> {
  const names = (await fs.readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const number = Number(/^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1]);
      if (number !== index + 1) {
        const expected = String(index + 1).padStart(4, '0');
        throw new MigrationError(`${name}: expected ${expected}_<lower_case_words>.sql, without gaps.`);
      }
      const sql = await fs.readFile(path.join(directory, name), 'utf8');
      return { number, name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function findMissing(client: pg.Client, files: readonly Migration[]): Promise<readonly Migration[]> {
  await client.query(`create table if not exists schema_migration (
    number integer primary key,
    name text not null,
    sha256 text not null,
    applied_at timestamptz not null default clock_timestamp()
  )`);
  const recorded = await client.query<{ number: number; name: string; sha256: string }>(
    'select number, name, sha256 from schema_migration order by number',
  );
  for (const row of recorded.rows) {
    const file = files[row.number - 1];
    if (file === undefined) {
      throw new MigrationError(
        `The database has migration ${row.name}, which this version does not know. Run the version that made it, or a later one.`,
      );
    }
    if (file.sha256 !== row.sha256) {
      throw new MigrationError(
        `${file.name} was changed after it had been applied. Restore the file and write a new migration instead.`,
      );
    }
  }
  return files.slice(recorded.rows.length);
}

/** What waits for a table's lock keeps out all who come after it, until those before it have ended: a dump, say. */
const LOCK_WAIT_MS = 1000;
const PAUSE_MS = 2000;

/** Applies a file in a moment when nobody holds what it locks; while it does not get that, others go on working. */
async function applyBetween(
  client: pg.Client,
  file: Migration,
  log: (message: string) => void,
): Promise<void> {
  while (!(await apply(client, file, log))) {
    log(`${file.name} waits: somebody holds a table that it changes; it is tried again`);
    await sleep(PAUSE_MS);
  }
}

/** False: it waited too long for a lock, and left nothing. */
async function apply(client: pg.Client, file: Migration, log: (message: string) => void): Promise<boolean> {
  const start = performance.now();
  try {
    await client.query('begin');
    await client.query(`set local lock_timeout = ${LOCK_WAIT_MS}`);
    await client.query(file.sql);
    await client.query('insert into schema_migration (number, name, sha256) values ($1, $2, $3)', [
      file.number,
      file.name,
      file.sha256,
    ]);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback');
    if (cause instanceof pg.DatabaseError && cause.code === '55P03') return false;
    throw new MigrationError(`${file.name}: ${describe(cause, file.sql)}`, { cause });
  }
  log(`migrated ${file.name} in ${Math.round(performance.now() - start)} ms`);
  return true;
}

function describe(cause: unknown, sql: string): string {
  if (!(cause instanceof pg.DatabaseError)) return String(cause);
  if (cause.position === undefined) return cause.message;
  const line = sql.slice(0, Number(cause.position)).split('\n').length;
  return `line ${line}: ${cause.message}`;
}
