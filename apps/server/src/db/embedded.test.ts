import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { startEmbedded } from './embedded.ts';
import { installedBinaries } from './embedded-binaries.ts';
import { isAlive, waitUntil } from './embedded-process.ts';

const CHILD = fileURLToPath(new URL('embedded.test-child.ts', import.meta.url));
const isRoot = process.getuid?.() === 0;
/** initdb wants an account that has a name; this one is on every Debian. */
const DAEMON = { uid: 1, gid: 1 };
const nobody = { uid: 65534, gid: 65534 };
const open = { log: () => undefined, durable: false } as const;

let home: string;
const children: ChildProcess[] = [];
const servers = new Set<number>();

beforeAll(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'embedded-test-'));
  fs.chmodSync(home, 0o755);
});
afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  for (const pid of servers) if (isAlive(pid)) process.kill(pid, 'SIGQUIT');
  await waitUntil(() => ![...servers].some((pid) => fs.existsSync(`/proc/${pid}/exe`)), 5000);
  servers.clear();
});
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

interface Started {
  readonly pid: number;
  readonly adopted: boolean;
  readonly url: string;
}

async function inChild(
  dataDir: string,
  as: { uid?: number; gid?: number; cwd?: string } = {},
): Promise<{ child: ChildProcess; started: Started }> {
  const child = spawn(process.execPath, [CHILD, dataDir], { ...as, stdio: ['pipe', 'pipe', 'pipe'] });
  children.push(child);
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += String(chunk);
  });
  const first = await Promise.race([
    once(child.stdout ?? child, 'data'),
    once(child, 'exit').then(() => undefined),
  ]);
  if (first === undefined) throw new Error(`the process ended: ${said}`);
  const started: Started = JSON.parse(String(first[0]));
  servers.add(started.pid);
  return { child, started };
}

async function endBy(child: ChildProcess, signal: 'SIGKILL' | 'stop'): Promise<void> {
  const gone = once(child, 'exit');
  if (signal === 'stop') child.stdin?.write('stop\n');
  else child.kill(signal);
  await gone;
}

async function ask(url: string, sql: string): Promise<Record<string, unknown> | undefined> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query<Record<string, unknown>>(sql);
    return found.rows[0];
  } finally {
    await client.end();
  }
}

test('a new directory becomes a database that keeps its rows over a stop and a start', async () => {
  const dataDir = path.join(home, 'plain');
  const first = await startEmbedded({ ...open, dataDir });
  await ask(first.url('postgres'), 'create table kept as select 1 as row');
  await first.stop();
  expect(fs.existsSync(path.join(dataDir, 'data', 'postmaster.pid'))).toBe(false);

  const second = await startEmbedded({ ...open, dataDir });
  expect(second.adopted).toBe(false);
  expect(await ask(second.url('postgres'), 'select row from kept')).toEqual({ row: 1 });
  expect(
    await ask(
      second.url('postgres'),
      `select current_setting('server_encoding') as encoding, current_setting('TimeZone') as zone,
              current_setting('listen_addresses') as listening, datlocprovider::text as provider,
              current_setting('recovery_init_sync_method') as synced
         from pg_database where datname = 'postgres'`,
    ),
  ).toEqual({
    encoding: 'UTF8',
    zone: 'UTC',
    listening: '',
    provider: 'i',
    synced: process.platform === 'linux' ? 'syncfs' : 'fsync',
  });
  await second.stop();
});

test('the superuser needs the password, and only the account itself can read it', async () => {
  const dataDir = path.join(home, 'secret');
  const server = await startEmbedded({ ...open, dataDir });
  const wrong = server.url('postgres').replace(/postgres:[0-9a-f]+@/, 'postgres:guess@');
  await expect(ask(wrong, 'select 1')).rejects.toThrow(/password authentication failed/);
  expect(fs.statSync(path.join(dataDir, 'superuser-password')).mode & 0o777).toBe(0o600);
  expect(fs.statSync(dataDir).mode & 0o777).toBe(0o700);
  await server.stop();
});

