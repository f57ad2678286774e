import type { Definition, Field, Limit } from '../definition/model.ts';
import type { FieldValues, Money, Row } from '../values.ts';
import { type Columns, columnTypes, type Type, typeOfField, typeOfLimit } from './types.ts';

/** The names that an expression may read, with their types. Plain data; see `scopeOf`. */
export type Scope = {
  /** By name; `personal` ones are opaque: naming them is refused (ENGINE 16). */
  readonly fields: { readonly [name: string]: { readonly type: Type; readonly personal: boolean } };
  readonly limits: { readonly [name: string]: Type };
  /** Ids of the check steps, read as `checks.<step>`. */
  readonly checks: readonly string[];
  /** In which amounts in different currencies are compared, at rates; absent: they are not. */
  readonly currency?: string;
  /** Of a form: it reads fields and limits, so that whoever shows it can tell what it holds. */
  readonly form?: true;
  /** Of a computed column: the columns of its row, by their bare names. */
  readonly row?: Columns;
};

export const IDENTITIES = ['requester', 'submitter', 'beneficiary'] as const;

/** Names that a field cannot have, because an expression would read something else by them. */
export const RESERVED_NAMES: readonly string[] = [
  ...['fields', 'limits', 'checks', 'revision', 'related', ...IDENTITIES],
  ...['true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if'],
  ...['import', 'let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while'],
  ...['__proto__', 'prototype', 'cel'],
];

/** Whether an expression can read a field of this name by its bare name; others need `fields["the name"]`. */
export const isPlainName = (name: string): boolean =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !RESERVED_NAMES.includes(name);

/** The scope of a definition's expressions. `checks` are the ids of its check steps. */
export function scopeOf(
  definition: Pick<Definition, 'fields' | 'limits' | 'money'>,
  checks: readonly string[],
): Scope {
  return {
    fields: Object.fromEntries(
      definition.fields.map((f) => [f.name, { type: typeOfField(f), personal: f.personal }]),
    ),
    limits: Object.fromEntries(Object.entries(definition.limits).map(([n, l]) => [n, typeOfLimit(l)])),
    checks,
    ...(definition.money === undefined ? {} : { currency: definition.money.currency }),
  };
}

/** What `visible` and `compute` may read. They have no rates: those are of the submission, and a form is of any time. */
export function formScopeOf(definition: Pick<Definition, 'fields' | 'limits'>): Scope {
  const { fields, limits } = definition;
  return { ...scopeOf({ fields, limits }, []), form: true };
}

/** What a computed column of `field` may read. */
export const rowScopeOf = (form: Scope, field: Pick<Field, 'columns'>): Scope => ({
  ...form,
  row: columnTypes(field),
});

/** A value that an expression reads or returns, in its canonical JSON form. */
export type Value =
  | string
  | number
  | boolean
  | Money
  | readonly Value[]
  | { readonly [column: string]: Value };

/** Answers what stands at a path such as `fields.amount`; undefined where nothing does. */
export type Lookup = (path: string) => unknown;

/** What a request's expressions are evaluated over. */
export type Inputs = {
  readonly fields: FieldValues;
  readonly limits: { readonly [name: string]: Limit };
  readonly requester: string;
  readonly submitter: string;
  readonly beneficiary: string;
  /** Answers of check steps; one that has not answered, or answered `unknown`, is unknown. */
  check(step: string): 'pass' | 'fail' | 'unknown' | null | undefined;
  readonly revision: number;
  /** A sum over related requests, by its path. */
  total?(path: string): Money | undefined;
};

export function lookupIn(inputs: Inputs): Lookup {
  return (path) => {
    const dot = path.indexOf('.');
    const root = dot < 0 ? path : path.slice(0, dot);
    const name = path.slice(dot + 1);
    switch (root) {
      case 'fields':
        return own(inputs.fields, name);
      case 'limits': {
        const limit = own(inputs.limits, name);
        return limit && limitValue(limit);
      }
      case 'checks':
        return inputs.check(name);
      case 'requester':
        return inputs.requester;
      case 'submitter':
        return inputs.submitter;
      case 'beneficiary':
        return inputs.beneficiary;
      case 'revision':
        return inputs.revision;
      case 'related':
        return inputs.total?.(path);
      default:
        return undefined;
    }
  };
}

/** What a form, or a row of its line items, is computed from. */
export const formLookup =
  (limits: Inputs['limits'], fields: FieldValues, row: Row = {}): Lookup =>
  (path) => {
    const dot = path.indexOf('.');
    const name = path.slice(dot + 1);
    if (path.startsWith('fields.')) return own(fields, name);
    if (path.startsWith('row.')) return own(row, name);
    const limit = path.startsWith('limits.') ? own(limits, name) : undefined;
    return limit && limitValue(limit);
  };

const own = <T>(record: { readonly [key: string]: T }, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

const limitValue = (limit: Limit): Value =>
  limit.type === 'money' ? { amount: limit.amount, currency: limit.currency } : limit.value;
