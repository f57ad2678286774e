import { readAmount } from '../definition/amounts.ts';
import { SLUG, slug, USER, user } from '../definition/language/words.ts';
import type { Position } from '../definition/problem.ts';
import { entriesOf, list, record, required } from '../definition/shape/collections.ts';
import { literal } from '../definition/shape/scalars.ts';
import { child, mapped, type Reading, report, type Shape } from '../definition/shape/shape.ts';
import { byForm, variants } from '../definition/shape/unions.ts';
import type { Approver } from '../facts/model.ts';
import type { Table } from './matrix-table.ts';

/** A row before its columns are put in order. `cells` are by column. */
export type RawRow = {
  readonly at: Position;
  readonly path: string;
  readonly cells: ReadonlyMap<string, string | null>;
  readonly upTo: Limit;
  readonly approver: Approver;
};
/** `currency` where the row names it. */
export type Limit = { readonly amount: string | null; readonly currency: string | null };

/** `role cfo`, `group legal`, `user usr_…`. */
const approverText = literal<Approver>(
  'an approver, such as `role cfo`, `group legal` or `user usr_…`',
  { type: 'string', pattern: '^(role|group|user) +[A-Za-z0-9_-]+$' },
  (text, source, path, reading) => {
    const match = /^(role|group|user)\s+(\S+)$/.exec(text);
    const name = match?.[2] ?? '';
    if (match?.[1] === 'user') return USER.test(name) ? { user: name } : undefined;
    if (match && SLUG.test(name)) return match[1] === 'role' ? { role: name } : { group: name };
    if (!/^role\s+\S+\s+of\s+the\s/.test(text)) return undefined;
    const message = `\`${text}\`: roles that depend on a column are not carried out yet. Write one row for each value.`;
    return report(reading, 'not-yet', source.at, path, message);
  },
);

export const approver: Shape<Approver> = byForm<Approver>({
  scalar: approverText,
  map: variants<Approver>('an approver', {
    user: record({ user: required(user, 'a person') }),
    group: record({ group: required(slug('the name of a group', 'legal'), 'a group') }),
    role: record({ role: required(slug('the name of a role', 'cfo'), 'a role') }),
  }),
});

/** `50,000 EUR`, `50000`, `no limit`; inclusive. */
const upTo = literal<Limit>(
  'an amount such as `50,000 EUR`, or `no limit`',
  { type: ['string', 'number'], examples: ['50,000 EUR', 50000, 'no limit'] },
  (text) => {
    if (text.toLowerCase() === 'no limit') return { amount: null, currency: null };
    const match = /^([\d.,]+)\s*([A-Z]{3})?$/.exec(text);
    const currency = match?.[2] ?? null;
    const amount = match && readAmount(match[1] ?? '', currency ?? '');
    return amount == null ? undefined : { amount, currency };
  },
);

const cell = literal<{ readonly value: string | null }>(
  'a value, or `any`',
  { type: ['string', 'number', 'boolean'], maxLength: 200 },
  (text) => {
    if (text === '' || text.length > 200) return undefined;
    return { value: text.toLowerCase() === 'any' ? null : text };
  },
);

const row: Shape<RawRow> = {
  read(source, path, reading) {
    const entries = entriesOf(source, path, reading, ['upTo', 'approver']);
    if (!entries) return undefined;
    const cells = new Map<string, string | null>();
    let whole = true;
    for (const [name, entry] of entries) {
      if (name === 'upTo' || name === 'approver') continue;
      const value = cell.read(entry.value, child(path, name), reading);
      if (value) cells.set(name, value.value);
      else whole = false;
    }
    const [limit, whom] = [entries.get('upTo'), entries.get('approver')];
    for (const [key, entry] of Object.entries({ upTo: limit, approver: whom }))
      if (!entry) report(reading, 'missing-key', source.at, path, `\`${key}\` is missing. Add \`${key}:\`.`);
    const amount = limit && upTo.read(limit.value, `${path}.upTo`, reading);
    const person = whom && approver.read(whom.value, `${path}.approver`, reading);
    if (!whole || !amount || !person) return undefined;
    return { at: source.at, path, cells, upTo: amount, approver: person };
  },
  schema: (definitions) => ({
    type: 'object',
    properties: { upTo: upTo.schema(definitions), approver: approver.schema(definitions) },
    required: ['upTo', 'approver'],
    additionalProperties: cell.schema(definitions),
  }),
};

export const MOST_ROWS = 5000;
export const rows: Shape<readonly RawRow[]> = mapped(list(row, 'rows', 1, MOST_ROWS), (found) => found);

/** Columns in the order of the table, and its rows. Undefined once problems are reported. */
export function rowsOfTable(
  table: Table,
  path: string,
  reading: Reading,
): { readonly columns: readonly string[]; readonly rows: readonly RawRow[] } | undefined {
  const names = table.header.map((one) => columnName(one.text));
  const at = table.header[0]?.at ?? { line: 1, column: 1 };
  for (const needed of ['upTo', 'approver'])
    if (!names.includes(needed)) {
      const message = `The table has no column \`${needed === 'upTo' ? 'up to' : needed}\`. Add it.`;
      return report(reading, 'missing-key', at, path, message);
    }
  if (table.rows.length > MOST_ROWS)
    return report(reading, 'too-large', at, path, `A matrix has at most ${MOST_ROWS} rows.`);
  const found: RawRow[] = [];
  for (const [i, line] of table.rows.entries()) {
    const place = `${path}[${i}]`;
    if (line.cells.length !== names.length) {
      const message = `This row has ${line.cells.length} cells, the header ${names.length}. Write \`any\` where a cell does not matter.`;
      report(reading, 'bad-value', line.at, place, message);
      continue;
    }
    const entries = line.cells.map((one, column) => ({
      key: names[column] ?? '',
      at: one.at,
      value: { is: 'text', at: one.at, text: one.text, textAt: one.at, bare: false } as const,
    }));
    const value = row.read({ is: 'map', at: line.at, entries }, place, reading);
    if (value) found.push(value);
  }
  const columns = names.filter((name) => name !== 'upTo' && name !== 'approver');
  return found.length === table.rows.length ? { columns, rows: found } : undefined;
}

/** `cost center` and `Cost center` are the column `costCenter`. */
function columnName(header: string): string {
  const words = header.trim().split(/\s+/);
  return words
    .map((word, i) => (i === 0 ? word.charAt(0).toLowerCase() : word.charAt(0).toUpperCase()) + word.slice(1))
    .join('');
}
