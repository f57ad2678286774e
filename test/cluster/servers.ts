import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../tiers/server.ts';
import { freePort, until } from './postgres.ts';
import { endWithUs } from './spawned.ts';

export type ServerOptions = {
  readonly mode: 'all' | 'api' | 'worker';
  /** Shared by all processes of the deployment: keys, checkpoints, documents. */
  readonly data: string;
  readonly databaseUrl: string;
  readonly databaseOwnerUrl?: string;
  /** Another checkout or build of the server; this tree by default. */
  readonly code?: string;
};

export type Server = {
  readonly name: string;
  readonly port: number;
  /** @throws what the process said, where it ends instead of starting. */
  start(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** SIGTERM: calls under way finish. */
  stop(): Promise<void>;
  /** What it wrote since its first start. */
  said(): string;
};

/** A process of the deployment, as a container would run it. It keeps its port over restarts. */
export async function server(name: string, options: ServerOptions): Promise<Server> {
  const { mode, data, databaseUrl, databaseOwnerUrl, code = path.join(root, 'apps/server') } = options;
  const port = await freePort();
  const log = path.join(path.dirname(data), `${name}.log`);
  let child: ChildProcess | null = null;

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    child = null;
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(signal);
    await ended;
  }

  const said = () => (existsSync(log) ? readFileSync(log, 'utf8') : '');
  return {
    name,
    port,
    said,
    async start() {
      const fresh = spawn(process.execPath, [path.join(code, 'src/main.ts'), '--empty'], {
        env: {
          PATH: process.env.PATH ?? '',
          COUNTERSIGN_MODE: mode,
          COUNTERSIGN_PORT: String(port),
          COUNTERSIGN_WORKER_PORT: '0',
          COUNTERSIGN_DATA: data,
          COUNTERSIGN_RATE_LIMIT: '10000000',
          DATABASE_URL: databaseUrl,
          ...(databaseOwnerUrl === undefined ? {} : { DATABASE_OWNER_URL: databaseOwnerUrl }),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = fresh;
      endWithUs(fresh);
      const out = createWriteStream(log, { flags: 'a' });
      let words = '';
      let ready = false;
      fresh.stdout?.pipe(out, { end: false });
      fresh.stderr?.on('data', (chunk: Buffer) => {
        out.write(chunk);
        words += String(chunk);
        // The welcome is all that a process that started writes there.
        ready ||= words.includes('http://');
      });
      let ended = false;
      fresh.once('exit', () => {
        ended = true;
      });
      await until(
        `${name} is ready`,
        () => {
          if (ended && !ready) throw new Error(`${name} ended: ${words.trim() || said().slice(-500)}`);
          return ready;
        },
        60_000,
      );
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}

export const secretOf = (data: string): string => readFileSync(path.join(data, 'sandbox-key'), 'utf8').trim();

export const environmentOf = (data: string): string => {
  const plan: { environment: string } = JSON.parse(readFileSync(path.join(data, 'sandbox.json'), 'utf8'));
  return plan.environment;
};

/** The last checkpoint that is kept outside the database. */
export function noteFile(data: string): string {
  const directory = path.join(data, 'checkpoints');
  const number = (name: string): number => Number(name.split('.')[1] ?? 0);
  const own = readdirSync(directory).filter(
    (name) => /^env_[0-9a-f-]{36}(\.\d+)?$/.test(name) && name.startsWith(environmentOf(data)),
  );
  const last = own.sort((a, b) => number(a) - number(b)).at(-1);
  if (last === undefined) throw new Error(`no checkpoint in ${directory}`);
  return path.join(directory, last);
}

/** How many entries the last checkpoint covers that is kept outside the database (C2SP tlog-checkpoint: the second line). */
export const signedSize = (data: string): number =>
  Number(readFileSync(noteFile(data), 'utf8').split('\n')[1]);
