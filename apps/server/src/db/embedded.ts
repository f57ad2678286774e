import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { openClient } from './client.ts';
import { type Account, makePrivateDirectory, reachableDirectory, serverAccount } from './embedded-account.ts';
import { type Binaries, binariesIn, installedBinaries } from './embedded-binaries.ts';
import { type Cluster, openCluster } from './embedded-cluster.ts';
import { EmbeddedPostgresError } from './embedded-error.ts';
import {
  disownLockFile,
  isAlive,
  isPostmaster,
  joinUsers,
  leaveUsers,
  type Postmaster,
  readPostmaster,
  waitUntil,
} from './embedded-process.ts';

export interface EmbeddedOptions {
  /** Made on first use. As root under a closed home, the data moves to /var/lib/countersign. */
  readonly dataDir: string;
  readonly log: (message: string) => void;
  /** Directory with `initdb` and `postgres`; the ones that npm installed by default. */
  readonly bin?: string;
  /** False gives up fsync, for tests only: a power cut may then lose the database. */
  readonly durable?: boolean;
  /** Further `name=value` settings of PostgreSQL. */
  readonly settings?: readonly string[];
}

export interface EmbeddedPostgres {
  /** Address of a database for the superuser. Reached by a private socket (loopback on Windows). */
  url(database: string): string;
  /** Makes the database unless it is there. */
  ensureDatabase(name: string): Promise<void>;
  readonly pid: number;
  /** True when a server that outlived its process was taken over instead of a new one started. */
  readonly adopted: boolean;
  /** Stops the server after its running transactions are rolled back, unless another process still uses it. */
  stop(): Promise<void>;
}

const ATTEMPTS = 5;
const START_MS = 60_000;
const STOP_MS = 30_000;

/**
 * Starts PostgreSQL on `dataDir`, or takes over the one that still runs there after its process was killed.
 * @throws EmbeddedPostgresError with what to do.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const account = serverAccount(path.resolve(options.dataDir));
  const root = reachableDirectory(options.dataDir, account);
  const binaries = options.bin === undefined ? installedBinaries(account) : binariesIn(options.bin);
  const durable = options.durable ?? true;
  if (root !== path.resolve(options.dataDir)) options.log(`the database lives in ${root}`);
  const cluster = openCluster(root, binaries, account, durable);
  for (let attempt = 1; ; attempt += 1) {
    const running = await adopt(cluster);
    if (running !== undefined) return handle(cluster, running, true, options.log);
    const started = await launch(cluster, binaries, account, options);
    if (started.ok) return handle(cluster, started.postmaster, false, options.log);
    // A lock file left by a dead server, or a server starting beside us, refuses once and then gives way.
    if (attempt >= ATTEMPTS || !started.said.includes('postmaster.pid'))
      throw startFailure(cluster, started.said);
    await new Promise((resolve) => setTimeout(resolve, 100 * attempt));
  }
}

function startFailure(cluster: Cluster, said: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `PostgreSQL did not start on ${cluster.root}: ${said}`,
    `The whole story is in ${cluster.log}.`,
  );
}

/** A server that still runs on this directory and takes our password; undefined when there is none. */
async function adopt(cluster: Cluster): Promise<Postmaster | undefined> {
  const found = readPostmaster(cluster.data);
  if (found === undefined || !isAlive(found.pid)) return undefined;
  if (!isPostmaster(found.pid)) {
    disownLockFile(cluster.data, found);
    return undefined;
  }
  await waitUntil(() => readPostmaster(cluster.data)?.ready !== false || !isPostmaster(found.pid), START_MS);
  const running = readPostmaster(cluster.data);
  if (running === undefined || !isPostmaster(running.pid)) return undefined;
  return (await answers(cluster, running)) ? running : undefined;
}

