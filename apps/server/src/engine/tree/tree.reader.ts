import type { Reader } from '../../db/read.ts';
import { type Machine, thisMachine } from '../../platform/machine.ts';
import { restUntil } from '../readers/rest.ts';
import type { Subscription } from '../readers/runner.ts';
import type { Checkpoints } from './checkpoints.ts';
import { buildTree } from './tiles.ts';

type TreeOptions = {
  readonly signEveryMs?: number;
  readonly onError: (error: unknown) => void;
  /** The process stops: what is not signed by then, the next one signs with its first entry, or when it is asked. */
  readonly stopping: AbortSignal;
  readonly machine?: Machine;
};

/** What lasts is told once a minute. */
const LONGEST_MS = 60_000;

/**
 * Builds the tree behind the log, and signs it at most every `signEveryMs`, the last of a burst included. Whoever asks
 * for a proof or a checkpoint builds up to the head at once, so that a caller's own write is always covered; this keeps
 * that short, and the checkpoint outside the database new.
 */
export function treeReader(reader: Reader, checkpoints: Checkpoints, options: TreeOptions): Subscription {
  const { signEveryMs = 1000, onError, stopping, machine = thisMachine } = options;
  /** Environments with entries that no signature was begun for. */
  const unsigned = new Set<string>();
  const signing = new Set<string>();

  /** Until all is signed: a log that nobody writes to any more would stay without its last signature. */
  async function sign(environment: string): Promise<void> {
    for (let rest = signEveryMs; unsigned.has(environment); ) {
      await restUntil(machine, machine.now() + rest, stopping);
      if (stopping.aborted) break;
      unsigned.delete(environment);
      try {
        await checkpoints.atHead(environment);
        rest = signEveryMs;
      } catch (error) {
        onError(error);
        unsigned.add(environment);
        rest = Math.min(rest * 2, LONGEST_MS);
      }
    }
    signing.delete(environment);
  }

  return {
    name: 'tree',
    wants: 'nothing',
    neverSkips: true,
    async handle(environment, _entries, to) {
      await buildTree(reader.readAs(environment), environment, to);
      unsigned.add(environment);
      if (signing.has(environment)) return;
      signing.add(environment);
      void sign(environment);
    },
  };
}
