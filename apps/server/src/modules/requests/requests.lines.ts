import type { FieldError } from '@countersign/contract';
import { type Field, type FieldValue, type Row, type Sealed, validateValue } from '@countersign/core';

/** `before`: what stood there in the revision before. */
export type Seal = (name: string, value: FieldValue, before: FieldValue | undefined) => Promise<Sealed>;

type Sealing = { readonly rows: readonly Row[]; readonly errors: readonly FieldError[] };

/**
 * Seals the personal cells of line items one by one, so that each can be erased for itself. Null where there are none; what
 * is no list of rows the core refuses.
 */
export async function sealCells(
  field: Field,
  raw: unknown,
  before: FieldValue | undefined,
  seal: Seal,
): Promise<Sealing | null> {
  const columns = field.columns?.filter((column) => column.personal) ?? [];
  if (columns.length === 0 || !Array.isArray(raw) || !raw.every(isRow)) return null;
  const errors: FieldError[] = [];
  const rows: Row[] = [];
  for (const [i, given] of raw.entries()) {
    const row: { [column: string]: Row[string] } = { ...given };
    for (const column of columns) {
      const value = given[column.name];
      if (value === undefined) continue;
      const place = `fields.${field.name}[${i}].${column.name}`;
      const checked = validateValue(column, value);
      if (checked.ok)
        row[column.name] = await seal(place.slice(7), checked.value, cellOf(before, i, column.name));
      else {
        const pointer = `/fields/${field.name}/${i}/${column.name}`;
        errors.push({ field: place, code: checked.code, message: checked.message, pointer });
      }
    }
    rows.push(row);
  }
  return { rows, errors };
}

const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function cellOf(rows: FieldValue | undefined, i: number, column: string): FieldValue | undefined {
  const row: unknown = Array.isArray(rows) ? rows[i] : undefined;
  return isRow(row) ? row[column] : undefined;
}
