import type { CompiledDefinition } from '../definition/compile.ts';
import { isSealed } from '../request/content.ts';
import type { FieldValue, FieldValues, Row } from '../values.ts';
import { isComputed } from './plan.ts';
import { shownIn } from './settle.ts';

/** How a form stands with the values that it has. */
export type FormState = {
  readonly hidden: readonly string[];
  /** Fields of which nobody can tell, for want of these values; they are shown. */
  readonly unknown: readonly { readonly field: string; readonly missing: readonly string[] }[];
  /** Computed fields, and line items with computed columns; without sealed cells. */
  readonly computed: FieldValues;
};

/** @param fields settled ones. */
export function formState(
  form: Pick<CompiledDefinition, 'definition' | 'form'>,
  fields: FieldValues,
): FormState {
  const shown = form.definition.fields.map((field) => ({
    field: field.name,
    is: shownIn(form, field, fields),
  }));
  const computed = form.definition.fields.filter(isComputed).flatMap(({ name }): [string, FieldValue][] => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return value === undefined ? [] : [[name, Array.isArray(value) ? value.map(withoutSealed) : value]];
  });
  return {
    hidden: shown.flatMap(({ field, is }) => (is === false ? [field] : [])),
    unknown: shown.flatMap(({ field, is }) =>
      typeof is === 'object' ? [{ field, missing: is.unknown }] : [],
    ),
    computed: Object.fromEntries(computed),
  };
}

const withoutSealed = <T extends Row | Row[string]>(item: T): T =>
  typeof item === 'object'
    ? (Object.fromEntries(Object.entries(item).filter(([, cell]) => !isSealed(cell))) as T)
    : item;
