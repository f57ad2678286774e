import type { Field, Limit, ScalarType } from '../definition/model.ts';

export type Type =
  | { readonly type: Exclude<ScalarType, 'enum' | 'money'> }
  | { readonly type: 'enum'; readonly of: readonly string[] }
  /** `currency` where the definition fixes it. */
  | { readonly type: 'money'; readonly currency?: string }
  | { readonly type: 'list'; readonly of: Type }
  /** One line item. Rows of one field share `columns`: that is how they are told from those of another. */
  | { readonly type: 'row'; readonly columns: Columns }
  /** The type of `[]`'s items, and of what has a problem already: fits everything, so that nothing is reported twice. */
  | { readonly type: 'any' };

/** `personal` ones are opaque, as fields are. */
export type Columns = { readonly [name: string]: { readonly type: Type; readonly personal: boolean } };

export const TEXT: Type = { type: 'text' };
export const INTEGER: Type = { type: 'integer' };
export const DECIMAL: Type = { type: 'decimal' };
export const PERCENT: Type = { type: 'percent' };
export const BOOLEAN: Type = { type: 'boolean' };
export const DATE: Type = { type: 'date' };
export const DATETIME: Type = { type: 'datetime' };
export const DURATION: Type = { type: 'duration' };
export const PERSON: Type = { type: 'person' };
export const ANY: Type = { type: 'any' };

const scalarType = (type: ScalarType, field: Pick<Field, 'of' | 'currency'>): Type => {
  if (type === 'enum') return { type, of: field.of ?? [] };
  if (type === 'money') return field.currency === undefined ? { type } : { type, currency: field.currency };
  return { type };
};

export function typeOfField(field: Field): Type {
  if (field.type === 'list') return { type: 'list', of: scalarType(field.items ?? 'text', field) };
  if (field.type === 'lines') return { type: 'list', of: { type: 'row', columns: columnTypes(field) } };
  return scalarType(field.type, field);
}

export const columnTypes = ({ columns = [] }: Pick<Field, 'columns'>): Columns =>
  Object.fromEntries(columns.map((c) => [c.name, { type: scalarType(c.type, c), personal: c.personal }]));

export const typeOfLimit = (limit: Limit): Type =>
  limit.type === 'money' ? { type: 'money', currency: limit.currency } : { type: limit.type };

/** As it is written in messages. */
export function describeType(type: Type): string {
  switch (type.type) {
    case 'enum':
      return `one of ${type.of.map((v) => JSON.stringify(v)).join(', ')}`;
    case 'money':
      return type.currency === undefined ? 'money' : `money in ${type.currency}`;
    case 'list':
      return type.of.type === 'any' ? 'a list' : `a list of ${describeType(type.of)}`;
    case 'row':
      return 'a row';
    case 'any':
      return 'any type';
    case 'text':
    case 'integer':
    case 'decimal':
    case 'percent':
    case 'boolean':
    case 'date':
    case 'datetime':
    case 'duration':
    case 'email':
    case 'person':
    case 'reference':
      return type.type;
    default: {
      const never: never = type;
      return never;
    }
  }
}

export const isNumber = (type: Type): boolean => type.type === 'integer' || type.type === 'decimal';

/** Types with an order: `<` is refused for all others. */
export function isOrdered(type: Type): boolean {
  switch (type.type) {
    case 'integer':
    case 'decimal':
    case 'money':
    case 'percent':
    case 'date':
    case 'datetime':
    case 'duration':
    case 'any':
      return true;
    case 'text':
    case 'boolean':
    case 'enum':
    case 'email':
    case 'person':
    case 'reference':
    case 'list':
    case 'row':
      return false;
    default: {
      const never: never = type;
      return never;
    }
  }
}

/**
 * The one type of two values that meet in a comparison, a list or the branches of `?:`; null where they differ.
 * An integer is a decimal; nothing else converts.
 */
export function common(a: Type, b: Type): Type | null {
  if (a.type === 'any') return b;
  if (b.type === 'any') return a;
  if (isNumber(a) && isNumber(b)) return a.type === b.type ? a : DECIMAL;
  if (a.type === 'enum' && b.type === 'enum') {
    return { type: 'enum', of: [...new Set([...a.of, ...b.of])] };
  }
  if (a.type === 'money' && b.type === 'money') {
    return a.currency !== undefined && a.currency === b.currency ? a : { type: 'money' };
  }
  if (a.type === 'list' && b.type === 'list') {
    const of = common(a.of, b.of);
    return of && { type: 'list', of };
  }
  if (a.type === 'row' && b.type === 'row') return a.columns === b.columns ? a : null;
  return a.type === b.type ? a : null;
}

/** Whether a value of type `actual` may stand where `expected` is asked for. */
export function fits(actual: Type, expected: Type): boolean {
  if (actual.type === 'any' || expected.type === 'any') return true;
  if (actual.type === 'list' && expected.type === 'list') return fits(actual.of, expected.of);
  if (actual.type === 'row' && expected.type === 'row') return actual.columns === expected.columns;
  if (expected.type === 'decimal') return isNumber(actual);
  if (expected.type === 'text') return actual.type === 'text' || actual.type === 'enum';
  if (actual.type === 'enum' && expected.type === 'enum') {
    return actual.of.every((v) => expected.of.includes(v));
  }
  if (actual.type === 'money' && expected.type === 'money') {
    return (
      expected.currency === undefined ||
      actual.currency === undefined ||
      actual.currency === expected.currency
    );
  }
  return actual.type === expected.type;
}
