import type { CompiledDefinition } from '../definition/compile.ts';
import type { Column, Field } from '../definition/model.ts';
import type { FieldError } from '../request/result.ts';
import type { FieldValue, FieldValues, Row } from '../values.ts';
import { toBeGiven } from './lacking.ts';
import { faultAt, MOST_ERRORS } from './lines.ts';
import { shownIn } from './settle.ts';

type Form = Pick<CompiledDefinition, 'definition' | 'form'>;

/** Required fields that are shown, and are not there; and required cells. `fields` are settled. */
export function missingFields(form: Form, fields: FieldValues): readonly FieldError[] {
  return form.definition.fields.flatMap((field): readonly FieldError[] => {
    const value = Object.hasOwn(fields, field.name) ? (fields[field.name] ?? undefined) : undefined;
    const rows = field.type === 'lines' && Array.isArray(value) ? value : null;
    if (value !== undefined && rows?.length !== 0) return rows === null ? [] : missingCells(field, rows);
    if (!field.required || shownIn(form, field, fields) === false) return [];
    return [{ field: `fields.${field.name}`, code: 'required', message: why(form, field, fields) }];
  });
}

function why(form: Form, field: Field, fields: FieldValues): string {
  const path = `fields.${field.name}`;
  const needed = field.compute === undefined ? [] : toBeGiven(form, fields, [path]);
  if (needed.length > 0) return `This is required, and cannot be computed without ${needed.join(', ')}.`;
  const shown = shownIn(form, field, fields);
  if (typeof shown === 'object')
    return `This is required unless it is hidden, which nobody can tell without ${shown.unknown.join(', ')}.`;
  return field.type === 'lines'
    ? 'This is required; give at least one row.'
    : 'This is required; give a value.';
}

function missingCells({ name, columns = [] }: Field, rows: readonly FieldValue[]): readonly FieldError[] {
  const needed = columns.filter((column) => column.required);
  const cells = rows.flatMap((row, i) =>
    needed
      .filter((column) => !Object.hasOwn(row as Row, column.name))
      .map((column) => faultAt(name, i, column.name, 'required', messageOf(column))),
  );
  return cells.slice(0, MOST_ERRORS);
}

const messageOf = ({ compute }: Column): string =>
  compute === undefined
    ? 'This is required; give a value.'
    : `This is required, and cannot be computed: \`${compute}\` lacks a value.`;
