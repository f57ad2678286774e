import type { Position } from '../problem.ts';
import type { Source } from '../source/tree.ts';
import { child, describe, nameOf, type Reading, report, type Schema, type Shape } from './shape.ts';
import { didYouMean } from './suggest.ts';

/** A key of a record. `absent` stands in where the key is left out; without it the key is required. */
export type Key<T> = {
  readonly shape: Shape<T>;
  readonly note: string;
  readonly absent?: { readonly value: T };
};

export function required<T>(shape: Shape<T>, note: string): Key<T> {
  return { shape, note };
}

export function optional<T, A extends T | null>(shape: Shape<T>, absent: A, note: string): Key<T | A> {
  return { shape, note, absent: { value: absent } };
}

type Keys = { readonly [key: string]: Key<unknown> };
export type Values<K extends Keys> = { readonly [P in keyof K]: K[P] extends Key<infer T> ? T : never };

/** A group of known keys. Any other key is refused, with the nearest known one. */
export function record<K extends Keys>(keys: K): Shape<Values<K>> {
  const names = Object.keys(keys);
  return {
    read(source, path, reading) {
      const entries = entriesOf(source, path, reading, names);
      if (!entries) return undefined;
      let whole = true;
      for (const [name, entry] of entries)
        if (!Object.hasOwn(keys, name)) {
          whole = false;
          const message = `\`${name}\` is not known here.${didYouMean(name, names)} Known: ${names.join(', ')}.`;
          report(reading, 'unknown-key', entry.at, child(path, name), message);
        }
      const values: { [key: string]: unknown } = {};
      for (const [name, key] of Object.entries(keys)) {
        const entry = entries.get(name);
        const value = entry ? key.shape.read(entry.value, child(path, name), reading) : key.absent?.value;
        if (!entry && !key.absent) {
          const message = `\`${name}\` is missing: ${key.note}. Add \`${name}:\`.`;
          report(reading, 'missing-key', source.at, path, message);
        }
        if (value === undefined) whole = false;
        values[name] = value;
      }
      // Every key of K was read by its own shape, or the record is refused.
      return whole ? (values as Values<K>) : undefined;
    },
    schema(definitions) {
      const properties: { [key: string]: Schema } = {};
      for (const [name, key] of Object.entries(keys))
        properties[name] = { description: key.note, ...key.shape.schema(definitions) };
      const must = names.filter((name) => keys[name]?.absent === undefined);
      return {
        type: 'object',
        additionalProperties: false,
        properties,
        ...(must.length > 0 ? { required: must } : {}),
      };
    },
  };
}

export type EntryMap = ReadonlyMap<string, { readonly at: Position; readonly value: Source }>;

export function entriesOf(
  source: Source,
  path: string,
  reading: Reading,
  known: readonly string[],
): EntryMap | undefined {
  reading.positions.set(path, source.at);
  if (source.is === 'map')
    return new Map(source.entries.map((entry) => [entry.key, { at: entry.at, value: entry.value }]));
  const message = `${nameOf(path)} must be a group of keys (${known.join(', ')}); found ${describe(source)}.`;
  return report(reading, 'wrong-type', source.at, path, message);
}

export type Named<T> = { readonly name: string; readonly value: T };

/** Free names with a value each, in the order written. */
export function namesTo<T>(name: NameRule, shape: Shape<T>, most = 500): Shape<readonly Named<T>[]> {
  return {
    read(source, path, reading) {
      reading.positions.set(path, source.at);
      if (source.is !== 'map')
        return report(
          reading,
          'wrong-type',
          source.at,
          path,
          `${nameOf(path)} must be a group of names, such as \`${name.example}:\`; found ${describe(source)}.`,
        );
      if (source.entries.length > most)
        return report(
          reading,
          'too-large',
          source.at,
          path,
          `${nameOf(path)} has more than ${most} names. Split it.`,
        );
      const values: Named<T>[] = [];
      for (const entry of source.entries) {
        const place = child(path, entry.key);
        reading.positions.set(place, entry.at);
        const reason = name.refuse(entry.key);
        if (reason !== undefined) report(reading, 'bad-value', entry.at, place, reason);
        const value = shape.read(entry.value, place, reading);
        reading.positions.set(place, entry.at);
        if (value !== undefined && reason === undefined) values.push({ name: entry.key, value });
      }
      return values.length === source.entries.length ? values : undefined;
    },
    schema: (definitions) => ({
      type: 'object',
      propertyNames: { pattern: name.pattern.source },
      additionalProperties: shape.schema(definitions),
    }),
  };
}

export type NameRule = {
  readonly pattern: RegExp;
  readonly example: string;
  /** Why a name may not be used. */
  refuse(name: string): string | undefined;
};

export function list<T>(shape: Shape<T>, what: string, least = 1, most = 500): Shape<readonly T[]> {
  return {
    read(source, path, reading) {
      reading.positions.set(path, source.at);
      if (source.is !== 'list')
        return report(
          reading,
          'wrong-type',
          source.at,
          path,
          `${nameOf(path)} must be a list of ${what}; found ${describe(source)}.`,
        );
      if (source.items.length < least || source.items.length > most)
        return report(
          reading,
          source.items.length > most ? 'too-large' : 'bad-value',
          source.at,
          path,
          `${nameOf(path)} must have ${least} to ${most} ${what}; found ${source.items.length}.`,
        );
      const values: T[] = [];
      source.items.forEach((item, i) => {
        const value = shape.read(item, `${path}[${i}]`, reading);
        if (value !== undefined) values.push(value);
      });
      return values.length === source.items.length ? values : undefined;
    },
    schema: (definitions) => ({
      type: 'array',
      items: shape.schema(definitions),
      ...(least > 0 ? { minItems: least } : {}),
      maxItems: most,
    }),
  };
}
