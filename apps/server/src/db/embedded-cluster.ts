import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { type Account, makePrivateDirectory } from './embedded-account.ts';
import type { Binaries } from './embedded-binaries.ts';
import { EmbeddedPostgresError } from './embedded-error.ts';
import { isAlive } from './embedded-process.ts';

/** One database cluster of ours: `data` is PostgreSQL's own, the rest stands beside it. */
export interface Cluster {
  readonly root: string;
  readonly data: string;
  readonly users: string;
  readonly log: string;
  readonly password: string;
}

const SECRET = 'superuser-password';

function clusterAt(root: string): Cluster {
  return {
    root,
    data: path.join(root, 'data'),
    users: path.join(root, 'users'),
    log: path.join(root, 'server.log'),
    password: fs.readFileSync(path.join(root, SECRET), 'utf8').trim(),
  };
}

/**
 * The cluster at `root`, made first if there is none.
 * It is made under a temporary name and renamed when whole, so a crash in between leaves nothing that looks usable.
 */
export function openCluster(
  root: string,
  binaries: Binaries,
  account: Account | undefined,
  durable: boolean,
): Cluster {
  sweep(root);
  if (!fs.existsSync(path.join(root, 'data', 'PG_VERSION'))) {
    refuseForeign(root);
    create(root, binaries, account, durable);
  }
  refuseOtherVersion(root, binaries);
  return clusterAt(root);
}

function refuseForeign(root: string): void {
  if (!fs.existsSync(root) || fs.readdirSync(root).length === 0) return;
  throw new EmbeddedPostgresError(
    `${root} holds files, but no database of Countersign.`,
    'Give another data directory (COUNTERSIGN_DATA), or move those files away.',
  );
}

/**
 * Removes what a creation that was killed left behind. Its initdb may live on for a second and write between our
 * deletions, so every start sweeps.
 */
function sweep(root: string): void {
  const parent = path.dirname(root);
  if (!fs.existsSync(parent)) return;
  const prefix = `${path.basename(root)}.init-`;
  for (const name of fs.readdirSync(parent)) {
    if (!name.startsWith(prefix) || isAlive(Number(name.slice(prefix.length)))) continue;
    fs.rmSync(path.join(parent, name), { recursive: true, force: true, maxRetries: 3 });
  }
}

function create(root: string, binaries: Binaries, account: Account | undefined, durable: boolean): void {
  const partial = `${root}.init-${process.pid}`;
  fs.rmSync(partial, { recursive: true, force: true });
  makePrivateDirectory(partial, account);
  makePrivateDirectory(path.join(partial, 'users'), account);
  const secret = path.join(partial, SECRET);
  fs.writeFileSync(secret, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
  if (account !== undefined) fs.chownSync(secret, account.uid, account.gid);
  runInitdb(path.join(partial, 'data'), secret, binaries, account, durable);
  try {
    if (fs.existsSync(root)) fs.rmdirSync(root);
    fs.renameSync(partial, root);
  } catch (error) {
    fs.rmSync(partial, { recursive: true, force: true });
    // Another process made the same cluster meanwhile: theirs is whole, ours goes.
    if (!fs.existsSync(path.join(root, 'data', 'PG_VERSION'))) throw error;
  }
  if (durable) syncDirectory(path.dirname(root));
}

function runInitdb(
  data: string,
  secret: string,
  binaries: Binaries,
  account: Account | undefined,
  durable: boolean,
): void {
  const made = spawnSync(
    binaries.initdb,
    [
      ...['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', '--pwfile', secret],
      ...['-E', 'UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=und', '--data-checksums'],
      ...(durable ? [] : ['--no-sync']),
    ],
    {
      ...account,
      cwd: path.dirname(data),
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '', TZ: 'UTC' },
    },
  );
  if (made.status === 0) return;
  fs.rmSync(path.dirname(data), { recursive: true, force: true });
  const said = made.error?.message ?? made.stderr.trim();
  throw new EmbeddedPostgresError(
    `PostgreSQL could not make a database in ${path.dirname(data)}: ${said}`,
    'Check free space and permissions there, or set DATABASE_URL to a PostgreSQL of your own.',
  );
}

function refuseOtherVersion(root: string, binaries: Binaries): void {
  const made = fs.readFileSync(path.join(root, 'data', 'PG_VERSION'), 'utf8').trim();
  const said = spawnSync(binaries.postgres, ['--version'], { encoding: 'utf8', cwd: '/' }).stdout;
  const ours = /\s(\d+)\./.exec(said)?.[1];
  if (ours === made) return;
  throw new EmbeddedPostgresError(
    `${root} was made by PostgreSQL ${made}, and this Countersign brings PostgreSQL ${ours ?? '?'}.`,
    'Dump it with the version that made it and restore it into a new data directory.',
  );
}

/** A rename is durable once its directory is synced (fsync(2)). */
function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const handle = fs.openSync(directory, 'r');
  fs.fsyncSync(handle);
  fs.closeSync(handle);
}
