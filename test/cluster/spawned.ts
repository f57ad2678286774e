import type { ChildProcess } from 'node:child_process';

const running = new Set<ChildProcess>();

/** A scenario that fails in the middle leaves nothing running. */
export function endWithUs(child: ChildProcess): void {
  running.add(child);
  child.once('exit', () => running.delete(child));
}

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
