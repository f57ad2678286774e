import { readFileSync } from 'node:fs';
import type { Io } from './io.ts';

const LOOK_MS = 500;

/**
 * Resolves when npm, which has started this process, is gone; null where npm has not. Asked to stop, npm ends the shell
 * that it has put between, which tells us nothing; killed, it leaves that shell waiting for us, so npm itself is
 * watched too, where /proc tells who it is. Elsewhere a parent that ends means nothing: a server may be left running on
 * purpose.
 */
export function npmGone(env: Io['env']): (() => Promise<void>) | null {
  if (env.npm_lifecycle_event === undefined) return null;
  const line = lineage();
  return () =>
    new Promise((resolve) => {
      const timer = setInterval(() => {
        if (process.ppid === line[0] && line.slice(1).every((pid, i) => parentOf(line[i] ?? 0) === pid))
          return;
        clearInterval(timer);
        resolve();
      }, LOOK_MS);
      timer.unref();
    });
}

/** From our parent to npm: whoever npm has started has its mark, npm itself has not. */
function lineage(): readonly number[] {
  const line = [process.ppid];
  for (let pid: number | null = process.ppid; pid !== null && isOfNpm(pid); ) {
    pid = parentOf(pid);
    if (pid !== null) line.push(pid);
  }
  return line;
}

const isOfNpm = (pid: number): boolean =>
  (proc(pid, 'environ') ?? '').split('\0').some((each) => each.startsWith('npm_lifecycle_event='));

function parentOf(pid: number): number | null {
  const stat = proc(pid, 'stat');
  // proc(5): the name in parentheses may hold anything; what follows is state and parent.
  return stat === null ? null : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** Null: it is gone, is somebody else's, or the system has no /proc. */
function proc(pid: number, file: 'environ' | 'stat'): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return null;
    throw error;
  }
}
