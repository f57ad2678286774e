import type { Fold, Macro } from './ast.ts';
import type { Datum } from './data.ts';
import type { Binary, Unary } from './operations.ts';
import type { Type } from './types.ts';

/** A checked expression, ready to evaluate. Made by `checkExpression` only. */
export type Program = {
  readonly source: string;
  readonly code: Code;
  readonly type: Type;
  /** What it may read; nodes refer to these by index. */
  readonly reads: readonly Read[];
};

export type Read = { readonly path: string; readonly type: Type };

/** `at` is the offset in the source. Operands of strict nodes are of the types that their operation takes. */
export type Code = { readonly at: number; readonly type: Type } & (
  | { readonly op: 'constant'; readonly value: Datum }
  | { readonly op: 'read'; readonly index: number }
  | { readonly op: 'has'; readonly index: number }
  /** A sum over related requests; unknown while one of `needs` is. */
  | { readonly op: 'total'; readonly index: number; readonly needs: readonly number[] }
  | { readonly op: 'variable'; readonly slot: number }
  /** A cell of a row, or whether there is one. */
  | { readonly op: 'cell' | 'has-cell'; readonly row: Code; readonly column: string }
  /** `path` names the list where an item of it is missing. */
  | { readonly op: 'fold'; readonly fold: Fold; readonly list: Code; readonly path: string }
  | { readonly op: 'not'; readonly of: Code }
  /** `absorbs`: the operand that settles it: false for `&&`, true for `||`. */
  | { readonly op: 'logic'; readonly absorbs: boolean; readonly items: readonly Code[] }
  | { readonly op: 'if'; readonly test: Code; readonly yes: Code; readonly no: Code }
  | { readonly op: 'unary'; readonly apply: Unary; readonly of: Code }
  | {
      readonly op: 'binary';
      readonly apply: Binary;
      readonly left: Code;
      readonly right: Code;
      /** Searching a text costs the product of the lengths in the worst case. */
      readonly search: boolean;
    }
  | { readonly op: 'in'; readonly item: Code; readonly list: Code }
  | { readonly op: 'list'; readonly items: readonly Code[] }
  | { readonly op: 'index'; readonly list: Code; readonly index: Code }
  | {
      readonly op: 'macro';
      readonly macro: Macro;
      readonly list: Code;
      readonly slot: number;
      readonly test: Code | null;
      readonly body: Code | null;
    }
);
