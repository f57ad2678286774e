import { describe, expect, it } from 'vitest';
import { toHex, utf8 } from '../bytes.ts';
import { LedgerError } from '../errors.ts';
import { leafHash, leafHasher } from './hash.ts';
import { proveConsistency, proveInclusion, proveRange, treeRoot } from './prove.ts';
import { merkleRoot } from './range.ts';
import { appendLeaves, edgeTiles, splitTile, type TileReader } from './tiles.ts';
import { verifyConsistency, verifyInclusion } from './verify.ts';

const hashes = Array.from({ length: 600 }, (_, i) => leafHash(utf8(`leaf ${i}`)));
const { writes } = appendLeaves(0, [], hashes);
const reads: string[] = [];
const read: TileReader = async ({ level, index }) => {
  reads.push(`${level}/${index}`);
  return writes.find((tile) => tile.level === level && tile.index === index)?.hashes ?? new Uint8Array();
};
const said = async (work: () => unknown): Promise<string> => {
  try {
    await work();
    return 'accepted';
  } catch (error) {
    if (error instanceof LedgerError) return `${error.code}: ${error.message}`;
    throw error;
  }
};
const all = (works: readonly (() => unknown)[]): Promise<string[]> => Promise.all(works.map(said));

describe('refused, and why', () => {
  it('as a place in a tree to prove', async () => {
    expect(
      await all([
        ...[-1, 0.5, Number.NaN, 7, 8].map((index) => () => proveInclusion(read, index, 7)),
        ...[-1, 0.5, 2 ** 53, 0].map((size) => () => proveInclusion(read, 0, size)),
        ...[-1, 0, 0.5, 8].map((size) => () => proveConsistency(read, size, 7)),
        ...[0.5, 2 ** 53, -1].map((size) => () => proveConsistency(read, 1, size)),
        () => proveRange(read, 3, 2, 7),
        () => proveRange(read, 3, 8, 7),
        () => proveRange(read, -1, 2, 7),
        () => proveRange(read, 0, 0.5, 7),
        () => proveRange(read, 0, 1, 2 ** 53),
      ]),
    ).toMatchSnapshot();
    expect(
      await all([
        () => proveRange(read, 0, 0, 0),
        () => proveRange(read, 7, 7, 7),
        () => proveConsistency(read, 7, 7),
      ]),
    ).toEqual(['accepted', 'accepted', 'accepted']);
  });

  it('as tiles to read or to grow from', async () => {
    const tile = { level: 0, index: 2, width: 2 };
    const bytes = new Uint8Array(96);
    expect(splitTile(bytes, tile)).toHaveLength(2);
    const edge = edgeTiles(300).map(({ level, index, width }) => ({
      level,
      index,
      width,
      hashes: new Uint8Array(32 * width),
    }));
    const moved = edge.map((one) => ({ ...one, index: one.index + 1 }));
    const raised = edge.map((one) => ({ ...one, level: one.level + 1 }));
    const more = hashes.slice(0, 1);
    expect(appendLeaves(300, edge, more).size).toBe(301);
    expect(
      await all([
        () => splitTile(bytes.subarray(1), tile),
        () => splitTile(bytes.subarray(0, 32), tile),
        () => appendLeaves(300, [], more),
        () => appendLeaves(300, moved, more),
        () => appendLeaves(300, raised, more),
        () => appendLeaves(0, [], [new Uint8Array(31)]),
        () => appendLeaves(Number.MAX_SAFE_INTEGER, [], more),
        () => treeRoot(async () => new Uint8Array(), 5),
      ]),
    ).toMatchSnapshot();
    expect(edgeTiles(512).map(({ level, index, width }) => [level, index, width])).toEqual([[1, 0, 2]]);
    expect(edgeTiles(0)).toEqual([]);
  });

  it('as proofs', async () => {
    const inclusion = {
      leafIndex: 5,
      treeSize: 7,
      leafHash: hashes[5] ?? new Uint8Array(),
      root: merkleRoot(hashes.slice(0, 7)),
      proof: await proveInclusion(read, 5, 7),
    };
    const consistency = {
      size1: 3,
      size2: 7,
      root1: merkleRoot(hashes.slice(0, 3)),
      root2: inclusion.root,
      proof: await proveConsistency(read, 3, 7),
    };
    const other = new Uint8Array(32);
    const include = (change: object) => () => verifyInclusion({ ...inclusion, ...change });
    const extend = (change: object) => () => verifyConsistency({ ...consistency, ...change });
    expect(await all([include({}), extend({}), include({ leafIndex: 5n, treeSize: 7n })])).toEqual([
      'accepted',
      'accepted',
      'accepted',
    ]);
    expect(
      await all([
        include({ leafIndex: -1 }),
        include({ leafIndex: 7 }),
        include({ leafIndex: 0, treeSize: 0 }),
        include({ proof: [...inclusion.proof, other] }),
        include({ proof: inclusion.proof.slice(1) }),
        include({ proof: [] }),
        include({ proof: inclusion.proof.with(0, other.subarray(1)) }),
        include({ leafHash: other.subarray(1) }),
        include({ root: new Uint8Array(33) }),
        include({ root: other }),
        include({ leafIndex: 4 }),
        extend({ size1: -1 }),
        extend({ size1: 0 }),
        extend({ size1: 8 }),
        extend({ size1: 7, proof: [other] }),
        extend({ size1: 7, proof: [] }),
        extend({ size1: 3, proof: [] }),
        extend({ size1: 4, proof: [] }),
        extend({ proof: [...consistency.proof, other] }),
        extend({ proof: consistency.proof.slice(0, -1) }),
        extend({ proof: consistency.proof.with(1, other.subarray(1)) }),
        extend({ root1: other.subarray(1) }),
        extend({ root2: other.subarray(1) }),
        extend({ root1: other }),
        extend({ root2: other }),
      ]),
    ).toMatchSnapshot();
    expect(
      await said(() => verifyConsistency({ ...consistency, size1: 7, root1: inclusion.root, proof: [] })),
    ).toBe('accepted');
  });
});

describe('hashing', () => {
  it('of a leaf is the same whatever was hashed before it, and however long', () => {
    const hasher = leafHasher();
    for (const length of [0, 1, 2, 3, 5, 4, 1000, 1001, 999, 2001, 2002, 4005]) {
      const leaf = new Uint8Array(length).fill(7);
      expect(toHex(hasher(leaf))).toBe(toHex(leafHash(leaf)));
    }
  });

  it('of nothing is the root of the empty tree (RFC 6962 §2.1)', async () => {
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    expect([toHex(merkleRoot([])), toHex(await treeRoot(read, 0))]).toEqual([empty, empty]);
  });

  it('reads each tile of a proof once', async () => {
    reads.length = 0;
    await proveInclusion(read, 300, 600);
    expect(new Set(reads).size).toBe(reads.length);
  });
});
