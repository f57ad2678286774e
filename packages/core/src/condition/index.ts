export {
  MAX_LIST,
  MAX_TEXT,
  minorUnits,
  type Validated,
  type ValueCode,
  validateValue,
} from '../fields/index.ts';
export type { Expression, ExpressionProblem, ProblemCode } from './ast.ts';
export { MAX_MACRO_NESTING, MAX_NESTING, MAX_NODES, MAX_SOURCE } from './ast.ts';
export { type Checked, checkExpression } from './check.ts';
export type { Program } from './code.ts';
export { MAX_ITEMS } from './data.ts';
export {
  type Evaluation,
  evaluateProgram,
  type Failed,
  isFailed,
  isUnknown,
  type Unknown,
} from './evaluate.ts';
export { type Parsed, parseExpression } from './parse.ts';
export { evaluate, evaluateSource } from './programs.ts';
export { MAX_STEPS } from './run.ts';
export {
  type Inputs,
  isPlainName,
  type Lookup,
  lookupIn,
  RESERVED_NAMES,
  type Scope,
  scopeOf,
  type Value,
} from './scope.ts';
export {
  BOOLEAN,
  DATE,
  DATETIME,
  DECIMAL,
  DURATION,
  describeType,
  INTEGER,
  PERCENT,
  PERSON,
  TEXT,
  type Type,
  typeOfField,
  typeOfLimit,
} from './types.ts';
