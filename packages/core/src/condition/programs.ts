import type { RevisionRates } from '../rates/convert.ts';
import type { Expression, ExpressionProblem } from './ast.ts';
import { checkExpression } from './check.ts';
import type { Program } from './code.ts';
import { type Budget, type Evaluation, evaluate } from './evaluate.ts';
import { parseExpression } from './parse.ts';
import type { Lookup, Scope } from './scope.ts';

type Compiled = { readonly program: Program } | { readonly problem: ExpressionProblem };

/**
 * Programs by scope and source. A memo of a pure function: parsing and checking cost as much as evaluating.
 * It lives as long as its scope, and a scope has no more sources than its definition.
 */
const compiled = new WeakMap<Scope, Map<string, Compiled>>();

/** Sources kept for one scope, for a caller that makes them up. */
const MAX_KEPT = 1000;

/**
 * Evaluates source text over `values`. Keep `scope` to have each source parsed and checked once. Text with problems
 * is not evaluated: its first problem is the result. Never throws, unless `values` does.
 */
export function evaluateSource(
  source: string,
  scope: Scope,
  values: Lookup,
  rates?: RevisionRates,
  shared?: Budget,
): Evaluation {
  let programs = compiled.get(scope);
  if (programs === undefined) {
    programs = new Map();
    compiled.set(scope, programs);
  }
  let program = programs.get(source);
  if (program === undefined) {
    const parsed = parseExpression(source);
    program = parsed.ok ? compile(parsed.expression, scope) : { problem: parsed.problem };
    if (programs.size < MAX_KEPT) programs.set(source, program);
  }
  return run(program, values, rates, shared);
}

function compile(expression: Expression, scope: Scope): Compiled {
  const { program, problems } = checkExpression(expression, scope);
  if (program) return { program };
  const [problem] = problems;
  if (!problem) throw new Error('an expression without problems has a program');
  return { problem };
}

const run = (
  found: Compiled,
  values: Lookup,
  rates: RevisionRates | undefined,
  shared: Budget | undefined,
): Evaluation =>
  'program' in found
    ? evaluate(found.program, values, rates, shared)
    : { result: { problem: found.problem }, inputs: {} };
