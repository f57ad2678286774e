import { failure } from './failure.ts';
import { type Statement, standing, within } from './statement.ts';
import { name } from './tables.ts';

/** The Merkle tree's tiles and the signed checkpoints. */
export const tree: readonly Statement[] = [
  {
    begins: 'select seq from countersign.head',
    run: (session, [id]) => within(session, id, ({ head }) => [{ seq: head.seq }]),
  },
  {
    begins: 'select index, width from countersign.tile',
    has: ['level = 0 order by index desc limit 1'],
    run: (session, [id]) =>
      within(session, id, ({ tiles }) =>
        [...tiles.values()]
          .filter(({ level }) => level === 0)
          .sort((a, b) => b.index - a.index)
          .slice(0, 1),
      ),
  },
  {
    begins: 'select hashes from countersign.tile',
    run: (session, [id, level, index]) =>
      within(session, id, ({ tiles }) => {
        const row = tiles.get(name(Number(level), Number(index)));
        return row === undefined ? [] : [row];
      }),
  },
  {
    begins: 'select seq, leaf_hash from countersign.entry',
    has: ['seq > $2 order by seq limit 4096'],
    run: (session, [id, after]) =>
      within(session, id, ({ entries }) =>
        entries
          .filter((row) => row.seq > Number(after))
          .sort((a, b) => a.seq - b.seq)
          .slice(0, 4096),
      ),
  },
  {
    begins: 'select t.level, t.index, t.width, t.hashes from unnest(',
    run: (session, [id, levels, indexes]) =>
      within(session, id, ({ tiles }) =>
        (levels as number[]).flatMap(
          (level, i) => tiles.get(name(level, (indexes as number[])[i] ?? -1)) ?? [],
        ),
      ),
  },
  {
    begins: 'select countersign.store_tiles($1, $2, $3, $4, $5)',
    run: (session, [id, levels, indexes, widths, hashes]) => {
      const { tiles } = standing(session, id);
      const rows = (levels as number[]).map((level, i) => ({
        level,
        index: Number((indexes as number[])[i]),
        width: Number((widths as number[])[i]),
        hashes: Buffer.from((hashes as Uint8Array[])[i] ?? []),
      }));
      for (const row of rows) {
        const before = tiles.get(name(row.level, row.index));
        const common = Math.min(before?.hashes.length ?? 0, row.hashes.length);
        if (before && !before.hashes.subarray(0, common).equals(row.hashes.subarray(0, common)))
          throw failure('23514', `a tile of ${String(id)} would change`);
      }
      for (const row of rows) {
        if ((tiles.get(name(row.level, row.index))?.width ?? 0) < row.width)
          tiles.set(name(row.level, row.index), row);
      }
      return [];
    },
  },
  {
    begins: 'select note from countersign.checkpoint',
    run: (session, [id, size]) =>
      within(session, id, ({ checkpoints }) => checkpoints.filter((row) => row.size === Number(size))),
  },
  {
    begins: 'select countersign.store_checkpoint($1, $2, $3, $4)',
    run: (session, [id, given, root, note]) => {
      const { checkpoints, head } = standing(session, id);
      const size = Number(given);
      const row = { size, root: Buffer.from(root as Uint8Array), note: String(note) };
      const last = checkpoints.at(-1) ?? { size: -1, root: row.root };
      if (size < last.size || (size === last.size && !row.root.equals(last.root)) || size > head.seq)
        throw failure('23514', `checkpoint ${size} of ${String(id)} contradicts the log`);
      if (size !== last.size) checkpoints.push(row);
      return [];
    },
  },
];
