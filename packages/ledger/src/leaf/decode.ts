import { fromUtf8 } from '../bytes.ts';
import { LEAF_LIMITS } from '../canonical/limits.ts';
import { checkCanonical } from '../canonical/parse.ts';
import { LedgerError } from '../errors.ts';
import type { Leaf } from './model.ts';
import { scanLeaf } from './scan.ts';

/** The leaf that these bytes encode. Throws a LedgerError: of the canonical family, or `bad_leaf`. */
export function decodeLeaf(bytes: Uint8Array): Leaf {
  // First, so that what is not canonical is called so.
  checkCanonical(bytes, LEAF_LIMITS);
  if (scanLeaf(bytes, 0).end !== bytes.length)
    throw new LedgerError('bad_leaf', 'something follows the leaf');
  return leafOfScanned(bytes);
}

/** The leaf in bytes that `scanLeaf` has recognized. */
export function leafOfScanned(bytes: Uint8Array): Leaf {
  const leaf: Leaf = JSON.parse(fromUtf8(bytes));
  return leaf;
}
