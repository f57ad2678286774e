import { checkArithmetic, checkNegate } from './arithmetic.ts';
import type { Ast, Expression, ExpressionProblem } from './ast.ts';
import { checkCall } from './calls.ts';
import { checkMember } from './cells.ts';
import { adapt, type Checking, fail, meet } from './checking.ts';
import type { Code, Program } from './code.ts';
import { checkHas, checkRead } from './names.ts';
import { COMPARISONS } from './operations.ts';
import { isPlainName, type Scope } from './scope.ts';
import { ANY, BOOLEAN, common, describeType, fits, isOrdered, type Type } from './types.ts';

export type Checked = {
  readonly type: Type;
  /** Empty if the expression may be published. */
  readonly problems: readonly ExpressionProblem[];
  /** Paths that it may read, such as `fields.amount` and `limits.small`, in order of appearance. */
  readonly reads: readonly string[];
  /** Ready to evaluate; null where there are problems. */
  readonly program: Program | null;
};

/** Finds the type of an expression and everything that is wrong with it. Never throws. */
export function checkExpression(expression: Expression, scope: Scope, expected?: Type): Checked {
  const { source, root } = expression;
  const c: Checking = { source, scope, problems: [], reads: [], variables: [] };
  const found = check(c, root);
  const code = expected ? adapt(c, found, expected) : found;
  if (code.type.type === 'row') fail(c, root.at, 'wrong-type', 'A row is no value; use one of its columns.');
  if (expected && !fits(code.type, expected)) {
    const message = `This must be ${describeType(expected)}, but is ${describeType(code.type)}.`;
    fail(c, root.at, 'wrong-type', message);
  }
  const program = c.problems.length === 0 ? { source, code, type: code.type, reads: c.reads } : null;
  return { type: code.type, problems: c.problems, reads: c.reads.map((r) => r.path), program };
}

function check(c: Checking, ast: Ast): Code {
  const { at } = ast;
  const go = (child: Ast): Code => check(c, child);
  switch (ast.node) {
    case 'text':
      return { op: 'constant', at, type: { type: 'text' }, value: ast.value };
    case 'integer':
      return { op: 'constant', at, type: { type: 'integer' }, value: ast.value };
    case 'decimal':
      return { op: 'constant', at, type: { type: 'decimal' }, value: ast.value };
    case 'boolean':
      return { op: 'constant', at, type: BOOLEAN, value: ast.value };
    case 'name':
      return checkRead(c, ast) ?? fail(c, at, 'unknown-name', `There is no ${ast.name}.`);
    case 'member':
      return checkRead(c, ast) ?? checkMember(c, ast, go(ast.of));
    case 'index':
      return checkRead(c, ast) ?? checkIndex(c, at, go(ast.of), go(ast.index));
    case 'not':
      return { op: 'not', at, type: BOOLEAN, of: boolean(c, go(ast.of), '!') };
    case 'negate':
      return checkNegate(c, at, go(ast.of));
    case 'logic': {
      const items = ast.items.map((item) => boolean(c, go(item), ast.operator));
      return { op: 'logic', at, type: BOOLEAN, absorbs: ast.operator === '||', items };
    }
    case 'compare':
      return checkComparison(c, ast, go(ast.left), go(ast.right));
    case 'arithmetic':
      return checkArithmetic(c, ast, go(ast.left), go(ast.right));
    case 'in':
      return checkIn(c, at, go(ast.item), go(ast.list));
    case 'conditional': {
      const test = boolean(c, go(ast.test), '?:');
      const met = meet(c, ast.yes.at, go(ast.yes), go(ast.no));
      if (!met) return { op: 'constant', at, type: ANY, value: false };
      return { op: 'if', at, type: met.type, test, yes: met.left, no: met.right };
    }
    case 'list':
      return checkList(c, at, ast.items.map(go));
    case 'has':
      return checkHas(c, ast, go);
    case 'call':
      return checkCall(c, ast, go);
    case 'macro':
      return checkMacro(c, ast);
    default: {
      const never: never = ast;
      return never;
    }
  }
}

function boolean(c: Checking, code: Code, operator: string): Code {
  if (fits(code.type, BOOLEAN)) return code;
  const hint = code.type.type === 'enum' || code.type.type === 'text' ? ', such as a comparison with ==' : '';
  return fail(
    c,
    code.at,
    'wrong-type',
    `${operator} takes a boolean${hint}; this is ${describeType(code.type)}.`,
  );
}

function checkIndex(c: Checking, at: number, list: Code, index: Code): Code {
  if (list.type.type === 'any' || index.type.type === 'any')
    return { op: 'constant', at, type: ANY, value: false };
  if (list.type.type !== 'list') {
    return fail(c, at, 'wrong-type', `Only lists have items; this is ${describeType(list.type)}.`);
  }
  if (index.type.type !== 'integer') {
    return fail(c, index.at, 'wrong-type', `An item's place is an integer, not ${describeType(index.type)}.`);
  }
  // An item of `[]` would be of any type, which stands for what has a problem already.
  if (list.type.of.type === 'any' && c.problems.length === 0) {
    return fail(c, at, 'wrong-type', 'This list is always empty; it has no items.');
  }
  return { op: 'index', at, type: list.type.of, list, index };
}

