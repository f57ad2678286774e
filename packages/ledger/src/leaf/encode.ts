import { canonicalBytes } from '../canonical/encode.ts';
import type { LeafInput } from './model.ts';
import { scanLeaf } from './scan.ts';

/**
 * The leaf's bytes, made once, before the commit, and never again: PostgreSQL's jsonb would reorder them.
 * What a verifier would refuse later is refused now: `bad_leaf`, or a code of the canonical family.
 */
export function encodeLeaf(leaf: LeafInput): Uint8Array {
  const bytes = canonicalBytes(leaf);
  scanLeaf(bytes, 0);
  return bytes;
}
