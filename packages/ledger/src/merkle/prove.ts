import { LedgerError } from '../errors.ts';
import { accumulator, merkleRoot, type Node, subtrees } from './range.ts';
import { splitTile, TILE_HEIGHT, TILE_WIDTH, type TileReader, tileAt } from './tiles.ts';

/** Leaves [begin, end) of the tree; the hash of a range is its RFC 6962 root. */
type Range = readonly [begin: number, end: number];

/** The root of the first `size` leaves. Any size up to the tree's own may be asked: old roots stay computable. */
export async function treeRoot(read: TileReader, size: number): Promise<Uint8Array> {
  const [root] = await rangeRoots(read, size, [[0, size]]);
  return root ?? merkleRoot([]);
}

/** RFC 9162 §2.1.3.1: PATH(leafIndex, D[size]), from the leaf to the root. Throws `bad_range`, `bad_tile`. */
export async function proveInclusion(
  read: TileReader,
  leafIndex: number,
  size: number,
): Promise<Uint8Array[]> {
  if (!isIndex(leafIndex) || !isIndex(size) || leafIndex >= size) {
    throw new LedgerError('bad_range', `leaf ${leafIndex} is not in a tree of ${size}`);
  }
  const path: Range[] = [];
  let [begin, end] = [0, size];
  while (end - begin > 1) {
    const middle = begin + split(end - begin);
    path.push(leafIndex < middle ? [middle, end] : [begin, middle]);
    if (leafIndex < middle) end = middle;
    else begin = middle;
  }
  return rangeRoots(read, size, path.reverse());
}

/** RFC 9162 §2.1.4.1: PROOF(size1, D[size2]). Empty for equal sizes. Throws `bad_range`, `bad_tile`. */
export async function proveConsistency(
  read: TileReader,
  size1: number,
  size2: number,
): Promise<Uint8Array[]> {
  if (!isIndex(size1) || !isIndex(size2) || size1 < 1 || size1 > size2) {
    throw new LedgerError('bad_range', `no consistency proof leads from ${size1} to ${size2}`);
  }
  const path: Range[] = [];
  let [begin, end] = [0, size2];
  while (size1 !== end) {
    const middle = begin + split(end - begin);
    path.push(size1 <= middle ? [middle, end] : [begin, middle]);
    if (size1 <= middle) end = middle;
    else begin = middle;
  }
  // SUBPROOF leaves the node out where it is the first tree itself, whose root the verifier has.
  if (begin !== 0) path.push([begin, end]);
  return rangeRoots(read, size2, path.reverse());
}

/** The subtrees beside the leaves [begin, end) in a tree of `size`: with those leaves they give its root. */
export async function proveRange(
  read: TileReader,
  begin: number,
  end: number,
  size: number,
): Promise<{ readonly before: Uint8Array[]; readonly after: Uint8Array[] }> {
  if (![begin, end, size].every(isIndex) || begin > end || end > size) {
    throw new LedgerError('bad_range', `[${begin}, ${end}) is not a range of a tree of ${size}`);
  }
  const asRange = ({ level, index }: Node): Range => [index * 2 ** level, (index + 1) * 2 ** level];
  return {
    before: await rangeRoots(read, size, subtrees(0, begin).map(asRange)),
    after: await rangeRoots(read, size, subtrees(end, size).map(asRange)),
  };
}

/** RFC 6962 §2.1: the largest power of two smaller than n, for n > 1. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

const isIndex = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;

/** Every hash is computed up from tiles of `size`; a tile is read once. */
async function rangeRoots(read: TileReader, size: number, ranges: readonly Range[]): Promise<Uint8Array[]> {
  const tiles = new Map<string, Promise<Uint8Array[]>>();
  const tileHashes = (level: number, index: number): Promise<Uint8Array[]> => {
    const key = `${level}/${index}`;
    const tile = tileAt(level, index, size);
    const hashes = tiles.get(key) ?? read(tile).then((bytes) => splitTile(bytes, tile));
    tiles.set(key, hashes);
    return hashes;
  };
  const nodeAt = async ({ level, index }: Node): Promise<Uint8Array> => {
    // A node of height 8n+h is the root of 2^h neighbouring hashes of tile level n.
    const tileLevel = Math.floor(level / TILE_HEIGHT);
    const width = 2 ** (level % TILE_HEIGHT);
    const first = index * width;
    const hashes = await tileHashes(tileLevel, Math.floor(first / TILE_WIDTH));
    return merkleRoot(hashes.slice(first % TILE_WIDTH, (first % TILE_WIDTH) + width));
  };
  return Promise.all(
    ranges.map(async ([begin, end]) => {
      const nodes = subtrees(begin, end);
      const hashes = await Promise.all(nodes.map(nodeAt));
      const tree = accumulator();
      for (const [i, node] of nodes.entries()) {
        const hash = hashes[i];
        if (hash !== undefined) tree.add(hash, node.level);
      }
      return tree.root();
    }),
  );
}
