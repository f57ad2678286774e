import { hashFromHex } from '../bytes.ts';
import { LedgerError } from '../errors.ts';
import { leafOfScanned } from '../leaf/decode.ts';
import { verifyConsistency } from '../merkle/verify.ts';
import { type Checkpoint, openCheckpoint } from '../note/checkpoint.ts';
import type { VerifierKey } from '../note/keys.ts';
import { declaredRestore, type EnvironmentRestored } from '../restore.ts';
import { Broken } from './fault.ts';
import type { CheckedEntry } from './model.ts';

export type DeclaredRestore = EnvironmentRestored & {
  readonly seq: number;
  readonly old: Checkpoint;
};

/**
 * The restore that an entry declares, checked (ENGINE 10): it stands right after what was kept, the old checkpoint
 * is signed by the log, and what was kept agrees with it. `rootBefore` is the root of the entries before this one.
 */
export function checkRestore(
  entry: CheckedEntry,
  rootBefore: () => Uint8Array,
  keys: readonly VerifierKey[],
): DeclaredRestore | null {
  const { seq, leaf } = entry;
  const fail = (words: string): never => {
    throw new Broken('restore_invalid', words, { seq, stream: leaf.stream });
  };
  try {
    if (leaf.kind !== 'environment') return null;
    const event = declaredRestore(leafOfScanned(entry.bytes));
    if (event === null) return null;
    if (event.kept !== seq - 1) fail(`a restore that kept ${event.kept} entries cannot be entry ${seq}`);
    if (event.origin === event.previous.origin) fail('a restored log needs an origin of its own');
    const old = openCheckpoint(event.previous.checkpoint, keys).checkpoint;
    if (old.origin !== event.previous.origin) fail(`the old checkpoint is one of ${old.origin}`);
    if (old.size > Math.max(event.kept, event.lost)) {
      fail(`the old checkpoint covers ${old.size} entries: more than were kept or named as lost`);
    }
    if (old.size <= event.kept && old.size > 0) {
      verifyConsistency({
        size1: old.size,
        size2: event.kept,
        root1: old.root,
        root2: rootBefore(),
        proof: event.proof.map(hashFromHex),
      });
    }
    return { ...event, seq, old };
  } catch (error) {
    if (error instanceof LedgerError) return fail(`the declared restore does not hold: ${error.message}`);
    throw error;
  }
}
