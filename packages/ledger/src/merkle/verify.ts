import { equal, HASH_BYTES } from '../bytes.ts';
import { LedgerError } from '../errors.ts';
import { nodeHash } from './hash.ts';

/** Tree sizes and indexes reach 2^64−1 in RFC 9162; a number is for callers who know theirs is small. */
export type Count = number | bigint;

export type InclusionProof = {
  readonly leafIndex: Count;
  readonly treeSize: Count;
  readonly leafHash: Uint8Array;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
};

/**
 * RFC 9162 §2.1.3.2. Throws `bad_proof`, with the reason. The proof, the leaf hash and the index may come from an
 * attacker; the root and the tree size come from a checkpoint whose signature the caller has verified.
 */
export function verifyInclusion({ leafIndex, treeSize, leafHash, root, proof }: InclusionProof): void {
  const [index, size] = [countOf(leafIndex), countOf(treeSize)];
  if (index < 0n || index >= size) bad(`leaf ${index} cannot stand in a tree of ${size}`);
  requireHashes([leafHash, root, ...proof]);
  let fn = index;
  let sn = size - 1n;
  let r = leafHash;
  for (const p of proof) {
    if (sn === 0n) bad('the proof is too long');
    if ((fn & 1n) === 1n || fn === sn) {
      r = nodeHash(p, r);
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      r = nodeHash(r, p);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  if (sn !== 0n) bad('the proof is too short');
  if (!equal(r, root)) bad('the proof leads to another root');
}

export type ConsistencyProof = {
  readonly size1: Count;
  readonly size2: Count;
  readonly root1: Uint8Array;
  readonly root2: Uint8Array;
  readonly proof: readonly Uint8Array[];
};

/**
 * RFC 9162 §2.1.4.2: the tree of `size2` extends the tree of `size1`. Throws `bad_proof`, with the reason.
 *
 * The RFC defines no proof from an empty tree: everything extends it, so a proof from it would say nothing, and it
 * is refused. Other trees of equal size are consistent exactly if their roots are equal and the proof is empty.
 */
export function verifyConsistency({ size1, size2, root1, root2, proof }: ConsistencyProof): void {
  const [first, second] = [countOf(size1), countOf(size2)];
  if (first < 0n || first > second) bad(`a tree of ${second} cannot extend a tree of ${first}`);
  if (first === 0n) bad('nothing can be proved from an empty tree');
  if (first === second) {
    if (proof.length > 0) bad('trees of one size need no proof');
    if (!equal(root1, root2)) bad('two trees of one size have different roots');
    return;
  }
  requireHashes([root1, root2, ...proof]);
  // Where `first` is a power of two its root is itself a node of the path, and the proof leaves it out.
  const path = (first & (first - 1n)) === 0n ? [root1, ...proof] : proof;
  const [start, ...rest] = path;
  if (start === undefined || proof.length === 0) return bad('the proof is empty');
  let fn = first - 1n;
  let sn = second - 1n;
  while ((fn & 1n) === 1n) {
    fn >>= 1n;
    sn >>= 1n;
  }
  let fr = start;
  let sr = start;
  for (const c of rest) {
    if (sn === 0n) bad('the proof is too long');
    if ((fn & 1n) === 1n || fn === sn) {
      fr = nodeHash(c, fr);
      sr = nodeHash(c, sr);
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      sr = nodeHash(sr, c);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  if (sn !== 0n) bad('the proof is too short');
  if (!equal(fr, root1)) bad('the proof leads to another first root');
  if (!equal(sr, root2)) bad('the proof leads to another second root');
}

/** A shorter or longer "hash" would let bytes slide from one side of a node to the other. */
function requireHashes(hashes: readonly Uint8Array[]): void {
  if (hashes.some((hash) => hash.length !== HASH_BYTES)) bad('a hash is not 32 bytes long');
}

/** A number that was rounded, or never was one, would be taken for another tree's. */
function countOf(count: Count): bigint {
  return typeof count === 'bigint' || Number.isSafeInteger(count)
    ? BigInt(count)
    : bad(`${count} counts no entries`);
}

function bad(why: string): never {
  throw new LedgerError('bad_proof', why);
}
