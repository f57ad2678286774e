import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

export function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** What PostgreSQL writes about itself into its lock file (lines 1, 4, 5, 6 and 8 of postmaster.pid). */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly socketDir: string;
  readonly ready: boolean;
}

/** Undefined: no server has the directory, or one is just starting and has not written its whole file. */
export function readPostmaster(data: string): Postmaster | undefined {
  const file = path.join(data, 'postmaster.pid');
  if (!fs.existsSync(file)) return undefined;
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!Number.isSafeInteger(pid) || pid <= 0 || !Number.isSafeInteger(port)) return undefined;
  return { pid, port, socketDir: (lines[4] ?? '').trim(), ready: (lines[7] ?? '').trim() === 'ready' };
}

/** False for another program that got the number meanwhile, and for a dead server that nobody has reaped. */
export function isPostmaster(pid: number): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform === 'win32') return true;
  const commandLine = `/proc/${pid}/cmdline`;
  if (fs.existsSync(commandLine)) return fs.readFileSync(commandLine, 'utf8').includes('postgres');
  return spawnSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' }).stdout.includes(
    'postgres',
  );
}

/**
 * Makes a lock file that names a stranger harmless. PostgreSQL refuses while the process id in it is alive, but not
 * where it is its own parent's; and it still checks the shared memory that the file names (CreateLockFile, miscinit.c),
 * so a dead server's last sessions keep the directory until they have gone. Deleting the file would lose that check.
 */
export function disownLockFile(data: string, found: Postmaster): void {
  const socketLock = path.join(found.socketDir, `.s.PGSQL.${found.port}.lock`);
  for (const file of [path.join(data, 'postmaster.pid'), socketLock]) {
    if (!fs.existsSync(file)) continue;
    const lines = fs.readFileSync(file, 'utf8').split('\n');
    if (Number(lines[0]) === found.pid)
      fs.writeFileSync(file, [String(process.pid), ...lines.slice(1)].join('\n'));
  }
}

/** Resolves to false when `milliseconds` have passed first. */
export async function waitUntil(condition: () => boolean, milliseconds: number): Promise<boolean> {
  const end = Date.now() + milliseconds;
  while (!condition()) {
    if (Date.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return true;
}

/**
 * Processes that use one server, one file each, named by process id: only the last one to leave stops it.
 * Without this, stopping an `api` process would take the database away from the `worker` beside it.
 */
export function joinUsers(directory: string): void {
  fs.writeFileSync(path.join(directory, String(process.pid)), '');
}

/** True when nobody else uses the server any more. */
export function leaveUsers(directory: string): boolean {
  fs.rmSync(path.join(directory, String(process.pid)), { force: true });
  const others = fs.readdirSync(directory).filter((name) => isAlive(Number(name)));
  return others.length === 0;
}
