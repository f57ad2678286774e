import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort, gone, isRunning, postmasterOf, signal } from './processes.ts';

const BIN = '/usr/lib/postgresql/15/bin';

/** An operator's PostgreSQL: Debian's 15, over TCP, kept running by whoever calls `start` again. */
export type Postgres15 = {
  readonly url: string;
  readonly data: string;
  start(): Promise<void>;
  stop(): Promise<void>;
};

export type Postgres15Options = {
  /** Made here; the account `postgres` owns it where we are root, as PostgreSQL refuses to run as root. */
  readonly directory: string;
  /** `name=value`. */
  readonly settings?: readonly string[];
};

export async function postgres15({ directory, settings = [] }: Postgres15Options): Promise<Postgres15> {
  const account = process.getuid?.() === 0 ? accountOf('postgres') : undefined;
  mkdirSync(directory, { recursive: true });
  chmodSync(directory, 0o755);
  const data = path.join(directory, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (account !== undefined) chownSync(data, account.uid, account.gid);
  const made = spawnSync(
    `${BIN}/initdb`,
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C'],
    {
      ...account,
      cwd: '/',
      encoding: 'utf8',
    },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.error?.message ?? made.stderr}`);
  const port = await freePort();
  const all = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    // As docs/explanation/faults.md advises: by default recovery begins seconds later.
    'recovery_init_sync_method=syncfs',
    ...settings,
  ];
  let child: ChildProcess | null = null;

  async function begin(): Promise<boolean> {
    const out = openSync(`${directory}.log`, 'a');
    child = spawn(`${BIN}/postgres`, ['-D', data, ...all.flatMap((one) => ['-c', one])], {
      ...account,
      cwd: '/',
      stdio: ['ignore', out, out],
    });
    while (child.pid !== undefined && isRunning(child.pid)) {
      if (await answers(port)) return true;
      await sleep(10);
    }
    return false;
  }

  return {
    url: `postgres://postgres@127.0.0.1:${port}/countersign`,
    data,
    async start() {
      // What a killed server's last sessions still hold, they give up within moments.
      for (let attempt = 0; !(await begin()); attempt += 1) {
        if (attempt === 100) throw new Error(`PostgreSQL does not start; see ${directory}.log`);
        await sleep(20);
      }
      await withClient(`postgres://postgres@127.0.0.1:${port}/postgres`, async (client) => {
        const found = await client.query(`select 1 from pg_database where datname = 'countersign'`);
        if (found.rowCount === 0) await client.query('create database countersign');
      });
    },
    async stop() {
      const postmaster = postmasterOf(data);
      if (postmaster === null) return;
      signal(postmaster, 'SIGCONT');
      signal(postmaster, 'SIGQUIT');
      await gone([postmaster]);
    },
  };
}

async function answers(port: number): Promise<boolean> {
  const client = new pg.Client({ connectionString: `postgres://postgres@127.0.0.1:${port}/postgres` });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    // Not listening yet, or recovering: 57P03 cannot connect now.
    if (error instanceof Error) return false;
    throw error;
  } finally {
    await client.end();
  }
}

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function accountOf(name: string): { readonly uid: number; readonly gid: number } {
  const said = spawnSync('id', [name], { encoding: 'utf8' }).stdout;
  const [, uid, gid] = /^uid=(\d+)\S* gid=(\d+)/.exec(said) ?? [];
  if (uid === undefined || gid === undefined) throw new Error(`there is no account ${name}`);
  return { uid: Number(uid), gid: Number(gid) };
}
