import { execFile, spawn } from 'node:child_process';
import { chownSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { endWithUs } from './spawned.ts';

/** Debian's programs: the embedded ones have no pg_basebackup and no pg_dump. */
export const BIN = process.env.COUNTERSIGN_CLUSTER_BIN ?? '/usr/lib/postgresql/15/bin';
export const PASSWORD = 'cluster';
export const DATABASE = 'countersign';

/** Whom PostgreSQL runs as: it refuses root. */
function account(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const line = readFileSync('/etc/passwd', 'utf8').match(/^(postgres|nobody):[^:]*:(\d+):(\d+):/m);
  if (line === null) throw new Error('there is no account that PostgreSQL could run as');
  return { uid: Number(line[2]), gid: Number(line[3]) };
}

const run = promisify(execFile);

/** Runs one of PostgreSQL's programs to its end, as the account that owns the data. @returns what it wrote. */
export async function tool(name: string, ...args: readonly string[]): Promise<string> {
  const env = { PATH: process.env.PATH ?? '', PGPASSWORD: PASSWORD, TZ: 'UTC', LC_ALL: 'C.UTF-8' };
  const options = { ...account(), cwd: '/', env, maxBuffer: 1 << 28 };
  const { stdout } = await run(path.join(BIN, name), args, options);
  return stdout;
}

/** The same for any other program. */
export async function asPostgres(program: string, ...args: readonly string[]): Promise<void> {
  await run(program, args, { ...account(), cwd: '/' });
}

/** A directory that PostgreSQL's account owns. */
export function ownDirectory(directory: string): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { uid, gid } = account();
  if (uid !== undefined && gid !== undefined) chownSync(directory, uid, gid);
  return directory;
}

export async function freePort(): Promise<number> {
  const probe = net.createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

export type Postgres = {
  readonly data: string;
  readonly port: number;
  /** The superuser's address. */
  url(database?: string): string;
  start(): Promise<void>;
  /** As an administrator stops it; nothing needs recovery. */
  stop(): Promise<void>;
  /** kill -9 of every process of it, as if the machine had gone. */
  kill(): Promise<void>;
  /** SIGSTOP of every process of it: it answers nothing, and breaks no connection. */
  freeze(): void;
  thaw(): void;
  query<R extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<R[]>;
};

/** A server on a data directory that is there already, on loopback. */
export function postgresOn(data: string, port: number, settings: readonly string[] = []): Postgres {
  const log = `${data}.log`;
  let pid = 0;
  let ended: Promise<unknown> = Promise.resolve();
  const url = (database = DATABASE) => `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/${database}`;

  async function query<R extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) {
    return ask<R>(url(), text, values);
  }

  const signal = (name: NodeJS.Signals) => signalAll(pid, name);

  return {
    data,
    port,
    url,
    query,
    async start() {
      const out = openSync(log, 'a');
      const options = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', ...settings];
      const args = ['-D', data, ...options.flatMap((option) => ['-c', option])];
      const child = spawn(path.join(BIN, 'postgres'), args, {
        ...account(),
        cwd: '/',
        detached: true,
        stdio: ['ignore', out, out],
        env: { PATH: process.env.PATH ?? '', TZ: 'UTC', LC_ALL: 'C.UTF-8' },
      });
      pid = child.pid ?? 0;
      endWithUs(child);
      let dead = false;
      ended = new Promise((resolve) =>
        child.once('exit', () => {
          dead = true;
          resolve(undefined);
        }),
      );
      await until('PostgreSQL answers', async () => {
        if (dead) throw new Error(`PostgreSQL did not start: ${readFileSync(log, 'utf8').slice(-800)}`);
        return answers(url('postgres'));
      });
    },
    async stop() {
      process.kill(pid, 'SIGINT');
      await ended;
    },
    async kill() {
      signal('SIGKILL');
      await ended;
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
  };
}

export type ClusterOptions = { readonly settings?: readonly string[] };

/** A new cluster with fsync on, a superuser `postgres`, and the database `countersign`. */
export async function newCluster(data: string, { settings = [] }: ClusterOptions = {}): Promise<Postgres> {
  ownDirectory(path.dirname(data));
  const secret = `${data}.password`;
  writeFileSync(secret, PASSWORD, { mode: 0o644 });
  await tool(
    'initdb',
    ...['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', '--pwfile', secret, '-E', 'UTF8', '--no-locale'],
  );
  const server = postgresOn(data, await freePort(), ['max_connections=200', ...settings]);
  await server.start();
  await ask(server.url('postgres'), `create database ${DATABASE}`);
  return server;
}

async function ask<R extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<R[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<R>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await ask(url, 'select');
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (['ECONNREFUSED', 'ECONNRESET', '57P03'].includes(code)) return false;
    throw error;
  }
}

/** To a postmaster and its processes; to itself first, for it would start new ones. */
export function signalAll(postmaster: number, name: NodeJS.Signals): void {
  for (const one of [postmaster, ...childrenOf(postmaster)]) {
    try {
      process.kill(one, name);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}

/** By /proc: each backend has a session of its own, so that no process group holds them together. */
function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((one) => {
      try {
        const stat = readFileSync(`/proc/${one}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent;
      } catch (error) {
        if (error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code)))
          return false;
        throw error;
      }
    });
}

export async function until(what: string, met: () => Promise<boolean> | boolean, ms = 30_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await met())) {
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await sleep(20);
  }
}
