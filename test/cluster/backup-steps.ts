import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import {
  asPostgres,
  DATABASE,
  freePort,
  ownDirectory,
  PASSWORD,
  type Postgres,
  postgresOn,
  tool,
} from './postgres.ts';

/**
 * The steps of docs/how-to/back-up.md and docs/how-to/restore.md, with the same programs and flags.
 */

/** What a logical backup is: the roles, the database, the documents. */
export async function dump(database: Postgres, data: string, to: string): Promise<void> {
  ownDirectory(to);
  const at = ['-h', '127.0.0.1', '-p', String(database.port), '-U', 'postgres'];
  await tool('pg_dumpall', ...at, '--globals-only', '-f', path.join(to, 'roles.sql'));
  await tool('pg_dump', ...at, '-Fc', '-d', DATABASE, '-f', path.join(to, 'countersign.dump'));
  copyDocuments(data, to);
}

/** Into an empty server. */
export async function loadDump(database: Postgres, from: string): Promise<void> {
  const at = ['-h', '127.0.0.1', '-p', String(database.port), '-U', 'postgres'];
  // `postgres` itself is there already: psql says so, and goes on.
  await tool('psql', ...at, '-q', '-d', 'postgres', '-f', path.join(from, 'roles.sql'));
  await tool('pg_restore', ...at, '-d', DATABASE, '--exit-on-error', path.join(from, 'countersign.dump'));
  await tool('vacuumdb', ...at, '-q', '--analyze-only', '-d', DATABASE);
}

/** Settings of a server that archives its log; a segment is there whole or not at all. */
export function archiving(archive: string): string[] {
  ownDirectory(archive);
  return [
    'archive_mode=on',
    `archive_command=test ! -f ${archive}/%f && cp %p ${archive}/%f.part && mv ${archive}/%f.part ${archive}/%f`,
  ];
}

/** What a physical backup is: a copy of the cluster, on which the archived log is played, and the documents. */
export async function copyCluster(database: Postgres, data: string, to: string): Promise<void> {
  ownDirectory(to);
  const from = `host=127.0.0.1 port=${database.port} user=postgres password=${PASSWORD}`;
  await tool('pg_basebackup', '-D', path.join(to, 'base'), '-d', from, '-X', 'none', '-c', 'fast');
  copyDocuments(data, to);
}

/** @param until time up to which the log is played; all of it where absent. */
export async function playLog(from: string, archive: string, to: string, until?: string): Promise<Postgres> {
  ownDirectory(path.dirname(to));
  await asPostgres('cp', '-a', path.join(from, 'base'), to);
  await asPostgres('touch', path.join(to, 'recovery.signal'));
  const server = postgresOn(to, await freePort(), [
    'max_connections=200',
    `restore_command=cp ${archive}/%f %p`,
    'recovery_target_action=promote',
    ...(until === undefined ? [] : [`recovery_target_time=${until}`]),
  ]);
  await server.start();
  return server;
}

/** After the database: what it names is there by then, and is never changed. */
function copyDocuments(data: string, to: string): void {
  mkdirSync(path.join(to, 'documents'), { recursive: true });
  cpSync(path.join(data, 'documents'), path.join(to, 'documents'), {
    recursive: true,
    preserveTimestamps: true,
  });
}

/** All else in the data directory. Never beside the copy of the database: whoever has both reads what was erased. */
export function copyKeys(data: string, to: string): void {
  for (const name of readdirSync(data).filter((one) => one !== 'documents' && one !== 'postgres'))
    cpSync(path.join(data, name), path.join(to, name), { recursive: true, preserveTimestamps: true });
}
