import { equal, toHex } from '../bytes.ts';
import { LedgerError } from '../errors.ts';
import { verifyConsistency } from '../merkle/verify.ts';
import type { Checkpoint } from '../note/checkpoint.ts';
import { Broken } from './fault.ts';
import type { Findings, KnownCheckpoint } from './model.ts';
import type { DeclaredRestore } from './restores.ts';

/**
 * Whether the log extends a checkpoint that the caller knows (RFC 9162 §2.1.4). A log that was cut back, or rewritten
 * and signed again by its own operator, is found here and nowhere else.
 * `rootThen`: the root at the known size, where the range passes it.
 */
export function checkKnown(
  known: KnownCheckpoint,
  checkpoint: Checkpoint,
  restores: readonly DeclaredRestore[],
  rootThen: Uint8Array | null,
): Findings['knownCheckpoint'] {
  const { origin, size, root } = known.checkpoint;
  if (origin !== checkpoint.origin) {
    const restore = restores.findLast(({ previous }) => previous.origin === origin);
    if (restore === undefined) {
      throw new Broken(
        'known_checkpoint_of_other_log',
        `the known checkpoint is one of ${origin}, and no declared restore leads from there to ${checkpoint.origin}`,
      );
    }
    if (size > restore.kept) return inTheGap(known, restore);
  } else if (size > checkpoint.size) {
    throw new Broken(
      'known_checkpoint_ahead',
      `the known checkpoint covers ${size} entries, this export's ${checkpoint.size}: the log was cut back, or the ` +
        'export is older than what you know',
      { within: { first: checkpoint.size + 1, last: size } },
    );
  }
  if (rootThen !== null) requireSame(size, root, rootThen);
  else proveByConsistency(known, checkpoint);
  return 'extended';
}

/** Entries that the caller knew of are gone; the restore must own up to all of them. */
function inTheGap({ checkpoint }: KnownCheckpoint, restore: DeclaredRestore): 'lost-in-a-declared-restore' {
  const { size, root } = checkpoint;
  if (size > restore.old.size) {
    throw new Broken(
      'known_checkpoint_mismatch',
      `the restore at entry ${restore.seq} names a checkpoint of ${restore.old.size} entries as the old log's last, ` +
        `but one of ${size} was signed`,
      { seq: restore.seq, stream: null },
    );
  }
  if (size === restore.old.size) requireSame(size, root, restore.old.root);
  return 'lost-in-a-declared-restore';
}

function requireSame(size: number, known: Uint8Array, found: Uint8Array): void {
  if (equal(known, found)) return;
  throw new Broken(
    'known_checkpoint_mismatch',
    `the first ${size} entries had the root ${toHex(known)} and now have ${toHex(found)}: history was rewritten`,
    { within: { first: 1, last: size } },
  );
}

function proveByConsistency({ checkpoint: known, proof }: KnownCheckpoint, checkpoint: Checkpoint): void {
  if (proof === undefined) {
    throw new Broken(
      'known_checkpoint_unproved',
      `the export's range does not reach the known size of ${known.size}: it needs a consistency proof`,
    );
  }
  try {
    verifyConsistency({
      size1: known.size,
      size2: checkpoint.size,
      root1: known.root,
      root2: checkpoint.root,
      proof,
    });
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    throw new Broken(
      'known_checkpoint_mismatch',
      `the log does not extend the known checkpoint: ${error.message}`,
      {
        within: { first: 1, last: known.size },
      },
    );
  }
}
