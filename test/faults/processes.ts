import { readdirSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { readPostmaster } from '../../apps/server/src/db/embedded-process.ts';

/** The running postmaster of a data directory. */
export function postmasterOf(data: string): number | null {
  const found = readPostmaster(data);
  return found !== undefined && isRunning(found.pid) ? found.pid : null;
}

/** Processes whose parent it is, with their command lines. */
export function childrenOf(parent: number): { readonly pid: number; readonly command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = readProc(name, 'stat');
      // proc(5): the name in parentheses may hold anything; what follows is state and parent.
      const [state, found] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(found) !== parent || state === 'Z') return [];
      return [{ pid: Number(name), command: readProc(name, 'cmdline').replaceAll('\0', ' ').trim() }];
    });
}

/** Postmaster and all that it has started. */
export const familyOf = (postmaster: number): number[] => [
  postmaster,
  ...childrenOf(postmaster).map(({ pid }) => pid),
];

/** False also for one that has ended and that nobody has waited for. */
export function isRunning(pid: number): boolean {
  const stat = readProc(String(pid), 'stat');
  return stat !== '' && !stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
}

/** @throws Error when one of them still runs after half a minute. */
export async function gone(pids: readonly number[]): Promise<void> {
  const end = Date.now() + 30_000;
  while (pids.some(isRunning)) {
    if (Date.now() > end) throw new Error(`${pids.filter(isRunning).join(', ')} did not end`);
    await sleep(2);
  }
}

/** Whoever has ended meanwhile needs no signal. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** MiB of memory that the process has to itself and shares, at present. */
export function residentMiB(pid: number): number {
  return Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(readProc(String(pid), 'status'))?.[1] ?? 0) / 1024);
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    // It ended between two looks.
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code)))
      return '';
    throw error;
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