async function answers(cluster: Cluster, postmaster: Postmaster): Promise<boolean> {
  const client = openClient({
    connectionString: address(cluster, postmaster, 'postgres'),
    connectionTimeoutMillis: 5000,
  });
  try {
    await client.connect();
    const found = await client.query<{ directory: string }>(
      `select current_setting('data_directory') as directory`,
    );
    return (
      found.rows[0]?.directory === fs.realpathSync(cluster.data) || found.rows[0]?.directory === cluster.data
    );
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    // It may die while it is asked, and then says anything.
    if (
      ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', '57P03', '57P01'].includes(code) ||
      !isPostmaster(postmaster.pid)
    )
      return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

type Launch =
  | { readonly ok: true; readonly postmaster: Postmaster }
  | { readonly ok: false; readonly said: string };

async function launch(
  cluster: Cluster,
  binaries: Binaries,
  account: Account | undefined,
  options: EmbeddedOptions,
): Promise<Launch> {
  const logSize = fs.existsSync(cluster.log) ? fs.statSync(cluster.log).size : 0;
  const log = fs.openSync(cluster.log, 'a', 0o600);
  // Its own session: Ctrl-C in a terminal reaches the whole process group and would stop the database before us.
  const child = spawn(
    binaries.postgres,
    ['-D', cluster.data, ...(await serverSettings(cluster, account, options))],
    {
      ...account,
      cwd: cluster.root,
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: process.env.PATH ?? '', TZ: 'UTC' },
    },
  );
  fs.closeSync(log);
  let ended: string | undefined;
  child.once('error', (error) => {
    ended = error.message;
  });
  child.once('exit', (code, signal) => {
    ended ??= `it ended with ${signal ?? `exit code ${code}`}`;
  });
  child.unref();
  const ours = () => {
    const found = readPostmaster(cluster.data);
    return found?.ready === true && found.pid === child.pid ? found : undefined;
  };
  await waitUntil(() => ended !== undefined || ours() !== undefined, START_MS);
  const postmaster = ours();
  if (ended === undefined && postmaster !== undefined) return { ok: true, postmaster };
  if (ended === undefined) child.kill('SIGQUIT');
  const said = fs.readFileSync(cluster.log).subarray(logSize).toString('utf8').trim();
  return {
    ok: false,
    said: said.split('\n').slice(-6).join(' | ') || (ended ?? `no answer in ${START_MS} ms`),
  };
}

async function serverSettings(
  cluster: Cluster,
  account: Account | undefined,
  options: EmbeddedOptions,
): Promise<readonly string[]> {
  const place =
    process.platform === 'win32'
      ? ['listen_addresses=127.0.0.1', `port=${await freePort()}`, 'unix_socket_directories=']
      : [
          'listen_addresses=',
          `unix_socket_directories=${socketDirectory(cluster, account)}`,
          'unix_socket_permissions=0700',
        ];
  const speed =
    options.durable === false ? ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off'] : [];
  const common = [
    'shared_buffers=128MB',
    // Our statements take milliseconds; compiling one that the planner thinks long takes a hundred.
    'jit=off',
    'timezone=UTC',
    'log_timezone=UTC',
    'password_encryption=scram-sha-256',
    // After a crash every file would be synced by itself before recovery begins: 3.7 s against 0.4 s in the median
    // (PostgreSQL 15, five kills each). Linux only.
    ...(process.platform === 'linux' ? ['recovery_init_sync_method=syncfs'] : []),
  ];
  return [...common, ...place, ...speed, ...(options.settings ?? [])].flatMap((setting) => ['-c', setting]);
}

/** A socket's path has at most 107 bytes on Linux and 103 on macOS (sun_path); deep checkouts use the temporary directory. */
function socketDirectory(cluster: Cluster, account: Account | undefined): string {
  if (Buffer.byteLength(cluster.root) <= 80) return cluster.root;
  const digest = createHash('sha256').update(cluster.root).digest('hex').slice(0, 16);
  const directory = path.join(os.tmpdir(), `countersign-${digest}`);
  if (!fs.existsSync(directory)) makePrivateDirectory(directory, account);
  const owner = fs.lstatSync(directory);
  if (owner.isDirectory() && owner.uid === (account?.uid ?? process.getuid?.())) return directory;
  throw new EmbeddedPostgresError(`${directory} belongs to someone else.`, 'Remove it, or set TMPDIR.');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function address(cluster: Cluster, postmaster: Postmaster, database: string): string {
  const login = `postgres:${cluster.password}`;
  if (postmaster.socketDir === '') return `postgres://${login}@127.0.0.1:${postmaster.port}/${database}`;
  return `postgres://${login}@/${database}?host=${encodeURIComponent(postmaster.socketDir)}&port=${postmaster.port}`;
}

function handle(
  cluster: Cluster,
  postmaster: Postmaster,
  adopted: boolean,
  log: (message: string) => void,
): EmbeddedPostgres {
  joinUsers(cluster.users);
  if (adopted) log(`took over the PostgreSQL that was still running (process ${postmaster.pid})`);
  return {
    url: (database) => address(cluster, postmaster, database),
    ensureDatabase: (name) => ensureDatabase(address(cluster, postmaster, 'postgres'), name),
    pid: postmaster.pid,
    adopted,
    stop: async () => {
      if (!leaveUsers(cluster.users) || !isAlive(postmaster.pid)) return;
      // SIGINT is PostgreSQL's fast shutdown: sessions end, a checkpoint is written, nothing needs recovery.
      process.kill(postmaster.pid, 'SIGINT');
      if (await waitUntil(() => !fs.existsSync(path.join(cluster.data, 'postmaster.pid')), STOP_MS)) return;
      log(`PostgreSQL did not stop in ${STOP_MS} ms; it will recover from its log at the next start`);
      process.kill(postmaster.pid, 'SIGQUIT');
    },
  };
}

async function ensureDatabase(url: string, name: string): Promise<void> {
  const client = openClient({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(name)}`);
  } catch (error) {
    // 42P04, 23505: another process that shares the server made it meanwhile.
    if (!(error instanceof pg.DatabaseError) || !['42P04', '23505'].includes(error.code ?? '')) throw error;
  } finally {
    await client.end();
  }
}
