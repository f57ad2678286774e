export { canonicalDefinition, definitionDigest, parseCanonicalDefinition } from './canonical.ts';
export { type CompiledDefinition, compileDefinition } from './compile.ts';
export { type DefinitionSource, type ParsedDefinition, parseDefinition } from './parse.ts';
export type { DefinitionProblem, Position, ProblemCode } from './problem.ts';
