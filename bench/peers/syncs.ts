import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export type Syncs = { readonly syncs: number; readonly calls: string };

/** Counts what these processes sync from now on, with their threads and PostgreSQL's backends. @returns ends it */
export async function countSyncs(
  pids: readonly number[],
  withChildren: boolean,
): Promise<() => Promise<Syncs>> {
  const all = withChildren ? [...pids, ...childrenOf(pids)] : pids;
  // In PostgreSQL's log fdatasync is the default (wal_sync_method).
  const flags = [
    '-f',
    '-c',
    '-e',
    'trace=fsync,fdatasync,msync',
    ...all.flatMap((pid) => ['-p', String(pid)]),
  ];
  const child = spawn('strace', flags, { stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  child.stderr.on('data', (chunk) => {
    text += String(chunk);
  });
  const ended = new Promise((resolve, reject) => {
    child.once('exit', resolve);
    child.once('error', (cause) =>
      reject(new Error('strace is needed to count syncs: apt-get install strace', { cause })),
    );
  });
  ended.catch(() => undefined);
  await sleep(1000);
  return async () => {
    child.kill('SIGINT');
    await ended;
    // strace -c: time, seconds, usecs/call, calls, errors, name.
    const rows = [
      ...text.matchAll(/^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(fsync|fdatasync|msync)$/gm),
    ];
    return {
      syncs: rows.reduce((sum, [, calls]) => sum + Number(calls), 0),
      calls: rows.map(([, , name]) => name).join(' + '),
    };
  };
}

const childrenOf = (parents: readonly number[]): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return parents.includes(Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
      } catch (error) {
        if (error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code)))
          return false;
        throw error;
      }
    })
    .map(Number);
