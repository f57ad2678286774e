import {
  accumulator,
  appendLeaves,
  leafHash,
  proveConsistency,
  proveInclusion,
  type TileReader,
  toHex,
} from '@countersign/ledger';

const hashes = Array.from({ length: 21 }, (_, i) => leafHash(Buffer.from(`leaf ${i}`)));
const { writes } = appendLeaves(0, [], hashes);
const read: TileReader = async ({ level, index }) =>
  writes.find((tile) => tile.level === level && tile.index === index)?.hashes ?? new Uint8Array();
const rootOf = (size: number): string => {
  const tree = accumulator();
  for (const hash of hashes.slice(0, size)) tree.add(hash);
  return toHex(tree.root());
};

/** Right ones, as JSON. */
export const proofs: readonly object[] = [
  ...(await Promise.all(
    [0, 7, 16, 20].map(async (leafIndex) => ({
      leafIndex,
      treeSize: 21,
      leafHash: toHex(hashes[leafIndex] ?? new Uint8Array()),
      root: rootOf(21),
      proof: (await proveInclusion(read, leafIndex, 21)).map(toHex),
    })),
  )),
  ...(await Promise.all(
    [1, 8, 13, 21].map(async (size1) => ({
      size1,
      size2: 21,
      root1: rootOf(size1),
      root2: rootOf(21),
      proof: (await proveConsistency(read, size1, 21)).map(toHex),
    })),
  )),
];
