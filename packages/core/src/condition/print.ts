import { formatDecimal } from '../decimal.ts';
import type { Ast } from './ast.ts';

/** How tightly an expression binds; what binds less than its place asks for stands in parentheses. */
const BINDS = { conditional: 1, or: 2, and: 3, relation: 4, sum: 5, product: 6, unary: 7, whole: 8 } as const;

/** An expression as CEL that parses to the same tree. */
export const printExpression = (ast: Ast): string => print(ast, BINDS.conditional);

function print(ast: Ast, least: number): string {
  const [binds, text] = written(ast);
  return binds < least ? `(${text})` : text;
}

function written(ast: Ast): readonly [number, string] {
  switch (ast.node) {
    case 'text':
      return [BINDS.whole, JSON.stringify(ast.value)];
    case 'integer':
    case 'boolean':
      return [BINDS.whole, String(ast.value)];
    case 'decimal': {
      const text = formatDecimal(ast.value);
      return [BINDS.whole, text.includes('.') ? text : `${text}.0`];
    }
    case 'name':
      return [BINDS.whole, ast.name];
    case 'member':
      return [BINDS.whole, `${print(ast.of, BINDS.whole)}.${ast.name}`];
    case 'index':
      return [BINDS.whole, `${print(ast.of, BINDS.whole)}[${print(ast.index, BINDS.conditional)}]`];
    case 'not':
      return [BINDS.unary, `!${print(ast.of, BINDS.whole)}`];
    case 'negate':
      return [BINDS.unary, `-${print(ast.of, BINDS.whole)}`];
    case 'logic': {
      const own = ast.operator === '&&' ? BINDS.and : BINDS.or;
      return [own, ast.items.map((item) => print(item, own + 1)).join(` ${ast.operator} `)];
    }
    case 'compare':
      return [BINDS.relation, pair(ast.left, ast.operator, ast.right, BINDS.sum, BINDS.sum)];
    case 'in':
      return [BINDS.relation, pair(ast.item, 'in', ast.list, BINDS.sum, BINDS.sum)];
    case 'arithmetic': {
      const own = ast.operator === '+' || ast.operator === '-' ? BINDS.sum : BINDS.product;
      return [own, pair(ast.left, ast.operator, ast.right, own, own + 1)];
    }
    case 'conditional': {
      const test = print(ast.test, BINDS.or);
      return [
        BINDS.conditional,
        `${test} ? ${print(ast.yes, BINDS.or)} : ${print(ast.no, BINDS.conditional)}`,
      ];
    }
    case 'list':
      return [BINDS.whole, `[${listed(ast.items)}]`];
    case 'has':
      return [BINDS.whole, `has(${print(ast.of, BINDS.conditional)})`];
    case 'call': {
      const on = ast.receiver === null ? '' : `${print(ast.receiver, BINDS.whole)}.`;
      return [BINDS.whole, `${on}${ast.name}(${listed(ast.args)})`];
    }
    case 'macro': {
      const inner = [ast.test, ast.body].filter((one) => one !== null);
      const args = [ast.variable, ...inner.map((one) => print(one, BINDS.conditional))];
      return [BINDS.whole, `${print(ast.list, BINDS.whole)}.${ast.macro}(${args.join(', ')})`];
    }
    default: {
      const never: never = ast;
      return never;
    }
  }
}

const pair = (left: Ast, operator: string, right: Ast, leastLeft: number, leastRight: number): string =>
  `${print(left, leastLeft)} ${operator} ${print(right, leastRight)}`;

const listed = (items: readonly Ast[]): string =>
  items.map((item) => print(item, BINDS.conditional)).join(', ');
