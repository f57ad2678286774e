import { matrixShape } from '../authority/matrix-parse.ts';
import { calendarShape } from '../calendar/parse.ts';
import { document } from './language/document.ts';
import type { Schema, Shape } from './shape/shape.ts';

/** JSON Schema (2020-12) of the definition language as people write it, from the description that reads it. */
export const definitionSchema = (): Schema => schemaOf('Countersign workflow definition', document);
/** The same of an authority matrix in YAML or JSON. */
export const matrixSchema = (): Schema => schemaOf('Countersign authority matrix', matrixShape);
/** The same of a calendar. */
export const calendarSchema = (): Schema => schemaOf('Countersign calendar', calendarShape);

function schemaOf(title: string, shape: Shape<unknown>): Schema {
  const definitions = new Map<string, Schema>();
  const body = shape.schema(definitions);
  const $schema = 'https://json-schema.org/draft/2020-12/schema';
  return { $schema, title, ...body, $defs: Object.fromEntries(definitions) };
}
