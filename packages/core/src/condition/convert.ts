import type { ASTNode } from '@marcbachmann/cel-js';
import { parseDecimal } from '../decimal.ts';
import { type Ast, MAX_MACRO_NESTING, type Macro, type ProblemCode } from './ast.ts';

/** CEL that parses but is not of this subset. Caught by `parseExpression`, never seen outside. */
export class Unsupported extends Error {
  readonly code: ProblemCode;
  readonly at: number;
  constructor(code: ProblemCode, at: number, message: string) {
    super(message);
    this.code = code;
    this.at = at;
  }
}

const refuse = (node: ASTNode, message: string): never => {
  throw new Unsupported('not-supported', node.start, message);
};

/** Turns the library's tree into ours. Recursion is bounded: the parser has counted nodes and nesting before. */
export function convert(node: ASTNode, macros = 0): Ast {
  const at = node.start;
  const go = (child: ASTNode): Ast => convert(child, macros);
  switch (node.op) {
    case 'value':
      return literal(node);
    case 'id':
      return { node: 'name', at, name: node.args };
    case '.':
      return { node: 'member', at, of: go(node.args[0]), name: node.args[1] };
    case '[]':
      return { node: 'index', at, of: go(node.args[0]), index: go(node.args[1]) };
    case '!_':
      return { node: 'not', at, of: go(node.args) };
    case '-_':
      return { node: 'negate', at, of: go(node.args) };
    case '&&':
    case '||':
      return { node: 'logic', at, operator: node.op, items: flat(node.op, node).map(go) };
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return { node: 'compare', at, operator: node.op, left: go(node.args[0]), right: go(node.args[1]) };
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return { node: 'arithmetic', at, operator: node.op, left: go(node.args[0]), right: go(node.args[1]) };
    case 'in':
      return { node: 'in', at, item: go(node.args[0]), list: go(node.args[1]) };
    case '?:':
      return {
        node: 'conditional',
        at,
        test: go(node.args[0]),
        yes: go(node.args[1]),
        no: go(node.args[2]),
      };
    case 'list':
      return { node: 'list', at, items: node.args.map(go) };
    case 'call':
      return call(node, node.args[0], null, node.args[1], macros);
    case 'rcall':
      return call(node, node.args[0], node.args[1], node.args[2], macros);
    case 'map':
      return refuse(node, 'Maps are not supported; use fields, limits and lists.');
    case '.?':
    case '[?]':
      return refuse(node, 'Optional access is not supported; what is absent is unknown. Use has(…) to ask.');
    default: {
      const never: never = node;
      return never;
    }
  }
}

/** `(a && b) && c` as [a, b, c]; the operators are associative in three-valued logic too. */
function flat(operator: '&&' | '||', node: ASTNode): ASTNode[] {
  const items: ASTNode[] = [];
  const pending: ASTNode[] = [node];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.op === operator) pending.push(next.args[1], next.args[0]);
    else items.push(next);
  }
  return items;
}

function literal(node: Extract<ASTNode, { op: 'value' }>): Ast {
  const at = node.start;
  const value = node.args;
  switch (typeof value) {
    case 'boolean':
      return { node: 'boolean', at, value };
    case 'string':
      if (!value.isWellFormed() || value.includes('\0')) {
        return refuse(node, 'A text may hold neither NUL nor a lone surrogate; take it out.');
      }
      return { node: 'text', at, value };
    case 'bigint':
      if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
        return refuse(
          node,
          `Integers end at ±${Number.MAX_SAFE_INTEGER}; write a decimal such as ${value}.0.`,
        );
      }
      return { node: 'integer', at, value: Number(value) };
    case 'number': {
      // From the source text: the parser's own value is a double and has already been rounded.
      const decimal = parseDecimal(node.input.slice(node.start, node.end));
      if (decimal === null)
        return refuse(node, 'Write the decimal out, without an exponent: 1200.5, not 1.2005e3.');
      return { node: 'decimal', at, value: decimal };
    }
    default:
      if (value === null)
        return refuse(node, 'There is no null: what is absent is unknown. Use has(…) to ask for it.');
      return refuse(node, 'Bytes and unsigned integers are not supported.');
  }
}

const MACROS: { readonly [name: string]: Macro } = {
  all: 'all',
  exists: 'exists',
  exists_one: 'exists_one',
  filter: 'filter',
  map: 'map',
};

function call(
  node: ASTNode,
  name: string,
  receiver: ASTNode | null,
  args: readonly ASTNode[],
  macros: number,
): Ast {
  const at = node.start;
  const macro = Object.hasOwn(MACROS, name) ? MACROS[name] : undefined;
  const [first, second, third] = args;
  if (name === 'has' && receiver === null && first && args.length === 1) {
    return { node: 'has', at, of: convert(first, macros) };
  }
  if (!macro || !receiver) {
    return {
      node: 'call',
      at,
      name,
      receiver: receiver && convert(receiver, macros),
      args: args.map((a) => convert(a, macros)),
    };
  }
  if (!first || !second || (third && macro !== 'map') || args.length > 3) {
    return refuse(node, `Write ${macro}(item, condition over item).`);
  }
  if (first.op !== 'id') return refuse(first, `The first argument of ${macro} is a name for each item.`);
  if (macros >= MAX_MACRO_NESTING) {
    throw new Unsupported('too-deep', at, `Macros nest at most ${MAX_MACRO_NESTING} deep.`);
  }
  const list = convert(receiver, macros);
  const variable = first.args;
  const inner = (child: ASTNode): Ast => convert(child, macros + 1);
  if (macro !== 'map') return { node: 'macro', at, macro, list, variable, test: inner(second), body: null };
  return {
    node: 'macro',
    at,
    macro,
    list,
    variable,
    test: third ? inner(second) : null,
    body: inner(third ?? second),
  };
}