function checkComparison(c: Checking, ast: Extract<Ast, { node: 'compare' }>, a: Code, b: Code): Code {
  const { at, operator } = ast;
  const met = meet(c, at, a, b);
  if (!met) return { op: 'constant', at, type: BOOLEAN, value: false };
  const { left, right, type } = met;
  if (type.type === 'list') {
    return fail(
      c,
      at,
      'wrong-type',
      'Lists are not compared; compare sizes, or items with all(…) and exists(…).',
    );
  }
  if (type.type === 'row') return fail(c, at, 'wrong-type', 'Rows are not compared; compare their columns.');
  if (operator !== '==' && operator !== '!=' && !isOrdered(type)) {
    return fail(c, at, 'wrong-type', `${describeType(type)} has no order; use ==, != or in.`);
  }
  if (!overlap(left.type, right.type)) {
    const message = `These never meet: ${describeType(left.type)}, and ${describeType(right.type)}.`;
    return fail(c, at, 'enum-value', message);
  }
  return { op: 'binary', at, type: BOOLEAN, apply: COMPARISONS[operator], left, right, search: false };
}

const overlap = (a: Type, b: Type): boolean =>
  a.type !== 'enum' || b.type !== 'enum' || a.of.some((v) => b.of.includes(v));

function checkIn(c: Checking, at: number, item: Code, list: Code): Code {
  if (list.type.type === 'any') return { op: 'constant', at, type: BOOLEAN, value: false };
  if (list.type.type !== 'list') {
    const message = `in takes a list on its right, not ${describeType(list.type)}; write x in ["a", "b"].`;
    return fail(c, list.at, 'wrong-type', message);
  }
  if (list.type.of.type === 'row')
    return fail(c, at, 'wrong-type', 'Rows are not compared; write items.exists(i, i.name == …).');
  const one: Code = { op: 'list', at: item.at, type: { type: 'list', of: item.type }, items: [item] };
  const met = meet(c, at, one, list);
  if (met?.type.type !== 'list') return { op: 'constant', at, type: BOOLEAN, value: false };
  const [first] = met.left.op === 'list' ? met.left.items : [];
  const found = adapt(c, first ?? item, met.type.of);
  const { type } = met.right;
  if (type.type === 'list' && !overlap(found.type, type.of)) {
    return fail(c, at, 'enum-value', `The list holds none of ${describeType(found.type)}.`);
  }
  return { op: 'in', at, type: BOOLEAN, item: found, list: met.right };
}

function checkList(c: Checking, at: number, items: readonly Code[]): Code {
  const nested = items.find((item) => item.type.type === 'list');
  if (nested) return fail(c, nested.at, 'not-supported', 'Lists of lists are not supported.');
  // A literal takes the type of what it stands beside: ["standard", tier] is a list of the enum.
  const lead = items.find((item) => item.op !== 'constant') ?? items[0];
  const adapted = items.map((item) => (lead ? adapt(c, item, lead.type) : item));
  let of: Type = ANY;
  for (const item of adapted) {
    const type = common(of, item.type);
    if (type === null) {
      const message = `The items of a list are of one type; this is ${describeType(item.type)} among ${describeType(of)}.`;
      return fail(c, item.at, 'wrong-type', message);
    }
    of = type;
  }
  const unified = adapted.map((item) => adapt(c, item, of));
  return { op: 'list', at, type: { type: 'list', of }, items: unified };
}

function checkMacro(c: Checking, ast: Extract<Ast, { node: 'macro' }>): Code {
  const { at, macro, variable } = ast;
  const list = check(c, ast.list);
  if (list.type.type !== 'list' && list.type.type !== 'any') {
    return fail(c, ast.list.at, 'wrong-type', `${macro} goes over a list, not ${describeType(list.type)}.`);
  }
  if (
    !isPlainName(variable) ||
    c.variables.some((v) => v.name === variable) ||
    Object.hasOwn(c.scope.fields, variable) ||
    Object.hasOwn(c.scope.row ?? {}, variable)
  ) {
    return fail(c, at, 'shadowed-name', `${variable} has a meaning already; give the item another name.`);
  }
  const slot = c.variables.push({ name: variable, type: list.type.type === 'list' ? list.type.of : ANY }) - 1;
  const test = ast.test && boolean(c, check(c, ast.test), macro);
  const body = ast.body && check(c, ast.body);
  c.variables.pop();
  if (body?.type.type === 'list')
    return fail(c, body.at, 'not-supported', 'Lists of lists are not supported.');
  const type: Type =
    macro === 'map' ? { type: 'list', of: body?.type ?? ANY } : macro === 'filter' ? list.type : BOOLEAN;
  return { op: 'macro', at, type, macro, list, slot, test, body };
}
