import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ast } from './ast.ts';
import { anySource, wildSource } from './expressions.test-kit.ts';
import { parseExpression } from './parse.ts';
import { printExpression } from './print.ts';

const rootOf = (source: string): Ast | null => {
  const parsed = parseExpression(source);
  return parsed.ok ? parsed.expression.root : null;
};
const printed = (source: string): string => {
  const root = rootOf(source);
  if (root === null) throw new Error(`no expression: ${source}`);
  return printExpression(root);
};
/** Without places, which printing moves. */
const shape = (ast: Ast | null): string =>
  JSON.stringify(ast, (key, value: unknown) =>
    key === 'at' ? undefined : typeof value === 'bigint' ? `${value}n` : value,
  );

describe('printing an expression', () => {
  it('keeps what it means, with no more parentheses than it needs', () => {
    expect(printed('(a&&(b||c))&&!(d)')).toBe('a && (b || c) && !d');
    expect(printed('a-(b-c)*2 > limits["x.y"]')).toBe('a - (b - c) * 2 > limits["x.y"]');
    expect(printed("list.exists(x,x=='a' || (x in ['b']))")).toBe('list.exists(x, x == "a" || x in ["b"])');
    expect(printed('(a ? b : c) ? 1.0 : -2')).toBe('(a ? b : c) ? 1.0 : -2');
    expect(printed("size(tags) == 3 && name.contains('\\'')")).toBe('size(tags) == 3 && name.contains("\'")');
  });

  it('parses to the same tree again', () => {
    fc.assert(
      fc.property(fc.oneof(anySource, wildSource), (source) => {
        const root = rootOf(source);
        fc.pre(root !== null);
        expect(shape(rootOf(printExpression(root)))).toBe(shape(root));
      }),
      { numRuns: 1000 },
    );
  });
});
