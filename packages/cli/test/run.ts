import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../bin/countersign.js', import.meta.url));

export type Ran = { readonly code: number | null; readonly out: string; readonly err: string };
export type RunOptions = { readonly cwd?: string; readonly env?: { readonly [name: string]: string } };

/** Starts `countersign` as typed, in an environment that knows no server and no key but what is given. */
export function begin(args: readonly string[], { cwd, env = {} }: RunOptions = {}): ChildProcess {
  const { PATH = '', HOME = '' } = process.env;
  return spawn(process.execPath, [BIN, ...args], {
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
}

/** The same, to its end. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const child = begin(args, options);
  let [out, err] = ['', ''];
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    err += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}
