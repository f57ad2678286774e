import { identifier } from '../definition/language/words.ts';
import { type DefinitionProblem, positionOf } from '../definition/problem.ts';
import { list, optional, record } from '../definition/shape/collections.ts';
import { text } from '../definition/shape/scalars.ts';
import { newReading, type Reading, report, type Shape } from '../definition/shape/shape.ts';
import { readSource } from '../definition/source/read.ts';
import { BOUNDS, type Source } from '../definition/source/tree.ts';
import type { MatrixVersion } from '../facts/model.ts';
import { buildMatrix } from './matrix-build.ts';
import { type Head, head, heading, readInstant } from './matrix-head.ts';
import { rows, rowsOfTable } from './matrix-rows.ts';
import { readCsv, readMarkdown, type Table } from './matrix-table.ts';

export type MatrixOptions = {
  /** Told apart by the first characters if left out; CSV must be named. */
  readonly format?: 'yaml' | 'json' | 'markdown' | 'csv';
  /** RFC 3339; stands in for what the source says. */
  readonly effectiveFrom?: string;
  /** RFC 3339; in force from then on if neither the source nor `effectiveFrom` says when. */
  readonly now?: string;
  /** Name and currency for a table that has no heading. */
  readonly matrix?: string;
  readonly currency?: string;
};

export type ParsedMatrix =
  | { readonly ok: true; readonly matrix: MatrixVersion; readonly warnings: readonly DefinitionProblem[] }
  | { readonly ok: false; readonly problems: readonly DefinitionProblem[] };

const whole = record({
  ...heading,
  columns: optional(
    list(identifier('a column', 'region'), 'columns', 0, 10),
    null,
    'Columns; the leftmost ranks highest',
  ),
  rows: optional(rows, null, 'The rows, in any order'),
  table: optional(
    text({ what: 'a table', example: '| region | up to | approver |', most: BOUNDS.characters }),
    null,
    'The rows as a table',
  ),
});

/** The YAML and JSON form, for its schema. */
export const matrixShape: Shape<unknown> = whole;

/** Reads an authority matrix from YAML, JSON, a Markdown table or CSV. Never throws. */
export function parseMatrix(source: string, options: MatrixOptions = {}): ParsedMatrix {
  const lines = source.replaceAll('\r\n', '\n');
  const format = options.format ?? (/^\|/m.test(lines) ? 'markdown' : undefined);
  const reading = newReading();
  const matrix =
    format === 'markdown' || format === 'csv'
      ? readTable(lines, format, options, reading)
      : readDocument(lines, format, options, reading);
  if (!matrix || reading.problems.length > 0) return { ok: false, problems: reading.problems };
  return { ok: true, matrix, warnings: reading.warnings };
}

function readTree(source: string, format: 'yaml' | 'json' | undefined, reading: Reading): Source | undefined {
  const read = readSource(source, format);
  if (read.ok) return read.root;
  for (const { code, at, message } of read.problems) report(reading, code, at, '', message);
  return undefined;
}

function readDocument(
  source: string,
  format: 'yaml' | 'json' | undefined,
  options: MatrixOptions,
  reading: Reading,
): MatrixVersion | undefined {
  const root = readTree(source, format, reading);
  const value = root && whole.read(root, '', reading);
  if (!root || !value) return undefined;
  if ((value.rows === null) === (value.table === null)) {
    const message = 'A matrix has either `rows:` or a `table:`. Write one of the two.';
    return report(reading, value.rows === null ? 'missing-key' : 'conflicting-keys', root.at, '', message);
  }
  if (value.rows !== null) {
    const used = new Set(value.rows.flatMap((row) => [...row.cells.keys()]));
    if (value.columns === null && used.size > 0) {
      const message = `\`columns\` is missing: their order is their rank. Add e.g. \`columns: [${[...used].join(', ')}]\`.`;
      return report(reading, 'missing-key', root.at, '', message);
    }
    return buildMatrix(complete(value, options, reading), value.columns ?? [], value.rows, reading);
  }
  const at = positionOf(reading.positions, 'table');
  const table = readMarkdown(value.table ?? '', at.line + 1);
  return build(table, value, 'table', options, reading);
}

/** YAML lines above the table name the matrix; in CSV a line `---` ends them. */
function readTable(
  source: string,
  format: 'markdown' | 'csv',
  options: MatrixOptions,
  reading: Reading,
): MatrixVersion | undefined {
  if (source.length > BOUNDS.characters) {
    const message = `The document has ${source.length} characters; at most ${BOUNDS.characters} are read.`;
    return report(reading, 'too-large', { line: 1, column: 1 }, '', message);
  }
  const start = format === 'csv' ? /^---\n/m.exec(source) : /^\|/m.exec(source);
  const split = start ? start.index : format === 'csv' ? 0 : source.length;
  const above = source.slice(0, split);
  const below = source.slice(split + (start && format === 'csv' ? 4 : 0));
  const line = source.slice(0, source.length - below.length).split('\n').length;
  const root = readTree(
    above.replaceAll(/^(---|#.*)?$/gm, '').trim() === '' ? '{}' : above.replaceAll(/^---$/gm, ''),
    'yaml',
    reading,
  );
  const value = root && head.read(root, '', reading);
  if (!value) return undefined;
  const table = format === 'csv' ? readCsv(below, line) : readMarkdown(below, line);
  return build(table, value, 'rows', options, reading);
}

function build(
  table: Table | undefined,
  value: Head,
  path: string,
  options: MatrixOptions,
  reading: Reading,
): MatrixVersion | undefined {
  if (!table) {
    const message = 'There is no table here. Write `| region | up to | approver |` and the rows below it.';
    return report(reading, 'missing-key', { line: 1, column: 1 }, path, message);
  }
  const read = rowsOfTable(table, path, reading);
  return read && buildMatrix(complete(value, options, reading), read.columns, read.rows, reading);
}

function complete(value: Head, options: MatrixOptions, reading: Reading): Head {
  const written = options.effectiveFrom ?? value.effectiveFrom ?? options.now;
  const effectiveFrom = written === undefined ? undefined : readInstant(written);
  if (effectiveFrom === undefined) {
    const message =
      '`effectiveFrom` is missing: say when the matrix comes into force, e.g. `effectiveFrom: 2026-01-01`.';
    report(reading, 'missing-key', { line: 1, column: 1 }, '', message);
  }
  if (value.climb && value.fallback === null) {
    const message =
      'A vacancy that climbs past the last row needs a `fallback`. Say whom to ask above it, e.g. `fallback: role board`.';
    report(reading, 'missing-key', positionOf(reading.positions, 'climb'), 'climb', message);
  }
  if (!value.climb && value.fallback !== null) {
    const message =
      'The `fallback` is asked only where a vacancy climbs. Add `climb: true`, or take the `fallback` out.';
    report(reading, 'conflicting-keys', positionOf(reading.positions, 'fallback'), 'fallback', message);
  }
  return {
    ...value,
    matrix: value.matrix ?? options.matrix ?? null,
    currency: value.currency ?? options.currency ?? null,
    effectiveFrom: effectiveFrom ?? null,
  };
}
