import type { Source, SourceScalar } from '../source/tree.ts';
import type { Reading } from './shape.ts';
import { describe, nameOf, report, type Schema, type Shape, warn } from './shape.ts';
import { didYouMean } from './suggest.ts';

/** Words that YAML 1.1 read as true and false, and that a later editor of the file may still read so. */
const BARE = /^(y|n|yes|no|on|off)$/i;

function warnBare(source: SourceScalar, path: string, reading: Reading): void {
  if (!source.bare || source.is !== 'text' || !BARE.test(source.text)) return;
  const message = `${source.text} without quotes is text here, but true or false to some YAML tools. Write "${source.text}".`;
  warn(reading, 'bare-word', source.at, path, message);
}

export type TextRule = {
  readonly pattern?: RegExp;
  readonly what: string;
  readonly example: string;
  readonly most?: number;
};

/** Text. `what` finishes the sentence "… must be", `example` shows one. */
export function text(rule: TextRule): Shape<string> {
  const { pattern, what, example, most = 2000 } = rule;
  return {
    read(source, path, reading) {
      reading.positions.set(path, source.at);
      if (source.is !== 'text') {
        const quote = source.is === 'number' || source.is === 'boolean' ? ' Put quotes around it.' : '';
        return report(
          reading,
          'wrong-type',
          source.at,
          path,
          `${nameOf(path)} must be ${what}, such as \`${example}\`; found ${describe(source)}.${quote}`,
        );
      }
      warnBare(source, path, reading);
      if (source.text.trim() === '' || source.text.length > most || (pattern && !pattern.test(source.text)))
        return report(
          reading,
          'bad-value',
          source.at,
          path,
          `${nameOf(path)} must be ${what}, such as \`${example}\`; found ${describe(source)}.`,
        );
      return source.text;
    },
    schema: () => ({
      type: 'string',
      ...(pattern ? { pattern: pattern.source } : { minLength: 1 }),
      maxLength: most,
    }),
  };
}

/** One of a closed set of words. */
export function word<W extends string>(...words: readonly [W, ...W[]]): Shape<W> {
  return {
    read(source, path, reading) {
      reading.positions.set(path, source.at);
      const found = source.is === 'text' ? words.find((candidate) => candidate === source.text) : undefined;
      if (found !== undefined) {
        if (source.is === 'text') warnBare(source, path, reading);
        return found;
      }
      const hint = source.is === 'text' ? didYouMean(source.text, words) : '';
      const list = words.map((one) => `\`${one}\``).join(', ');
      return report(
        reading,
        'bad-value',
        source.at,
        path,
        `${nameOf(path)} must be one of ${list}; found ${describe(source)}.${hint}`,
      );
    },
    schema: () => ({ enum: words }),
  };
}

/** `true` or `false`. */
export const flag: Shape<boolean> = {
  read(source, path, reading) {
    reading.positions.set(path, source.at);
    if (source.is === 'boolean') return source.text === 'true';
    return report(
      reading,
      'wrong-type',
      source.at,
      path,
      `${nameOf(path)} must be \`true\` or \`false\`; found ${describe(source)}.`,
    );
  },
  schema: () => ({ type: 'boolean' }),
};

export function whole(least: number, most: number): Shape<number> {
  return {
    read(source, path, reading) {
      reading.positions.set(path, source.at);
      const value =
        source.is === 'number' && /^\d{1,15}$/.test(source.text) ? Number(source.text) : undefined;
      if (value !== undefined && value >= least && value <= most) return value;
      return report(
        reading,
        'bad-value',
        source.at,
        path,
        `${nameOf(path)} must be a whole number from ${least} to ${most}; found ${describe(source)}.`,
      );
    },
    schema: () => ({ type: 'integer', minimum: least, maximum: most }),
  };
}

/** A scalar that is read from its characters, so that `0.10` and `2026-01-01` keep theirs. */
export function literal<T>(
  what: string,
  schema: Schema,
  parse: (text: string, source: SourceScalar, path: string, reading: Reading) => T | undefined,
): Shape<T> {
  return {
    read(source: Source, path, reading) {
      reading.positions.set(path, source.at);
      const scalar =
        source.is === 'text' || source.is === 'number' || source.is === 'boolean' ? source : undefined;
      const before = reading.problems.length;
      const value = scalar && parse(scalar.text.trim(), scalar, path, reading);
      if (value !== undefined || reading.problems.length > before) return value;
      return report(
        reading,
        source.is === 'map' || source.is === 'list' ? 'wrong-type' : 'bad-value',
        source.at,
        path,
        `${nameOf(path)} must be ${what}; found ${describe(source)}.`,
      );
    },
    schema: () => schema,
  };
}
