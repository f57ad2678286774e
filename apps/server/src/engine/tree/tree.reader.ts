import type { Reader } from '../../db/read.ts';
import { type Machine, thisMachine } from '../../platform/machine.ts';
import type { Subscription } from '../readers/runner.ts';
import type { Checkpoints } from './checkpoints.ts';
import { buildTree } from './tiles.ts';

type TreeOptions = {
  readonly signEveryMs?: number;
  readonly onError: (error: unknown) => void;
  readonly machine?: Machine;
};

/**
 * Builds the tree behind the log, and signs it at most every `signEveryMs`, the last of a burst included. Whoever asks
 * for a proof or a checkpoint builds up to the head at once, so that a caller's own write is always covered; this keeps
 * that short, and the checkpoint outside the database new.
 */
export function treeReader(reader: Reader, checkpoints: Checkpoints, options: TreeOptions): Subscription {
  const { signEveryMs = 1000, onError, machine = thisMachine } = options;
  const waiting = new Set<string>();
  return {
    name: 'tree',
    wants: 'nothing',
    neverSkips: true,
    async handle(environment, _entries, to) {
      await buildTree(reader.readAs(environment), environment, to);
      if (waiting.has(environment)) return;
      waiting.add(environment);
      // What a stopping process has not signed, the next one signs with its first entry, or when it is asked.
      const rest = machine.sleep(signEveryMs, { ref: false });
      void rest.then(() => {
        waiting.delete(environment);
        checkpoints.atHead(environment).catch(onError);
      });
    },
  };
}
