import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort, gone, isRunning, postmasterOf, signal } from './processes.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const cli = path.join(root, 'packages/cli/bin/countersign.js');

/** The server under test, as a user starts it; the same port and data through all its lives. */
export type Subject = {
  readonly url: string;
  readonly port: number;
  /** Its data directory, and its log. */
  readonly data: string;
  readonly log: string;
  secret(): string;
  /** Of the life that is running, or of the last one. */
  pid(): number;
  alive(): boolean;
  /** Begins another life; resolves when it says where it listens. */
  start(): Promise<void>;
  /** kill -9, at once; resolves when it has ended. */
  kill(): Promise<void>;
  /** SIGTERM, and to its end. */
  stop(): Promise<void>;
};

export type SubjectOptions = {
  readonly data: string;
  readonly env?: NodeJS.ProcessEnv;
};

const START_MS = 60_000;

export async function subject({ data, env = {} }: SubjectOptions): Promise<Subject> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = `${data}.log`;
  mkdirSync(data, { recursive: true });
  let child: ChildProcess | null = null;
  const alive = (): boolean => child?.pid !== undefined && isRunning(child.pid);

  async function listens(): Promise<boolean> {
    try {
      return (await fetch(`${url}/healthz`)).ok;
    } catch (error) {
      if (error instanceof TypeError) return false;
      throw error;
    }
  }

  return {
    url,
    port,
    data,
    log,
    secret: () => readFileSync(path.join(data, 'sandbox-key'), 'utf8').trim(),
    pid: () => child?.pid ?? 0,
    alive,
    async start() {
      const out = openSync(log, 'a');
      // By its first line, which says how Node is to run it.
      child = spawn(cli, ['start', '--json', '--port', String(port), '--data', data, '--empty'], {
        env: {
          ...process.env,
          PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
          COUNTERSIGN_RATE_LIMIT: '10000000',
          COUNTERSIGN_RATE_LIMIT_ANONYMOUS: '10000000',
          ...env,
        },
        stdio: ['ignore', out, out],
      });
      const end = Date.now() + START_MS;
      while (!(await listens())) {
        if (!alive()) throw new Error(`the server ended at its start; see ${log}`);
        if (Date.now() > end) throw new Error(`the server did not listen in ${START_MS} ms; see ${log}`);
        await sleep(20);
      }
    },
    async kill() {
      if (child?.pid === undefined) return;
      signal(child.pid, 'SIGKILL');
      await gone([child.pid]);
    },
    async stop() {
      if (child?.pid === undefined || !alive()) return;
      const ended = once(child, 'exit');
      signal(child.pid, 'SIGTERM');
      await ended;
    },
  };
}

/** A directory that the account which PostgreSQL runs under can reach, for everything of one run. */
export function workDirectory(name: string): string {
  const directory = mkdtempSync(path.join(os.tmpdir(), `countersign-faults-${name}-`));
  chmodSync(directory, 0o755);
  return directory;
}

/** Where the embedded PostgreSQL of this subject keeps its cluster. */
export const clusterOf = (data: string): string => path.join(data, 'postgres', 'data');

/** Ends what a broken run has left: server and embedded PostgreSQL. */
export async function discardSubject(one: Subject): Promise<void> {
  await one.kill();
  const cluster = clusterOf(one.data);
  const postmaster = existsSync(cluster) ? postmasterOf(cluster) : null;
  if (postmaster === null) return;
  signal(postmaster, 'SIGQUIT');
  await gone([postmaster]);
}
