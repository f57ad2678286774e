export { canonicalDefinition, definitionDigest, parseCanonicalDefinition } from './canonical.ts';
export { type CheckedDefinition, checkDefinition } from './check.ts';
export { type CompiledDefinition, compileDefinition } from './compile.ts';
export type { Change } from './diff/change.ts';
export { diffDefinitions } from './diff/diff.ts';
export { type DefinitionSource, type ParsedDefinition, parseDefinition } from './parse.ts';
export type { DefinitionProblem } from './problem.ts';
export { type References, references } from './references.ts';
export { definitionSchema, matrixSchema } from './schema.ts';
