import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const cli = path.join(root, 'packages/cli/bin/countersign.js');

export type Tried = {
  readonly url: string;
  readonly key: string;
  readonly data: string;
  stop(): Promise<void>;
};

/** A server as a user starts it, in a process and a data directory of its own. */
export async function startServer(args: readonly string[]): Promise<Tried> {
  const data = mkdtempSync(path.join(os.tmpdir(), 'countersign-tier-'));
  // Open to pass: a root's PostgreSQL runs as another account, and would stand elsewhere, and stay there.
  chmodSync(data, 0o711);
  // By its first line, which says how Node is to run it.
  const child = spawn(cli, ['start', '--json', '--port', '0', '--data', data, ...args], {
    env: {
      ...process.env,
      PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
      COUNTERSIGN_RATE_LIMIT: '10000000',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await firstUrl(child);
  const key = readFileSync(path.join(data, 'sandbox-key'), 'utf8').trim();
  return {
    url,
    key,
    data,
    async stop() {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function firstUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk) => {
      text += String(chunk);
      const found = /"url":\s*"([^"]+)"/.exec(text)?.[1];
      if (found) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${text}`)));
  });
}

/** Runs a command to its end; its output is shown. */
export function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

export const countersign = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> =>
  run(process.execPath, [cli, ...args], env);

export const machine = (): string => {
  const cpu = os.cpus()[0]?.model ?? 'unknown processor';
  return `${os.cpus().length} × ${cpu}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${os.type()} ${os.arch()}`;
};
