import { LedgerError } from '../errors.ts';
import { emptyRoot, nodeHasher } from './hash.ts';

/** A perfect subtree: the leaves [index·2^level, (index+1)·2^level). */
export type Node = { readonly level: number; readonly index: number };

/**
 * The tree so far, as the roots of its perfect subtrees from left to right: logarithmic in memory, and all that
 * is needed to add leaves and to name the root.
 */
export type Accumulator = {
  readonly size: number;
  /** Adds one subtree of 2^level leaves whose root is `hash`. Throws `bad_range` where it cannot stand. */
  add(hash: Uint8Array, level?: number): void;
  /** RFC 6962 §2.1: the root of the leaves so far. */
  root(): Uint8Array;
};

export function accumulator(): Accumulator {
  const nodeHash = nodeHasher();
  const hashes: Uint8Array[] = [];
  const levels: number[] = [];
  let size = 0;
  return {
    get size() {
      return size;
    },
    add(hash, level = 0) {
      // Subtrees stand at multiples of their size: no lower one may be open to the left.
      if ((levels.at(-1) ?? level) < level)
        throw new LedgerError('bad_range', 'a subtree is out of its place');
      let node = hash;
      let height = level;
      while (levels.at(-1) === height) {
        const left = hashes.pop();
        levels.pop();
        if (left === undefined) break;
        node = nodeHash(left, node);
        height++;
      }
      hashes.push(node);
      levels.push(height);
      size += 2 ** level;
    },
    root() {
      return (
        hashes.reduceRight<Uint8Array | null>(
          (right, left) => (right === null ? left : nodeHash(left, right)),
          null,
        ) ?? emptyRoot()
      );
    },
  };
}

/** RFC 6962 §2.1: the root over these leaf hashes. */
export function merkleRoot(leafHashes: Iterable<Uint8Array>): Uint8Array {
  const tree = accumulator();
  for (const hash of leafHashes) tree.add(hash);
  return tree.root();
}

/**
 * The perfect subtrees that cover the leaves [begin, end) of any tree, from left to right: at each place the
 * largest that is aligned and fits. Sizes go to 2^53−1, beyond JavaScript's bit operators.
 */
export function subtrees(begin: number, end: number): Node[] {
  const nodes: Node[] = [];
  for (let at = begin; at < end; ) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= end) level++;
    nodes.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return nodes;
}
