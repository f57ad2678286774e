import { matrixShape } from '../authority/matrix-parse.ts';
import { document } from './language/document.ts';
import type { Schema } from './shape/shape.ts';

/** JSON Schema (2020-12) of the definition language as people write it, from the description that reads it. */
export function definitionSchema(): Schema {
  const definitions = new Map<string, Schema>();
  const body = document.schema(definitions);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Countersign workflow definition',
    ...body,
    $defs: Object.fromEntries(definitions),
  };
}

/** The same of an authority matrix in YAML or JSON. */
export function matrixSchema(): Schema {
  const definitions = new Map<string, Schema>();
  const body = matrixShape.schema(definitions);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Countersign authority matrix',
    ...body,
    $defs: Object.fromEntries(definitions),
  };
}
