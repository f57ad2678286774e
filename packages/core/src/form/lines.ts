import { MAX_ITEMS } from '../condition/data.ts';
import type { Column, Field } from '../definition/model.ts';
import type { FieldError } from '../request/result.ts';
import type { FieldValue, Row, Scalar, Sealed } from '../values.ts';

export type CheckedValue =
  | { readonly ok: true; readonly value: FieldValue }
  | { readonly ok: false; readonly code: string; readonly message: string };

type Lines = { readonly rows: readonly Row[]; readonly errors: readonly FieldError[] };

/** Past this many faults whoever sent the rows learns nothing more. */
export const MOST_ERRORS = 100;

/** Checks line items cell by cell and returns what is right in them normalised. What a row still lacks is no fault here. */
export function checkLines(
  field: Field,
  raw: unknown,
  checkCell: (column: Column, raw: FieldValue) => CheckedValue,
): Lines {
  const { name, columns = [] } = field;
  const most = Math.min(field.max ?? MAX_ITEMS, MAX_ITEMS);
  const whole = (code: string, message: string): Lines => ({
    rows: [],
    errors: [{ field: `fields.${name}`, code, message }],
  });
  if (!Array.isArray(raw)) return whole('wrong-type', 'Send a list of rows.');
  if (raw.length > most) return whole('too-many-items', `Send at most ${most} rows.`);
  const errors: FieldError[] = [];
  const rows = raw.map((given: unknown, i): Row => {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      errors.push(faultAt(name, i, null, 'wrong-type', 'Send a row: its values by column.'));
      return {};
    }
    return checkRow(name, columns, i, given as { readonly [column: string]: FieldValue }, checkCell, errors);
  });
  errors.push(...mixedCurrencies(name, columns, rows));
  return { rows, errors: errors.slice(0, MOST_ERRORS) };
}

function checkRow(
  name: string,
  columns: readonly Column[],
  i: number,
  given: { readonly [column: string]: FieldValue | null | undefined },
  checkCell: (column: Column, raw: FieldValue) => CheckedValue,
  errors: FieldError[],
): Row {
  for (const key of Object.keys(given)) {
    if (columns.some((column) => column.name === key)) continue;
    errors.push(faultAt(name, i, key, 'unknown-field', `${name} has no column ${key}.`));
  }
  const row: { [column: string]: Scalar | Sealed } = {};
  for (const column of columns) {
    const raw = Object.hasOwn(given, column.name) ? given[column.name] : undefined;
    if (raw === undefined || raw === null) continue;
    if (column.compute !== undefined) {
      errors.push(faultAt(name, i, column.name, 'computed', COMPUTED));
      continue;
    }
    const checked = checkCell(column, raw);
    if (!checked.ok) errors.push(faultAt(name, i, column.name, checked.code, checked.message));
    else if (isCell(checked.value)) row[column.name] = checked.value;
  }
  return row;
}

export const COMPUTED = 'This is computed by the definition. Leave it out.';

export const isCell = (value: FieldValue): value is Scalar | Sealed => !Array.isArray(value);

/** The rows of one request are added up: each column of money is in one currency. */
function mixedCurrencies(
  name: string,
  columns: readonly Column[],
  rows: readonly Row[],
): readonly FieldError[] {
  return columns.flatMap((column): readonly FieldError[] => {
    if (column.type !== 'money' || column.personal) return [];
    const currencies = rows.map((row) => currencyOf(row[column.name]));
    const first = currencies.find((currency) => currency !== null);
    const other = currencies.findIndex((currency) => currency !== null && currency !== first);
    if (other < 0) return [];
    const message = `The column is in ${first}, and this is in ${currencies[other]}. Give all of it in one currency.`;
    return [faultAt(name, other, column.name, 'wrong-currency', message)];
  });
}

const currencyOf = (cell: Row[string] | undefined): string | null =>
  typeof cell === 'object' && 'currency' in cell ? cell.currency : null;

/** A fault in a row or a cell, with its place as a JSON Pointer (RFC 6901), too. */
export function faultAt(
  field: string,
  row: number,
  column: string | null,
  code: string,
  message: string,
): FieldError {
  const parts = ['fields', field, String(row), ...(column === null ? [] : [column])];
  const pointer = parts.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return { field: `fields.${field}[${row}]${column === null ? '' : `.${column}`}`, code, message, pointer };
}
