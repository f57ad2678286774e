import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex, utf8 } from '../bytes.ts';
import { emptyRoot, leafHash, nodeHash } from './hash.ts';
import { proveConsistency, proveInclusion, proveRange, treeRoot } from './prove.ts';
import { accumulator, merkleRoot, subtrees } from './range.ts';
import { appendLeaves, edgeTiles, type Tile, type TileReader, type TileWrite } from './tiles.ts';
import { verifyConsistency, verifyInclusion } from './verify.ts';

const leaves = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => leafHash(utf8(`leaf ${i}`)));
const key = ({ level, index }: Tile): string => `${level}/${index}`;

/** A tree kept in tiles, grown in steps as a log reader would grow it. */
function grow(steps: readonly Uint8Array[][]) {
  const store = new Map<string, TileWrite>();
  let size = 0;
  let reads: Tile[] = [];
  for (const step of steps) {
    const edge = edgeTiles(size).map((tile) => store.get(key(tile)) ?? { ...tile, hashes: new Uint8Array() });
    const grown = appendLeaves(size, edge, step);
    for (const write of grown.writes) store.set(key(write), write);
    size = grown.size;
  }
  const read: TileReader = async (tile) => {
    reads.push(tile);
    return store.get(key(tile))?.hashes ?? new Uint8Array();
  };
  return { store, size, read, takeReads: () => reads.splice(0), clear: () => (reads = []) };
}

/** RFC 6962 §2.1, word for word. */
function definition(hashes: readonly Uint8Array[]): Uint8Array {
  const [first] = hashes;
  if (first === undefined) return emptyRoot();
  if (hashes.length === 1) return first;
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return nodeHash(definition(hashes.slice(0, k)), definition(hashes.slice(k)));
}

