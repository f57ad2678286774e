import {
  appendLeaves,
  edgeTiles,
  TILE_WIDTH,
  type Tile,
  type TileReader,
  type TileWrite,
} from '@countersign/ledger';
import type { Reading } from '../../db/read.ts';

/** How many leaves the stored tiles hold. Tiles are written together or not at all, so level 0 tells for all. */
export async function builtSize(read: Reading, environment: string): Promise<number> {
  const rows = await read.query<{ index: number; width: number }>(
    `select index, width from countersign.tile
      where environment_id = $1 and level = 0 order by index desc limit 1`,
    [environment],
  );
  const last = rows[0];
  return last === undefined ? 0 : last.index * TILE_WIDTH + last.width;
}

export async function headOf(read: Reading, environment: string): Promise<number> {
  const rows = await read.query<{ seq: number }>(
    'select seq from countersign.head where environment_id = $1',
    [environment],
  );
  return rows[0]?.seq ?? 0;
}

/** Proofs read tiles of any size up to the built one: a wider tile begins with the narrower one's hashes. */
export function tileReader(read: Reading, environment: string): TileReader {
  return async ({ level, index }) => {
    const rows = await read.query<{ hashes: Buffer }>(
      'select hashes from countersign.tile where environment_id = $1 and level = $2 and index = $3',
      [environment, level, index],
    );
    // The ledger refuses too few hashes by name (`bad_tile`).
    return rows[0]?.hashes ?? new Uint8Array(0);
  };
}

/** Leaves of one step: 16 tiles of level 0, half a megabyte with what PostgreSQL sends around it. */
const STEP = 16 * TILE_WIDTH;

/**
 * Builds the tree on, to `size` leaves at least. A pure function of the log: whoever builds writes the same bytes,
 * so any process may, at any time, several at once (ENGINE 10).
 * @returns leaves that the tiles hold now.
 */
export async function buildTree(read: Reading, environment: string, size: number): Promise<number> {
  let built = await builtSize(read, environment);
  while (built < size) {
    const rows = await read.query<{ seq: number; leaf_hash: Buffer }>(
      `select seq, leaf_hash from countersign.entry
        where environment_id = $1 and seq > $2 order by seq limit ${STEP}`,
      [environment, built],
    );
    assertDense(rows, built, environment);
    if (rows.length === 0) throw new LogCutShort(environment, size, built);
    const edge = await readEdge(read, environment, edgeTiles(built));
    const grown = appendLeaves(
      built,
      edge,
      rows.map((row) => row.leaf_hash),
    );
    await write(read, environment, grown.writes);
    built = grown.size;
  }
  return built;
}

/** The head names an entry that is not there. */
export class LogCutShort extends Error {
  readonly code = 'log-cut-short';

  constructor(environment: string, size: number, found: number) {
    super(`The log of ${environment} should hold ${size} entries, but entry ${found + 1} is missing.`);
    this.name = 'LogCutShort';
  }
}

function assertDense(rows: readonly { seq: number }[], built: number, environment: string): void {
  const gap = rows.findIndex((row, i) => row.seq !== built + i + 1);
  if (gap !== -1) throw new LogCutShort(environment, rows.at(-1)?.seq ?? built, built + gap);
}

async function readEdge(read: Reading, environment: string, edge: readonly Tile[]): Promise<TileWrite[]> {
  if (edge.length === 0) return [];
  // One by one, behind `offset 0`: joined to the arrays, all tiles may be read for a few.
  const rows = await read.query<{ level: number; index: number; width: number; hashes: Buffer }>(
    `select t.level, t.index, t.width, t.hashes
       from unnest($2::smallint[], $3::bigint[]) as e(level, index)
      cross join lateral (select level, index, width, hashes from countersign.tile t
                           where t.environment_id = $1 and t.level = e.level and t.index = e.index offset 0) t`,
    [environment, edge.map((tile) => tile.level), edge.map((tile) => tile.index)],
  );
  return [...rows];
}

async function write(read: Reading, environment: string, tiles: readonly TileWrite[]): Promise<void> {
  await read.query('select countersign.store_tiles($1, $2, $3, $4, $5)', [
    environment,
    tiles.map((tile) => tile.level),
    tiles.map((tile) => tile.index),
    tiles.map((tile) => tile.width),
    tiles.map((tile) => tile.hashes),
  ]);
}