test('after kill -9 of the process its server is taken over, with every committed row', async () => {
  const dataDir = path.join(home, 'killed');
  const { child, started } = await inChild(dataDir);
  await ask(started.url, 'create table kept as select 1 as row');
  await endBy(child, 'SIGKILL');
  expect(isAlive(started.pid)).toBe(true);

  const server = await startEmbedded({ ...open, dataDir });
  expect({ adopted: server.adopted, pid: server.pid }).toEqual({ adopted: true, pid: started.pid });
  expect(await ask(server.url('postgres'), 'select row from kept')).toEqual({ row: 1 });
  await server.stop();
  expect(fs.existsSync(path.join(dataDir, 'data', 'postmaster.pid'))).toBe(false);
});

test('a lock file left by a server that died with its process does not stand in the way', async () => {
  const dataDir = path.join(home, 'stale');
  const { child, started } = await inChild(dataDir);
  await endBy(child, 'SIGKILL');
  process.kill(started.pid, 'SIGKILL');
  expect(fs.existsSync(path.join(dataDir, 'data', 'postmaster.pid'))).toBe(true);

  const server = await startEmbedded({ ...open, dataDir });
  expect(server.adopted).toBe(false);
  await server.stop();
});

test('a lock file whose number belongs to another program by now does not stand in the way', async () => {
  const dataDir = path.join(home, 'reused');
  await (await startEmbedded({ ...open, dataDir })).stop();
  const stranger = spawn('sleep', ['60'], { stdio: 'ignore', ...(isRoot ? nobody : {}) });
  children.push(stranger);
  const lock = path.join(dataDir, 'data', 'postmaster.pid');
  fs.writeFileSync(lock, `${stranger.pid}\n${dataDir}/data\n1\n5432\n${dataDir}\n\n  1 1\nready\n`, {
    mode: 0o600,
  });
  if (isRoot) fs.chownSync(lock, nobody.uid, nobody.gid);

  const server = await startEmbedded({ ...open, dataDir });
  expect(server.adopted).toBe(false);
  expect(isAlive(stranger.pid ?? 0)).toBe(true);
  await server.stop();
});

test('a process killed while it makes the database leaves nothing that looks like one', async () => {
  const dataDir = path.join(home, 'half');
  const child = spawn(process.execPath, [CHILD, dataDir], { stdio: 'ignore' });
  children.push(child);
  const partial = `${dataDir}.init-${child.pid}`;
  await waitUntil(() => fs.existsSync(path.join(partial, 'data')), 10_000);
  await endBy(child, 'SIGKILL');
  expect(fs.existsSync(dataDir)).toBe(false);

  const server = await startEmbedded({ ...open, dataDir });
  expect(await ask(server.url('postgres'), 'select 1 as one')).toEqual({ one: 1 });
  await server.stop();
  // The killed process's initdb ends by itself when its directory is gone; a later start finds nothing any more.
  await vi.waitFor(
    async () => {
      await (await startEmbedded({ ...open, dataDir })).stop();
      expect(fs.readdirSync(home).filter((name) => name.startsWith('half'))).toEqual(['half']);
    },
    { timeout: 15_000 },
  );
});

test('processes that start together share one server, and the last to leave stops it', async () => {
  const dataDir = path.join(home, 'shared');
  const [one, two] = await Promise.all([inChild(dataDir), inChild(dataDir)]);
  expect(one.started.pid).toBe(two.started.pid);
  await endBy(one.child, 'stop');
  expect(await ask(two.started.url, 'select 1 as one')).toEqual({ one: 1 });
  await endBy(two.child, 'stop');
  expect(fs.existsSync(path.join(dataDir, 'data', 'postmaster.pid'))).toBe(false);
});