describe('the Merkle tree', () => {
  it('has the roots of RFC 6962', () => {
    expect(toHex(emptyRoot())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(toHex(leafHash(new Uint8Array()))).toBe(
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    );
    for (const count of [0, 1, 2, 3, 7, 8, 255, 256, 257, 300]) {
      expect(merkleRoot(leaves(count))).toEqual(definition(leaves(count)));
    }
  });

  it('does not take a leaf for a node, or a node for a leaf', () => {
    const [a = emptyRoot(), b = emptyRoot()] = leaves(2);
    expect(leafHash(new Uint8Array([...a, ...b]))).not.toEqual(nodeHash(a, b));
  });

  it('gives the same root from leaves and from any subtrees of them', () => {
    fc.assert(
      fc.property(fc.nat(600), fc.nat(600), fc.nat(600), (a, b, c) => {
        const [begin = 0, end = 0, size = 0] = [a, b, c].sort((x, y) => x - y);
        const all = leaves(size);
        const tree = accumulator();
        for (const { level, index } of [
          ...subtrees(0, begin),
          ...subtrees(begin, end),
          ...subtrees(end, size),
        ]) {
          tree.add(merkleRoot(all.slice(index * 2 ** level, (index + 1) * 2 ** level)), level);
        }
        expect(tree.size).toBe(size);
        expect(tree.root()).toEqual(merkleRoot(all));
      }),
      { numRuns: 60 },
    );
  });

  it('writes the same tiles however the leaves arrive, each touched tile once', () => {
    const all = leaves(70_000);
    const once = grow([all]);
    expect([...once.store.values()].filter(({ level }) => level === 2)).toMatchObject([
      { index: 0, width: 1 },
    ]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30_000 }), { minLength: 1, maxLength: 4 }), (cuts) => {
        const ends = [...cuts.map((cut) => cut * 2), 70_000].sort((a, b) => a - b);
        const steps = ends.map((end, i) => all.slice(ends[i - 1] ?? 0, end));
        expect(grow(steps).store).toEqual(once.store);
      }),
      { numRuns: 2 },
    );
    const { writes } = appendLeaves(0, [], all.slice(0, 600));
    expect(writes.map(({ level, index, width }) => [level, index, width])).toEqual([
      [0, 0, 256],
      [0, 1, 256],
      [0, 2, 88],
      [1, 0, 2],
    ]);
  });

  it('refuses to grow from an edge that is missing or short', () => {
    const step = leaves(1);
    expect(() => appendLeaves(5, [], step)).toThrow(/edge tile 0\/0 is missing/);
    expect(() =>
      appendLeaves(5, [{ level: 0, index: 0, width: 5, hashes: new Uint8Array(64) }], step),
    ).toThrow(/64 bytes/);
  });

  it('proves every leaf of every tree, and no other leaf', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 700 }), fc.nat(), async (size, pick) => {
        const all = leaves(size);
        const { read } = grow([all]);
        const index = pick % size;
        const proof = await proveInclusion(read, index, size);
        const claim = { leafIndex: index, treeSize: size, root: definition(all), proof };
        verifyInclusion({ ...claim, leafHash: all[index] ?? emptyRoot() });
        expect(() => verifyInclusion({ ...claim, leafHash: leafHash(utf8('another')) })).toThrow();
        expect(() =>
          verifyInclusion({ ...claim, leafHash: all[index] ?? emptyRoot(), leafIndex: index + 1 }),
        ).toThrow();
      }),
      { numRuns: 150 },
    );
  });

  it('proves that every tree extends every smaller one, from tiles of the larger', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 700 }), fc.nat(), async (size2, pick) => {
        const all = leaves(size2);
        const { read } = grow([all]);
        const size1 = 1 + (pick % size2);
        const [root1, root2] = [definition(all.slice(0, size1)), definition(all)];
        const proof = await proveConsistency(read, size1, size2);
        verifyConsistency({ size1, size2, root1, root2, proof });
        expect(await treeRoot(read, size1)).toEqual(root1);
        const other = leafHash(utf8('another'));
        expect(() => verifyConsistency({ size1, size2, root1: other, root2, proof })).toThrow();
        expect(() => verifyConsistency({ size1, size2, root1, root2: other, proof })).toThrow();
      }),
      { numRuns: 150 },
    );
  });

  it('proves the leaves of 70,000 over three tile levels, with few tiles read', async () => {
    const all = leaves(70_000);
    const tree = grow([all]);
    const root = await treeRoot(tree.read, 70_000);
    expect(root).toEqual(merkleRoot(all));
    for (const leafIndex of [0, 255, 256, 65_535, 65_536, 69_999]) {
      tree.clear();
      const proof = await proveInclusion(tree.read, leafIndex, 70_000);
      verifyInclusion({ leafIndex, treeSize: 70_000, leafHash: all[leafIndex] ?? emptyRoot(), root, proof });
    }
    const { before, after } = await proveRange(tree.read, 300, 65_900, 70_000);
    const rebuilt = accumulator();
    for (const [i, { level }] of subtrees(0, 300).entries()) rebuilt.add(before[i] ?? emptyRoot(), level);
    for (const hash of all.slice(300, 65_900)) rebuilt.add(hash);
    for (const [i, { level }] of subtrees(65_900, 70_000).entries())
      rebuilt.add(after[i] ?? emptyRoot(), level);
    expect(rebuilt.root()).toEqual(root);
  });

  it('refuses what counts no entries, by name', () => {
    const [hash, root] = [new Uint8Array(32), new Uint8Array(32)];
    for (const count of [Number.NaN, 0.5, 2 ** 53, Number.POSITIVE_INFINITY]) {
      const inclusion = { leafIndex: 0, treeSize: count, leafHash: hash, root, proof: [] };
      const consistency = { size1: 1, size2: count, root1: root, root2: root, proof: [hash] };
      expect(() => verifyInclusion(inclusion)).toThrow(expect.objectContaining({ code: 'bad_proof' }));
      expect(() => verifyConsistency(consistency)).toThrow(expect.objectContaining({ code: 'bad_proof' }));
    }
  });

  it('refuses what is no place in the tree', async () => {
    const { read } = grow([leaves(4)]);
    await expect(proveInclusion(read, 4, 4)).rejects.toMatchObject({ code: 'bad_range' });
    await expect(proveConsistency(read, 0, 4)).rejects.toMatchObject({ code: 'bad_range' });
    await expect(proveConsistency(read, 5, 4)).rejects.toMatchObject({ code: 'bad_range' });
    await expect(proveInclusion(read, 0, 5)).rejects.toMatchObject({ code: 'bad_tile' });
  });
});
