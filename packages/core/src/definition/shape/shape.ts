import type { Json } from '../../values.ts';
import type { DefinitionProblem, Position, ProblemCode } from '../problem.ts';
import type { Source } from '../source/tree.ts';

/**
 * One description of a piece of the language: it reads a source tree into a value, and it is the JSON Schema by
 * which editors complete it. `read` gives `undefined` once it has reported why there is no value.
 */
export type Shape<T> = {
  read(source: Source, path: string, reading: Reading): T | undefined;
  schema(definitions: SchemaDefinitions): Schema;
};

export type Schema = { readonly [keyword: string]: Json };
export type SchemaDefinitions = Map<string, Schema>;

/** What one reading of a document collects. */
export type Reading = {
  readonly problems: DefinitionProblem[];
  readonly warnings: DefinitionProblem[];
  /** Constructs that are understood, but not yet carried out. */
  readonly notYet: DefinitionProblem[];
  /** Names that those constructs would have brought, such as signers. */
  readonly laterNames: Set<string>;
  readonly positions: Map<string, Position>;
  /** Where each step stands in the source: steps not carried out yet are left out of the canonical route. */
  readonly stepPaths: Map<string, string>;
};

export function newReading(): Reading {
  return {
    problems: [],
    warnings: [],
    notYet: [],
    laterNames: new Set(),
    positions: new Map(),
    stepPaths: new Map(),
  };
}

/** Past this many problems a reader learns nothing more. */
const MOST_PROBLEMS = 100;

export function report(
  reading: Reading,
  code: ProblemCode,
  at: Position,
  path: string,
  message: string,
): undefined {
  if (reading.problems.length < MOST_PROBLEMS)
    reading.problems.push({ code, message, path, line: at.line, column: at.column });
  return undefined;
}

export function warn(reading: Reading, code: ProblemCode, at: Position, path: string, message: string): void {
  if (reading.warnings.length < MOST_PROBLEMS)
    reading.warnings.push({ code, message, path, line: at.line, column: at.column });
}

/** What a source is, in words for messages. */
export function describe(source: Source): string {
  switch (source.is) {
    case 'map':
      return 'a group of keys';
    case 'list':
      return 'a list';
    case 'null':
      return 'nothing';
    case 'text':
    case 'number':
    case 'boolean': {
      const shown = source.text.length > 40 ? `${source.text.slice(0, 40)}…` : source.text;
      return `\`${shown}\``;
    }
    default: {
      const never: never = source;
      return never;
    }
  }
}

export function child(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

/** The last part of a path, for messages. */
export function nameOf(path: string): string {
  return path === '' ? 'The document' : `\`${path.slice(path.lastIndexOf('.') + 1)}\``;
}

/** A shape whose value is made from another shape's value; `make` reports and gives `undefined` to refuse. */
export function mapped<A, B>(
  shape: Shape<A>,
  make: (value: A, at: Position, path: string, reading: Reading) => B | undefined,
): Shape<B> {
  return {
    read(source, path, reading) {
      const value = shape.read(source, path, reading);
      return value === undefined ? undefined : make(value, source.at, path, reading);
    },
    schema: (definitions) => shape.schema(definitions),
  };
}

/** A named shape: it stands once in the schema, and may refer to itself. */
export function named<T>(name: string, shape: () => Shape<T>): Shape<T> {
  return {
    read: (source, path, reading) => shape().read(source, path, reading),
    schema(definitions) {
      if (!definitions.has(name)) {
        definitions.set(name, {});
        definitions.set(name, shape().schema(definitions));
      }
      return { $ref: `#/$defs/${name}` };
    },
  };
}
