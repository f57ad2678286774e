import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Orders, Seen } from './orders.ts';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const cli = here('../../packages/cli/bin/countersign.js');

export type Served = {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
};
export type Server = Served & { readonly key: string; readonly data: string };

export type ServerOptions = {
  /** Address of the database's owner. */
  readonly database: string;
  /** Directory for a profile of the processor, or null. */
  readonly profile: string | null;
  /** Loaded before the server; for the ablation. */
  readonly preload: string | null;
  /** A directory that stays; absent: one that goes with the server. */
  readonly data?: string;
};

/** A server as a user starts it, in a process and a data directory of its own. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const data = options.data ?? mkdtempSync(path.join(os.tmpdir(), 'countersign-bench-'));
  const flags = [
    ...(options.profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profile}`]),
    ...(options.preload === null ? [] : ['--import', options.preload]),
  ];
  const env = {
    ...process.env,
    PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
    NODE_OPTIONS: flags.join(' '),
    COUNTERSIGN_RATE_LIMIT: '10000000',
    DATABASE_URL: options.database,
  };
  // By its first line, which says how Node is to run it.
  const served = await listen(
    spawn(cli, ['start', '--json', '--empty', '--port', '0', '--data', data], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  return {
    ...served,
    key: readFileSync(path.join(data, 'sandbox-key'), 'utf8').trim(),
    data,
    async stop() {
      await served.stop();
      if (options.data === undefined) rmSync(data, { recursive: true, force: true });
    },
  };
}

export const startEcho = (answer: number): Promise<Served> =>
  listen(
    spawn(process.execPath, [here('echo.ts'), String(answer)], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );

function listen(child: ChildProcess): Promise<Served> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk) => {
      text += String(chunk);
      const url = /"url":\s*"([^"]+)"/.exec(text)?.[1];
      if (url !== undefined && child.pid !== undefined)
        resolve({ url, port: Number(new URL(url).port), pid: child.pid, stop: () => end(child) });
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${text}`)));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  await ended;
}

export type Driver = {
  /** One window. */
  drive(seconds: number, most?: number): Promise<Seen>;
  stop(): Promise<void>;
};

export async function startDriver(orders: Orders): Promise<Driver> {
  const child = spawn(process.execPath, [here('driver.ts'), JSON.stringify(orders)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  await nextLine(lines, child);
  return {
    async drive(seconds, most = Number.MAX_SAFE_INTEGER) {
      child.stdin.write(`${JSON.stringify({ seconds, most })}\n`);
      const seen: Seen = JSON.parse(await nextLine(lines, child));
      return seen;
    },
    stop: () => end(child),
  };
}

function nextLine(lines: Interface, child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const failed = (code: number | null): void => reject(new Error(`the driver ended with ${code}`));
    child.once('exit', failed);
    lines.once('line', (line) => {
      child.off('exit', failed);
      resolve(line);
    });
  });
}

/** `USER_HZ` (proc(5)); 100 on every Linux that Node runs on. */
const TICKS = 100;

type Stat = { readonly parent: number; readonly own: number; readonly withChildren: number };

function statOf(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name may hold blanks; after it: state, parent, … utime is the 12th, then stime, cutime, cstime.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15);
    return {
      parent: fields[1] ?? 0,
      own: (user + system) / TICKS,
      withChildren: (user + system + childUser + childSystem) / TICKS,
    };
  } catch (error) {
    // It has ended meanwhile.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return null;
    throw error;
  }
}

/** Seconds of processor time of a process, without its children. */
export const cpuOf = (pid: number): number => statOf(pid)?.own ?? 0;

/** Seconds of processor time of a PostgreSQL: its postmaster, its backends, and those that have ended. */
export function cpuOfPostgres(postmaster: number): number {
  let sum = statOf(postmaster)?.withChildren ?? 0;
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : null;
    if (stat?.parent === postmaster) sum += stat.own;
  }
  return sum;
}

/** Resident memory in MiB. */
export function memoryOf(pid: number): number {
  const found = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(found) / 1024;
}
