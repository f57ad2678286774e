import { compareDecimals } from '../decimal.ts';
import type { MatrixRow, MatrixVersion } from '../facts/model.ts';

type Ranked = Pick<MatrixVersion, 'columns' | 'rows'>;

/** Rows by their cells, column after column; `rows` at the last one, with rising limits. */
export type Tree = { readonly below: Map<string | null, Tree>; readonly rows: MatrixRow[] };

/** Of a hundred thousand rows a decision reads a few. Made at the first question, and kept as long as the matrix. */
const trees = new WeakMap<MatrixVersion['rows'], Tree | null>();

/** Null for rows that do not stand in rank order. */
export function treeOf(matrix: Ranked): Tree | null {
  let tree = trees.get(matrix.rows);
  if (tree === undefined) {
    tree = isRanked(matrix) ? grow(matrix) : null;
    trees.set(matrix.rows, tree);
  }
  return tree;
}

/** Publishing ranks the rows, with a cell for each column; a log that somebody has made up need not. */
const isRanked = ({ columns, rows }: Ranked): boolean =>
  rows.every((row, i) => row.cells.length === columns.length && compareRows(rows[i - 1] ?? row, row) <= 0);

function grow({ columns, rows }: Ranked): Tree {
  const root: Tree = { below: new Map(), rows: [] };
  for (const row of rows) {
    let at = root;
    for (let i = 0; i < columns.length; i += 1) {
      const cell = row.cells[i] ?? null;
      const next = at.below.get(cell) ?? { below: new Map(), rows: [] };
      at.below.set(cell, next);
      at = next;
    }
    at.rows.push(row);
  }
  return root;
}

/**
 * Rank order: columns from left to right, a value before `any`, then the lower limit. Among rows that fit the same
 * request two cells of a column are equal or one is `any`, so comparing their texts only makes the order total.
 */
export function compareRows(a: Omit<MatrixRow, 'id'>, b: Omit<MatrixRow, 'id'>): number {
  for (const [i, cell] of a.cells.entries()) {
    const other = b.cells[i] ?? null;
    if (cell === other) continue;
    if (cell === null) return 1;
    if (other === null) return -1;
    return cell < other ? -1 : 1;
  }
  if (a.upTo === null || b.upTo === null) return a.upTo === b.upTo ? 0 : a.upTo === null ? 1 : -1;
  return compareDecimals(a.upTo, b.upTo);
}
