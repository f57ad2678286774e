import { describe, nameOf, type Reading, report, type Schema, type Shape } from './shape.ts';
import { didYouMean } from './suggest.ts';

/** One construct among several, told apart by the key that names it (`approve:`, `parallel:` …). */
export function variants<T>(what: string, shapes: { readonly [key: string]: Shape<T> }): Shape<T> {
  const names = Object.keys(shapes);
  return {
    read(source, path, reading) {
      reading.positions.set(path, source.at);
      const known = names.map((name) => `\`${name}\``).join(', ');
      if (source.is !== 'map')
        return report(
          reading,
          'wrong-type',
          source.at,
          path,
          `Expected ${what}: a group of keys with one of ${known}; found ${describe(source)}.`,
        );
      const keys = source.entries.map((entry) => entry.key);
      const named = keys.filter((key) => Object.hasOwn(shapes, key));
      const [name, other] = named;
      if (name === undefined) {
        const hint = keys.map((key) => didYouMean(key, names)).find((one) => one !== '') ?? '';
        const message = `This is not ${what}: it needs one of ${known}.${hint}`;
        return report(reading, 'missing-key', source.at, path, message);
      }
      if (other !== undefined) {
        const message = `\`${name}\` and \`${other}\` exclude each other: ${what} has one of ${known}. Make two of it.`;
        return report(reading, 'conflicting-keys', source.at, path, message);
      }
      return shapes[name]?.read(source, path, reading);
    },
    schema: (definitions) => ({ oneOf: names.map((name) => (shapes[name] ?? nothing).schema(definitions)) }),
  };
}

const nothing: { schema(): Schema } = { schema: () => ({}) };

/** Different forms for a word, a list and a group of keys. */
export function byForm<T>(forms: {
  readonly scalar?: Shape<T>;
  readonly list?: Shape<T>;
  readonly map?: Shape<T>;
  /** Nothing written after the colon. */
  readonly nothing?: T;
}): Shape<T> {
  return {
    read(source, path, reading: Reading) {
      const shape = source.is === 'map' ? forms.map : source.is === 'list' ? forms.list : forms.scalar;
      if (source.is === 'null' && forms.nothing !== undefined) {
        reading.positions.set(path, source.at);
        return forms.nothing;
      }
      const some = shape ?? forms.map ?? forms.list ?? forms.scalar;
      return some
        ? some.read(source, path, reading)
        : report(reading, 'wrong-type', source.at, path, `${nameOf(path)} cannot be ${describe(source)}.`);
    },
    schema(definitions) {
      const any = [forms.scalar, forms.list, forms.map].flatMap((shape) =>
        shape ? [shape.schema(definitions)] : [],
      );
      return { anyOf: forms.nothing === undefined ? any : [...any, { type: 'null' }] };
    },
  };
}
