import { HASH_BYTES } from '../bytes.ts';
import { LedgerError } from '../errors.ts';
import { merkleRoot } from './range.ts';

/** C2SP tlog-tiles: a tile holds 256 hashes, so a tile's root is a hash of the tile level above. */
export const TILE_HEIGHT = 8;
export const TILE_WIDTH = 256;

/**
 * A tile: the hashes [256·index, 256·index + width) of one tile level. Level 0 holds leaf hashes; a hash of level n
 * is the root of a full tile of level n−1. A tile of a smaller width is a prefix of the wider one that replaces it.
 */
export type Tile = { readonly level: number; readonly index: number; readonly width: number };
export type TileWrite = Tile & { readonly hashes: Uint8Array };

/** The bytes of a tile: at least `width` hashes (a store may hold a wider version). */
export type TileReader = (tile: Tile) => Promise<Uint8Array>;

/** How many hashes the tile level holds in a tree of `size` leaves. */
const hashesAt = (level: number, size: number): number => Math.floor(size / TILE_WIDTH ** level);

/** The tile of this place as it stands in a tree of `size` leaves; of width 0 where the tree does not reach it. */
export function tileAt(level: number, index: number, size: number): Tile {
  const width = Math.max(0, Math.min(TILE_WIDTH, hashesAt(level, size) - index * TILE_WIDTH));
  return { level, index, width };
}

/** The partial tiles on the right edge of a tree of `size` leaves: what `appendLeaves` needs to be given. */
export function edgeTiles(size: number): Tile[] {
  const tiles: Tile[] = [];
  for (let level = 0; hashesAt(level, size) > 0; level++) {
    const index = Math.floor(hashesAt(level, size) / TILE_WIDTH);
    const tile = tileAt(level, index, size);
    if (tile.width > 0) tiles.push(tile);
  }
  return tiles;
}

/**
 * The tiles to write when leaves are added to a tree. Pure: given the same tree and leaves, any process writes the
 * same bytes, so the writes may be repeated. Each touched tile comes once, at its final width.
 * `edge` holds the tiles of `edgeTiles(size)`. Throws `bad_tile` if one is missing or too short.
 */
export function appendLeaves(
  size: number,
  edge: readonly TileWrite[],
  leafHashes: readonly Uint8Array[],
): { readonly size: number; readonly writes: readonly TileWrite[] } {
  const grown = size + leafHashes.length;
  if (!Number.isSafeInteger(grown)) throw new LedgerError('bad_range', 'the tree would exceed 2^53−1 leaves');
  const writes: TileWrite[] = [];
  let fresh = leafHashes;
  for (let level = 0; fresh.length > 0; level++) {
    const before = hashesAt(level, size);
    const open = before % TILE_WIDTH;
    const held = open === 0 ? [] : edgeHashes(edge, tileAt(level, Math.floor(before / TILE_WIDTH), size));
    const hashes = [...held, ...fresh];
    const first = Math.floor(before / TILE_WIDTH);
    const above: Uint8Array[] = [];
    for (let at = 0; at < hashes.length; at += TILE_WIDTH) {
      const part = hashes.slice(at, at + TILE_WIDTH);
      writes.push({ level, index: first + at / TILE_WIDTH, width: part.length, hashes: join(part) });
      if (part.length === TILE_WIDTH) above.push(merkleRoot(part));
    }
    fresh = above;
  }
  return { size: grown, writes };
}

function edgeHashes(edge: readonly TileWrite[], wanted: Tile): Uint8Array[] {
  const tile = edge.find(({ level, index }) => level === wanted.level && index === wanted.index);
  if (tile === undefined) {
    throw new LedgerError('bad_tile', `the edge tile ${wanted.level}/${wanted.index} is missing`);
  }
  return splitTile(tile.hashes, wanted);
}

/** The first `tile.width` hashes of a tile's bytes. Throws `bad_tile` where the store holds fewer. */
export function splitTile(bytes: Uint8Array, tile: Tile): Uint8Array[] {
  if (bytes.length % HASH_BYTES !== 0 || bytes.length < tile.width * HASH_BYTES) {
    throw new LedgerError('bad_tile', `tile ${tile.level}/${tile.index} holds ${bytes.length} bytes`);
  }
  return Array.from({ length: tile.width }, (_, i) => bytes.slice(i * HASH_BYTES, (i + 1) * HASH_BYTES));
}

function join(hashes: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(hashes.length * HASH_BYTES);
  for (const [i, hash] of hashes.entries()) {
    if (hash.length !== HASH_BYTES) throw new LedgerError('bad_tile', 'a hash is not 32 bytes long');
    bytes.set(hash, i * HASH_BYTES);
  }
  return bytes;
}
