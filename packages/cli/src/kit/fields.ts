import type { Definition } from '@countersign/core';
import type { FieldInput, Money } from '@countersign/sdk';
import { UsageError } from './errors.ts';

type Field = Definition['fields'][number];

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
  const [text = '', ...more] = texts;
  if (more.length > 0)
    throw new UsageError(`The field ${field.name} holds one value; ${texts.length} were given.`);
  return scalar(field.name, field.type, text);
}

function scalar(
  name: string,
  type: Exclude<Field['type'], 'list'>,
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
