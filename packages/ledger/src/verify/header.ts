import { hashFromHex } from '../bytes.ts';
import type { ExportHeader } from '../export/model.ts';
import { type Accumulator, accumulator, subtrees } from '../merkle/range.ts';
import { type OpenedCheckpoint, openCheckpoint } from '../note/checkpoint.ts';
import { parseVerifierKey, type VerifierKey } from '../note/keys.ts';
import { Broken } from './fault.ts';

/** A header that agrees with its checkpoint, whose signature has been verified. */
export type OpenedHeader = OpenedCheckpoint & {
  readonly header: ExportHeader;
  readonly keys: readonly VerifierKey[];
  readonly trust: 'given' | 'from-the-export';
  /** The tree left of the range. */
  readonly tree: Accumulator;
};

/**
 * Signature first: until it has been verified, the checkpoint is only what the file says. With no key given it still
 * is, as far as the file's own key goes, and the findings say so. `given` comes from the caller, `header` does not.
 */
export function openHeader(header: ExportHeader, given: readonly VerifierKey[] | null): OpenedHeader {
  const shown = [parseVerifierKey(header.key)];
  const byItself = openCheckpoint(header.checkpoint, shown);
  const { checkpoint, key } = given === null ? byItself : openCheckpoint(header.checkpoint, given);
  const { range, before, after } = header;
  const mismatch = (words: string): never => {
    throw new Broken('header_mismatch', words);
  };
  if (checkpoint.origin !== header.origin) {
    mismatch(`the header is of ${header.origin}, its checkpoint of ${checkpoint.origin}`);
  }
  if (range.last > checkpoint.size)
    mismatch(`the range ends beyond the checkpoint's ${checkpoint.size} entries`);
  // The sizes determine the subtrees, so an attacker chooses their hashes but neither their number nor their places.
  const left = subtrees(0, range.first - 1);
  if (before.length !== left.length || after.length !== subtrees(range.last, checkpoint.size).length) {
    mismatch('the hashes beside the range are not as many as the range and the checkpoint need');
  }
  const tree = accumulator();
  for (const [i, { level }] of left.entries()) tree.add(hashFromHex(before[i] ?? ''), level);
  return {
    header,
    checkpoint,
    key,
    keys: given ?? shown,
    trust: given === null ? 'from-the-export' : 'given',
    tree,
  };
}

/** The root of the whole tree: what stands left of the range, the range, and what stands right of it. */
export function finalRoot({ header, checkpoint, tree }: OpenedHeader): Uint8Array {
  for (const [i, { level }] of subtrees(header.range.last, checkpoint.size).entries()) {
    tree.add(hashFromHex(header.after[i] ?? ''), level);
  }
  return tree.root();
}
