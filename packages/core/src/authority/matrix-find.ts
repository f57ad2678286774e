import { compareDecimals } from '../decimal.ts';
import { digestJson } from '../facts/digest.ts';
import type { MatrixRow, MatrixVersion } from '../facts/model.ts';

export type Found = {
  /** The row that decides: the first in rank whose cells fit and whose limit covers; null blocks the step. */
  readonly row: MatrixRow | null;
  /** Whom to ask: the row alone, or with `ask: chain` all rows that a smaller amount would have met, then the row. */
  readonly asked: readonly MatrixRow[];
  /** Every row whose cells fit, in rank order, and whether its limit covers the amount. */
  readonly considered: readonly { readonly row: string; readonly covers: boolean }[];
};

/**
 * Looks an amount up (SEMANTICS 15). `amount` is a decimal in the matrix's currency; `dimensions` has a value for each
 * column: a column without one matches no row, not even `any`, because unknown never widens authority.
 */
export function findRow(
  matrix: Pick<MatrixVersion, 'columns' | 'rows' | 'ask'>,
  dimensions: { readonly [column: string]: string },
  amount: string,
): Found {
  const fitting = matrix.rows.filter((row) =>
    matrix.columns.every((column, i) => {
      const given = Object.hasOwn(dimensions, column) ? dimensions[column] : undefined;
      const cell = row.cells[i];
      return given !== undefined && (cell === null || cell === given);
    }),
  );
  const row = fitting.find((one) => covers(one, amount)) ?? null;
  return {
    row,
    asked: row === null ? [] : matrix.ask === 'first' ? [row] : chain(fitting, row),
    considered: fitting.map((one) => ({ row: one.id, covers: covers(one, amount) })),
  };
}

function covers(row: MatrixRow, amount: string): boolean {
  return row.upTo === null || compareDecimals(amount, row.upTo) <= 0;
}

/** Rows that decide for some smaller amount: in rank order, each that reaches further than all before it. */
function chain(fitting: readonly MatrixRow[], last: MatrixRow): readonly MatrixRow[] {
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

/** SHA-256 (hex) of the matrix without its digest: the name of this version. */
export function matrixDigest(matrix: Omit<MatrixVersion, 'digest'>): string {
  const { matrix: name, effectiveFrom, currency, columns, ask, climb, fallback, rows } = matrix;
  return digestJson({ matrix: name, effectiveFrom, currency, columns, ask, climb, fallback, rows });
}