test('what cannot be used is refused with what to do about it', async () => {
  const dataDir = path.join(home, 'foreign');
  fs.mkdirSync(dataDir);
  fs.writeFileSync(path.join(dataDir, 'diary.txt'), 'not yours');
  await expect(startEmbedded({ ...open, dataDir })).rejects.toThrow(
    /no database of Countersign.*COUNTERSIGN_DATA/,
  );

  const old = path.join(home, 'old');
  await (await startEmbedded({ ...open, dataDir: old })).stop();
  fs.writeFileSync(path.join(old, 'data', 'PG_VERSION'), '13\n');
  await expect(startEmbedded({ ...open, dataDir: old })).rejects.toThrow(/made by PostgreSQL 13.*Dump it/);
});

test('a deep directory gets its socket elsewhere, for a path that a socket may have', async () => {
  const dataDir = path.join(home, 'deep-'.repeat(20), 'deeper');
  const server = await startEmbedded({ ...open, dataDir });
  expect(await ask(server.url('postgres'), 'select 1 as one')).toEqual({ one: 1 });
  await server.stop();
  const socket = new URLSearchParams(server.url('postgres').split('?')[1]).get('host');
  expect(path.dirname(socket ?? '')).toBe(os.tmpdir());
  fs.rmSync(socket ?? '', { recursive: true });
});

/** Under a closed home another account cannot even read the sources. */
const readable = isRoot && spawnSync(process.execPath, ['--version'], { ...DAEMON, cwd: '/' }).status === 0;

test.runIf(readable)('an ordinary user runs the server under its own account', async () => {
  const own = path.join(home, 'own');
  fs.mkdirSync(own);
  fs.chownSync(own, DAEMON.uid, DAEMON.gid);
  const { child, started } = await inChild(path.join(own, 'db'), { ...DAEMON, cwd: '/' });
  expect(fs.statSync(`/proc/${started.pid}`).uid).toBe(DAEMON.uid);
  await endBy(child, 'stop');
});

test.runIf(isRoot)('under a closed home root keeps the data where the server may read it', async () => {
  const closed = path.join(home, 'closed');
  fs.mkdirSync(closed, { mode: 0o700 });
  const dataDir = path.join(closed, '.countersign');
  const server = await startEmbedded({ ...open, dataDir });
  const location = fs.readFileSync(path.join(dataDir, 'location'), 'utf8').trim();
  try {
    expect(location).toMatch(/^\/var\/lib\/countersign\//);
    expect(fs.readFileSync(`${location}.for`, 'utf8')).toBe(`${dataDir}\n`);
    await ask(server.url('postgres'), 'create table kept as select 1 as row');
    await server.stop();
    const again = await startEmbedded({ ...open, dataDir });
    expect(await ask(again.url('postgres'), 'select row from kept')).toEqual({ row: 1 });
    await again.stop();
  } finally {
    fs.rmSync(location, { recursive: true, force: true });
    fs.rmSync(`${location}.for`, { force: true });
  }
});

test('programs in a closed checkout, and without their library links, are copied to where they run', () => {
  const inPlace = installedBinaries(undefined);
  const checkout = path.join(home, 'checkout');
  fs.mkdirSync(checkout, { mode: 0o700 });
  const installed = path.join(checkout, 'package');
  const from = path.dirname(path.dirname(path.dirname(inPlace.postgres)));
  fs.cpSync(from, installed, {
    recursive: true,
    filter: (entry) => !fs.lstatSync(entry).isSymbolicLink(),
  });
  if (isRoot) {
    const cache = path.join(home, 'cache');
    const copied = installedBinaries(nobody, installed, cache);
    expect(copied.postgres.startsWith(cache)).toBe(true);
  } else {
    expect(installedBinaries(undefined, installed).postgres.startsWith(installed)).toBe(true);
  }
  expect(fs.existsSync(path.join(installed, 'native', 'lib', 'libpq.so'))).toBe(process.platform === 'linux');
});
