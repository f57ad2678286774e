import { compareDecimals } from '../decimal.ts';
import { digestJson } from '../facts/digest.ts';
import type { MatrixRow, MatrixVersion } from '../facts/model.ts';
import { type Tree, treeOf } from './matrix-tree.ts';

export type Found = {
  /** The row that decides: the first in rank whose cells fit and whose limit covers; null blocks the step. */
  readonly row: MatrixRow | null;
  /** Whom to ask: the row alone, or with `ask: chain` all rows that a smaller amount would have met, then the row. */
  readonly asked: readonly MatrixRow[];
};

type Matrix = Pick<MatrixVersion, 'columns' | 'rows' | 'ask'>;

/**
 * Looks an amount up (SEMANTICS 15). `amount` is a decimal in the matrix's currency; `dimensions` has a value for each
 * column: a column without one matches no row, not even `any`, because unknown never widens authority.
 */
export function findRow(
  matrix: Matrix,
  dimensions: { readonly [column: string]: string },
  amount: string,
): Found {
  const fitting = rowsFor(matrix, dimensions);
  let row: MatrixRow | null = null;
  for (const run of fitting) row ??= firstCovering(run, amount);
  const asked = row === null ? [] : matrix.ask === 'first' ? [row] : chain(fitting.flat(), row);
  return { row, asked };
}

/** The rows that would decide for larger amounts than this one, next first: whither its vacancy climbs. */
export function rowsAbove(
  matrix: Matrix,
  dimensions: { readonly [column: string]: string },
  row: MatrixRow,
): readonly MatrixRow[] {
  const ladder = chain(rowsFor(matrix, dimensions).flat(), null);
  return ladder.slice(ladder.indexOf(row) + 1);
}

/**
 * How far the authority of those reaches whom `names` finds in a row: of their rows that fit, the most specific cells
 * decide, and there the highest limit. Null: the matrix names them in none.
 */
export function limitOf(
  matrix: Matrix,
  dimensions: { readonly [column: string]: string },
  names: (row: MatrixRow) => boolean,
): MatrixRow | null {
  const own = rowsFor(matrix, dimensions).flat().filter(names);
  const cells = own[0]?.cells.join('\n');
  const run = own.filter((row) => row.cells.join('\n') === cells);
  return run.reduce<MatrixRow | null>(
    (far, row) => (far === null || reachesFurther(row, far) ? row : far),
    null,
  );
}

/** The rows whose cells fit, in rank order, in runs of equal cells. */
function rowsFor(matrix: Matrix, dimensions: { readonly [column: string]: string }): readonly MatrixRow[][] {
  const given: string[] = [];
  for (const column of matrix.columns) {
    const value = Object.hasOwn(dimensions, column) ? dimensions[column] : undefined;
    if (value === undefined) return [];
    given.push(value);
  }
  const tree = treeOf(matrix);
  if (tree) return fittingIn(tree, given, 0);
  const fits = (row: MatrixRow): boolean =>
    given.every((value, i) => row.cells[i] === null || row.cells[i] === value);
  return matrix.rows.filter(fits).map((row) => [row]);
}

/** In each column a value ranks before `any`. */
function fittingIn(tree: Tree, given: readonly string[], column: number): MatrixRow[][] {
  const value = given[column];
  if (value === undefined) return tree.rows.length === 0 ? [] : [tree.rows];
  const named = tree.below.get(value);
  const any = tree.below.get(null);
  return [
    ...(named ? fittingIn(named, given, column + 1) : []),
    ...(any ? fittingIn(any, given, column + 1) : []),
  ];
}

/** By halving: limits rise within a run. */
function firstCovering(run: readonly MatrixRow[], amount: string): MatrixRow | null {
  let low = 0;
  let high = run.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = run[middle];
    if (row && covers(row, amount)) high = middle;
    else low = middle + 1;
  }
  return run[low] ?? null;
}

export function covers(row: MatrixRow, amount: string): boolean {
  return row.upTo === null || compareDecimals(amount, row.upTo) <= 0;
}

/** Rows that decide for some amount, up to `last`: in rank order, each that reaches further than all before it. */
function chain(fitting: readonly MatrixRow[], last: MatrixRow | null): readonly MatrixRow[] {
  const rows: MatrixRow[] = [];
  for (const row of fitting) {
    const before = rows.at(-1);
    if (before === undefined || reachesFurther(row, before)) rows.push(row);
    if (row === last) break;
  }
  return rows;
}

function reachesFurther(row: MatrixRow, before: MatrixRow): boolean {
  if (before.upTo === null) return false;
  return row.upTo === null || compareDecimals(row.upTo, before.upTo) > 0;
}

/** SHA-256 (hex) of the matrix without its digest: the name of this version. */
export function matrixDigest(matrix: Omit<MatrixVersion, 'digest'>): string {
  const { matrix: name, effectiveFrom, currency, columns, ask, climb, fallback, rows, approvedBy } = matrix;
  const approvers = approvedBy === undefined ? {} : { approvedBy };
  return digestJson({
    matrix: name,
    effectiveFrom,
    currency,
    columns,
    ask,
    climb,
    fallback,
    rows,
    ...approvers,
  });
}
