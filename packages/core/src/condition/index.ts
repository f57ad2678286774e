export type { Expression, ExpressionProblem, ProblemCode } from './ast.ts';
export { type Checked, checkExpression } from './check.ts';
export type { Program } from './code.ts';
export {
  type Budget,
  type Evaluation,
  evaluate,
  type Failed,
  isFailed,
  isUnknown,
  type Unknown,
} from './evaluate.ts';
export { type Parsed, parseExpression } from './parse.ts';
export { evaluateSource } from './programs.ts';
export {
  type Inputs,
  type Lookup,
  lookupIn,
  type Scope,
  scopeOf,
  type Value,
} from './scope.ts';
export type { Type } from './types.ts';
