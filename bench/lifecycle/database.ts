import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startEmbedded } from '../../apps/server/src/db/embedded.ts';

export type BenchDatabase = {
  /** Address of a new, empty database for its owner. */
  fresh(): Promise<string>;
  /** Process of the postmaster. */
  readonly pid: number;
  readonly version: string;
  stop(): Promise<void>;
};

/** DATABASE_URL (a superuser on this machine), or an embedded server that is removed afterwards. @throws without fsync */
export async function openDatabase(): Promise<BenchDatabase> {
  const given = process.env.DATABASE_URL;
  if (given !== undefined) return { ...(await described(given)), stop: async () => undefined };
  const directory = await mkdtemp(path.join(os.tmpdir(), 'countersign-bench-db-'));
  // Open to pass: a root's PostgreSQL runs as another account, and would stand elsewhere, and stay there.
  await chmod(directory, 0o711);
  const server = await startEmbedded({ dataDir: path.join(directory, 'postgres'), log: () => undefined });
  return {
    ...(await described(server.url('postgres'))),
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function described(url: string) {
  const [row] = await query(
    url,
    `select current_setting('server_version') as version, current_setting('fsync') as fsync,
            current_setting('synchronous_commit') as commits, current_setting('full_page_writes') as pages`,
  );
  if (row?.fsync !== 'on' || row.commits !== 'on' || row.pages !== 'on')
    throw new Error(
      'This PostgreSQL does not keep what it acknowledges (fsync, synchronous_commit, full_page_writes).',
    );
  let made = 0;
  return {
    version: String(row.version),
    pid: await postmaster(url),
    async fresh() {
      made += 1;
      const name = `countersign_bench_${process.pid}_${made}`;
      await query(url, `create database ${name}`);
      const own = new URL(url.replace('@/', '@socket/'));
      own.pathname = `/${name}`;
      return own.href.replace('@socket/', '@/');
    },
  };
}

/** The parent of a backend of ours. */
async function postmaster(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const stat = readFileSync(`/proc/${rows[0]?.pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } finally {
    await client.end();
  }
}

export type Row = { readonly [column: string]: unknown };

export async function query(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}
