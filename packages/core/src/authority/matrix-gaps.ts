import { compareDecimals } from '../decimal.ts';
import type { MatrixVersion } from '../facts/model.ts';

/** Combinations of values looked at; past this the search says so instead of taking long. */
const MOST_COMBINATIONS = 2000;
const MOST_GAPS = 20;

type Table = Pick<MatrixVersion, 'columns' | 'rows' | 'currency'>;

/** Requests for which no row says who approves, each with an example. A gap is legal: there the step is blocked. */
export function gapsOf(matrix: Table): readonly string[] {
  const values = matrix.columns.map((_, i) => [...new Set(matrix.rows.map((row) => row.cells[i] ?? null))]);
  // `null` stands for a value that no row names; it is always tried.
  const choices = values.map((known) => [...known.filter((value) => value !== null), null]);
  const combinations = choices.reduce((product, one) => product * one.length, 1);
  if (combinations > MOST_COMBINATIONS)
    return [`The matrix has ${combinations} combinations of values: too many to look for gaps.`];
  const gaps: string[] = [];
  for (const given of product(choices)) {
    if (gaps.length === MOST_GAPS) break;
    const gap = gapAt(matrix, given);
    if (gap !== undefined) gaps.push(gap);
  }
  return gaps;
}

function gapAt(matrix: Table, given: readonly (string | null)[]): string | undefined {
  let highest: string | undefined;
  for (const row of matrix.rows) {
    const fits = row.cells.every((cell, i) => cell === null || cell === given[i]);
    if (!fits) continue;
    if (row.upTo === null) return undefined;
    if (highest === undefined || compareDecimals(row.upTo, highest) > 0) highest = row.upTo;
  }
  const where = matrix.columns.map((column, i) => `${column} ${given[i] ?? '(any other)'}`);
  const what = highest === undefined ? 'any amount' : `more than ${highest} ${matrix.currency}`;
  return `No row covers ${[...where, what].join(', ')}: such a step would be blocked. Add a row if that is not meant.`;
}

function* product(choices: readonly (readonly (string | null)[])[]): Generator<readonly (string | null)[]> {
  const [first, ...rest] = choices;
  if (!first) {
    yield [];
    return;
  }
  for (const value of first) for (const tail of product(rest)) yield [value, ...tail];
}
