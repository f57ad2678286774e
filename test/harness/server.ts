import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startEmbedded } from '../../apps/server/src/db/embedded.ts';
import { isAlive, readPostmaster, waitUntil } from '../../apps/server/src/db/embedded-process.ts';

const PREFIX = 'countersign-test-';

/** Debian's place for its own PostgreSQL. */
const debianBin = (version: string) => `/usr/lib/postgresql/${version}/bin`;

/** One directory for the server of one test run, named by the process that will stop it. */
export function runDirectory(pid: number): string {
  return path.join(os.tmpdir(), `${PREFIX}${pid}`);
}

/**
 * Address of the superuser on the run's PostgreSQL: `DATABASE_URL`, or a server that the first caller starts.
 * `COUNTERSIGN_TEST_POSTGRES=15` takes Debian's PostgreSQL 15 instead of the embedded one.
 */
export async function serverUrl(directory: string): Promise<string> {
  const given = process.env.DATABASE_URL;
  if (given !== undefined && given !== '') return given;
  const version = process.env.COUNTERSIGN_TEST_POSTGRES;
  if (version !== undefined && version !== '' && !fs.existsSync(debianBin(version))) {
    throw new Error(`PostgreSQL ${version} is not installed: apt-get install postgresql-${version}`);
  }
  const server = await startEmbedded({
    dataDir: directory,
    log: () => undefined,
    durable: false,
    settings: ['max_connections=300'],
    ...(version === undefined || version === '' ? {} : { bin: debianBin(version) }),
  });
  return server.url('postgres');
}

/** Ends the server at once and removes its files: nothing in them is needed again. */
export async function discard(directory: string): Promise<void> {
  const data = path.join(directory, 'data');
  const running = fs.existsSync(data) ? readPostmaster(data) : undefined;
  if (running !== undefined && isAlive(running.pid)) {
    process.kill(running.pid, 'SIGQUIT');
    await waitUntil(() => !isAlive(running.pid), 10_000);
  }
  fs.rmSync(directory, { recursive: true, force: true });
}

/** Stops what killed test runs left behind. */
export async function discardOrphans(): Promise<void> {
  for (const name of fs.readdirSync(os.tmpdir())) {
    const pid = Number(name.slice(PREFIX.length));
    if (name.startsWith(PREFIX) && Number.isSafeInteger(pid) && !isAlive(pid)) {
      await discard(path.join(os.tmpdir(), name));
    }
  }
}
