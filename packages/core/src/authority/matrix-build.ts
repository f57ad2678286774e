import { refusedName } from '../definition/language/words.ts';
import { type Reading, report, warn } from '../definition/shape/shape.ts';
import { didYouMean } from '../definition/shape/suggest.ts';
import type { MatrixRow, MatrixVersion } from '../facts/model.ts';
import { auditMatrix } from './matrix-audit.ts';
import { matrixDigest } from './matrix-find.ts';
import type { Head } from './matrix-head.ts';
import type { RawRow } from './matrix-rows.ts';
import { compareRows } from './matrix-tree.ts';

const TOP = { line: 1, column: 1 };

/** Puts rows in rank order and checks them as a whole. Undefined once problems are reported. */
export function buildMatrix(
  head: Head,
  columns: readonly string[],
  raw: readonly RawRow[],
  reading: Reading,
): MatrixVersion | undefined {
  const before = reading.problems.length;
  if (head.matrix === null)
    report(
      reading,
      'missing-key',
      TOP,
      '',
      '`matrix` is missing: the name by which definitions use it. Add `matrix: spend`.',
    );
  for (const [i, column] of columns.entries()) {
    const reason =
      columns.indexOf(column) < i ? `The column \`${column}\` stands here twice.` : refusedName(column);
    if (reason !== undefined) report(reading, 'bad-value', TOP, 'columns', reason);
  }
  for (const row of raw) checkCells(row, columns, reading);
  const currency = currencyOf(head, raw, reading);
  if (
    reading.problems.length > before ||
    head.matrix === null ||
    head.effectiveFrom === null ||
    currency === undefined
  )
    return undefined;
  const ranked = raw
    .map((row) => ({
      source: row,
      cells: columns.map((column) => row.cells.get(column) ?? null),
      upTo: row.upTo.amount,
      approver: row.approver,
    }))
    .toSorted(compareRows);
  for (const [i, row] of ranked.entries()) {
    const above = ranked[i - 1];
    if (above === undefined || compareRows(above, row) !== 0) continue;
    const where = columns.map((column, c) => `${column} ${row.cells[c] ?? 'any'}, `).join('');
    const message = `Two rows say who approves ${where}up to ${row.upTo ?? 'no limit'} (the other: line ${above.source.at.line}). Keep one.`;
    report(reading, 'duplicate', row.source.at, row.source.path, message);
  }
  if (reading.problems.length > before) return undefined;
  const rows: MatrixRow[] = ranked.map(({ cells, upTo, approver }, i) => ({
    id: `row-${i + 1}`,
    cells,
    upTo,
    approver,
  }));
  const { ask, climb, fallback, approvedBy } = head;
  const matrix = {
    matrix: head.matrix,
    effectiveFrom: head.effectiveFrom,
    currency,
    columns,
    ask,
    climb,
    fallback,
    ...(approvedBy === null ? {} : { approvedBy }),
    rows,
  };
  const sourceOf = new Map(rows.map((row, i) => [row, ranked[i]?.source]));
  for (const { code, row, other, message } of auditMatrix(matrix)) {
    const source = row === null ? undefined : sourceOf.get(row);
    const line = other && sourceOf.get(other)?.at.line;
    const said = line === undefined ? message : `${message} (The other: line ${line}.)`;
    warn(reading, code, source?.at ?? TOP, source?.path ?? 'rows', said);
  }
  return { ...matrix, digest: matrixDigest(matrix) };
}

function checkCells(row: RawRow, columns: readonly string[], reading: Reading): void {
  for (const column of columns)
    if (!row.cells.has(column)) {
      const message = `\`${column}\` is missing in this row. Write \`${column}: any\` if it does not matter.`;
      report(reading, 'missing-key', row.at, row.path, message);
    }
  for (const name of row.cells.keys())
    if (!columns.includes(name)) {
      const message = `\`${name}\` is no column.${didYouMean(name, [...columns, 'upTo', 'approver'])}`;
      report(reading, 'unknown-key', row.at, row.path, message);
    }
}

function currencyOf(head: Head, raw: readonly RawRow[], reading: Reading): string | undefined {
  let currency = head.currency;
  for (const row of raw) {
    const own = row.upTo.currency;
    if (own === null) continue;
    currency ??= own;
    if (own !== currency) {
      const message = `This limit is in ${own}, others are in ${currency}. A matrix has one currency: convert it, or make two matrices.`;
      return report(reading, 'bad-value', row.at, `${row.path}.upTo`, message);
    }
  }
  if (currency !== null) return currency;
  return report(reading, 'missing-key', TOP, '', '`currency` is missing. Add e.g. `currency: EUR`.');
}
