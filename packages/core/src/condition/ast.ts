import type { Decimal } from '../decimal.ts';

/** Bounds on one expression. They are part of the language: raising one is a new engine number. */
export const MAX_SOURCE = 4096;
export const MAX_NODES = 500;
export const MAX_NESTING = 32;
export const MAX_MACRO_NESTING = 2;

/** A parsed expression: syntax only, no types. Plain data, never changed. */
export type Expression = { readonly source: string; readonly root: Ast };

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type Arithmetic = '+' | '-' | '*' | '/' | '%';
/** What makes one value of a list. */
export type Fold = 'sum' | 'min' | 'max';
export type Macro = 'all' | 'exists' | 'exists_one' | 'filter' | 'map';

/** `at` is the offset in the source, in UTF-16 code units. */
export type Ast = { readonly at: number } & (
  | { readonly node: 'text'; readonly value: string }
  | { readonly node: 'integer'; readonly value: number }
  | { readonly node: 'decimal'; readonly value: Decimal }
  | { readonly node: 'boolean'; readonly value: boolean }
  | { readonly node: 'name'; readonly name: string }
  | { readonly node: 'member'; readonly of: Ast; readonly name: string }
  | { readonly node: 'index'; readonly of: Ast; readonly index: Ast }
  | { readonly node: 'not'; readonly of: Ast }
  | { readonly node: 'negate'; readonly of: Ast }
  /** Chains are flat: `a && b && c` is one node of three items. */
  | { readonly node: 'logic'; readonly operator: '&&' | '||'; readonly items: readonly Ast[] }
  | { readonly node: 'compare'; readonly operator: Comparison; readonly left: Ast; readonly right: Ast }
  | { readonly node: 'arithmetic'; readonly operator: Arithmetic; readonly left: Ast; readonly right: Ast }
  | { readonly node: 'in'; readonly item: Ast; readonly list: Ast }
  | { readonly node: 'conditional'; readonly test: Ast; readonly yes: Ast; readonly no: Ast }
  | { readonly node: 'list'; readonly items: readonly Ast[] }
  | { readonly node: 'has'; readonly of: Ast }
  | {
      readonly node: 'call';
      readonly name: string;
      readonly receiver: Ast | null;
      readonly args: readonly Ast[];
    }
  | {
      readonly node: 'macro';
      readonly macro: Macro;
      readonly list: Ast;
      readonly variable: string;
      /** The predicate; null for `map` without a filter. */
      readonly test: Ast | null;
      /** What `map` makes of each item; null for the others. */
      readonly body: Ast | null;
    }
);

/**
 * What is wrong with an expression and what to do about it. `line` and `column` count from 1, the column in
 * UTF-16 code units, as editors do.
 */
export type ExpressionProblem = {
  readonly code: ProblemCode;
  readonly message: string;
  readonly line: number;
  readonly column: number;
};

export type ProblemCode =
  /** Not CEL. */
  | 'syntax'
  /** One of the bounds above. */
  | 'too-long'
  | 'too-many-nodes'
  | 'too-deep'
  /** CEL, but not of this subset. */
  | 'not-supported'
  | 'unknown-name'
  | 'shadowed-name'
  | 'personal-field'
  | 'unknown-function'
  | 'wrong-arguments'
  | 'bad-literal'
  | 'wrong-type'
  | 'enum-value'
  | 'needs-limit'
  | 'currency'
  | 'division'
  /** While evaluating. */
  | 'overflow'
  | 'bad-value'
  | 'whole-days'
  | 'list-too-long'
  | 'step-budget';

export function problemAt(source: string, at: number, code: ProblemCode, message: string): ExpressionProblem {
  const before = source.slice(0, at);
  const start = before.lastIndexOf('\n') + 1;
  return { code, message, line: before.split('\n').length, column: at - start + 1 };
}
