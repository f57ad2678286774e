import type { Ast } from '../../condition/ast.ts';
import { isPlainName } from '../../condition/scope.ts';

/** What the names of a part mean where it is used. */
export type Meanings = {
  /** What stands for a parameter; undefined where the part has no such parameter. */
  parameter(name: string): Ast | undefined;
  limit(name: string): string;
  check(step: string): string;
};

/** An expression of a part as one of the definition that uses it. */
export function substitute(ast: Ast, meanings: Meanings, bound: readonly string[] = []): Ast {
  const go = (child: Ast): Ast => substitute(child, meanings, bound);
  const maybe = (child: Ast | null): Ast | null => child && go(child);
  switch (ast.node) {
    case 'text':
    case 'integer':
    case 'decimal':
    case 'boolean':
      return ast;
    case 'name':
      return bound.includes(ast.name) ? ast : (meanings.parameter(ast.name) ?? ast);
    case 'member':
      return read(ast, ast.of, ast.name, meanings, bound) ?? { ...ast, of: go(ast.of) };
    case 'index': {
      const name = ast.index.node === 'text' ? ast.index.value : null;
      const found = name === null ? undefined : read(ast, ast.of, name, meanings, bound);
      return found ?? { ...ast, of: go(ast.of), index: go(ast.index) };
    }
    case 'not':
    case 'negate':
      return { ...ast, of: go(ast.of) };
    case 'has': {
      const of = go(ast.of);
      return isGiven(of) ? { node: 'boolean', at: ast.at, value: true } : { ...ast, of };
    }
    case 'logic':
    case 'list':
      return { ...ast, items: ast.items.map(go) };
    case 'compare':
    case 'arithmetic':
      return { ...ast, left: go(ast.left), right: go(ast.right) };
    case 'in':
      return { ...ast, item: go(ast.item), list: go(ast.list) };
    case 'conditional':
      return { ...ast, test: go(ast.test), yes: go(ast.yes), no: go(ast.no) };
    case 'call':
      return { ...ast, receiver: maybe(ast.receiver), args: ast.args.map(go) };
    case 'macro': {
      const inner = [...bound, ast.variable];
      const inside = (child: Ast | null): Ast | null => child && substitute(child, meanings, inner);
      return { ...ast, list: go(ast.list), test: inside(ast.test), body: inside(ast.body) };
    }
    default: {
      const never: never = ast;
      return never;
    }
  }
}

/** A value that is written out is always there. */
const isGiven = ({ node }: Ast): boolean =>
  node === 'text' || node === 'integer' || node === 'decimal' || node === 'boolean';

/** `fields.x`, `limits.x` and `checks.x`; undefined for anything else. */
function read(
  ast: Ast,
  of: Ast,
  name: string,
  meanings: Meanings,
  bound: readonly string[],
): Ast | undefined {
  if (of.node !== 'name' || bound.includes(of.name)) return undefined;
  switch (of.name) {
    case 'fields':
      return meanings.parameter(name);
    case 'limits':
      return member(ast.at, of, meanings.limit(name));
    case 'checks':
      return member(ast.at, of, meanings.check(name));
    default:
      return undefined;
  }
}

const member = (at: number, of: Ast, name: string): Ast =>
  isPlainName(name)
    ? { node: 'member', at, of, name }
    : { node: 'index', at, of, index: { node: 'text', at, value: name } };
