import { writeFileSync } from 'node:fs';
import { calendarSchema, definitionSchema, matrixSchema } from '../packages/core/src/definition/index.ts';

/** Writes the JSON Schemas that complete definitions and matrices in an editor. A test keeps them up to date. */
const folder = new URL('../docs/reference/', import.meta.url);
for (const [name, schema] of [
  ['definition.schema.json', definitionSchema()],
  ['matrix.schema.json', matrixSchema()],
  ['calendar.schema.json', calendarSchema()],
] as const)
  writeFileSync(new URL(name, folder), `${JSON.stringify(schema, null, 2)}\n`);
