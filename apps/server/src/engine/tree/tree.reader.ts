import type { Reader } from '../../db/read.ts';
import type { Subscription } from '../readers/runner.ts';
import type { Checkpoints } from './checkpoints.ts';
import { buildTree } from './tiles.ts';

/**
 * Builds the tree behind the log, and signs it at most every `signEveryMs`, the last of a burst included. Whoever asks
 * for a proof or a checkpoint builds up to the head at once, so that a caller's own write is always covered; this keeps
 * that short, and the checkpoint outside the database new.
 */
export function treeReader(
  reader: Reader,
  checkpoints: Checkpoints,
  { signEveryMs = 1000, onError }: { signEveryMs?: number; onError: (error: unknown) => void },
): Subscription {
  const waiting = new Set<string>();
  return {
    name: 'tree',
    wants: 'nothing',
    neverSkips: true,
    async handle(environment, _entries, to) {
      await buildTree(reader.readAs(environment), environment, to);
      if (waiting.has(environment)) return;
      waiting.add(environment);
      const timer = setTimeout(() => {
        waiting.delete(environment);
        checkpoints.atHead(environment).catch(onError);
      }, signEveryMs);
      // What a stopping process has not signed, the next one signs with its first entry, or when it is asked.
      timer.unref();
    },
  };
}
