import { readFileSync } from 'node:fs';
import type { Definition } from '@countersign/core';
import type { FieldAnswer, FieldInput, Money, SealedValue } from '@countersign/sdk';
import { Refused, UsageError } from './errors.ts';

type Field = Definition['fields'][number];
type RowInput = { [column: string]: string | number | boolean | Money };

/** `name=value`, split at the first equals sign. */
export function assignment(text: string): readonly [name: string, value: string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`${text} is not of the form name=value.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Fields as typed, read by the types that the definition gives them. The server checks the values. */
export function fieldsFrom(given: readonly string[], definition: Definition): { [name: string]: FieldInput } {
  const values = Map.groupBy(given.map(assignment), ([name]) => name);
  const fields: { [name: string]: FieldInput } = {};
  for (const [name, pairs] of values) {
    const field = definition.fields.find((one) => one.name === name);
    if (field === undefined) {
      const known = definition.fields.map((one) => one.name).join(', ');
      throw new UsageError(`${definition.definition} has no field ${name}. It has: ${known}.`);
    }
    const texts = pairs.map(([, value]) => value);
    fields[name] = fieldOf(field, texts);
  }
  return fields;
}

function fieldOf(field: Field, texts: readonly string[]): FieldInput {
  if (field.type === 'list') return texts.map((text) => scalar(field.name, field.items ?? 'text', text));
  if (field.type === 'lines') return texts.flatMap((text) => rowsOf(field.name, text));
  const [text = '', ...more] = texts;
  if (more.length > 0)
    throw new UsageError(`The field ${field.name} holds one value; ${texts.length} were given.`);
  return scalar(field.name, field.type, text);
}

/** A value as it stands, to be sent again; null where it is computed, and so computed again. */
export function givenAgain(name: string, value: FieldAnswer, definition: Definition): FieldInput | null {
  const field = definition.fields.find((one) => one.name === name);
  if (field?.compute !== undefined) return null;
  if (!Array.isArray(value)) return unsealed(name, value);
  const computed = field?.columns?.filter((column) => column.compute !== undefined) ?? [];
  return value.map((item) => {
    if (field?.type !== 'lines' || typeof item !== 'object') return item as Item;
    const cells = Object.entries(item).filter(([column]) => !computed.some((one) => one.name === column));
    return Object.fromEntries(cells.map(([column, cell]) => [column, unsealed(`${name}.${column}`, cell)]));
  });
}

type Item = Extract<FieldInput, readonly unknown[]>[number];

function unsealed<T>(name: string, value: T | SealedValue): T {
  if (isSealed(value))
    throw new Refused('erased', `The value of ${name} has been erased: set it anew, or remove it.`);
  return value;
}

const isSealed = (value: unknown): value is SealedValue =>
  typeof value === 'object' && value !== null && 'sealed' in value;

/** Line items: rows in JSON, or `@` and the file that holds them. */
function rowsOf(name: string, text: string): RowInput[] {
  const source = text.startsWith('@') ? readFileSync(text.slice(1), 'utf8') : text;
  const found = parsed(source);
  const rows: unknown[] = Array.isArray(found) ? found : [found];
  if (rows.every(isRow)) return rows;
  throw new UsageError(
    `The field ${name} needs line items: a JSON list of rows, such as '[{"quantity": 2}]', or @ and a file with one.`,
  );
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const isRow = (row: unknown): row is RowInput =>
  typeof row === 'object' && row !== null && !Array.isArray(row);

function scalar(
  name: string,
  type: Exclude<Field['type'], 'list' | 'lines'>,
  text: string,
): string | number | boolean | Money {
  const wrong = (wanted: string): never => {
    throw new UsageError(`The field ${name} needs ${wanted}; "${text}" is not one.`);
  };
  switch (type) {
    case 'money': {
      const [, amount, currency] = /^(-?\d+(?:\.\d+)?) ?([A-Z]{3})$/.exec(text) ?? [];
      if (amount === undefined || currency === undefined) return wrong('an amount such as "120.00 EUR"');
      return { amount, currency };
    }
    case 'integer':
      return /^-?\d+$/.test(text) && Number.isSafeInteger(Number(text))
        ? Number(text)
        : wrong('a whole number');
    case 'boolean':
      return text === 'true' || text === 'yes'
        ? true
        : text === 'false' || text === 'no'
          ? false
          : wrong('yes or no');
    case 'text':
    case 'decimal':
    case 'percent':
    case 'date':
    case 'datetime':
    case 'duration':
    case 'enum':
    case 'email':
    case 'person':
    case 'reference':
      return text;
    default: {
      const never: never = type;
      return never;
    }
  }
}
