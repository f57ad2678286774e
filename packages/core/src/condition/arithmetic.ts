import type { Arithmetic, Ast } from './ast.ts';
import { adapt, type Checking, fail, sameCurrency } from './checking.ts';
import type { Code } from './code.ts';
import type { Binary, Unary } from './operations.ts';
import * as op from './operations.ts';
import {
  ANY,
  DATE,
  DATETIME,
  DECIMAL,
  DURATION,
  describeType,
  INTEGER,
  PERCENT,
  TEXT,
  type Type,
} from './types.ts';

type Rule = { readonly apply: Binary; readonly type: Type; readonly swap?: true };

/** By operator and the operands' types; what is not here is refused. `swap` hands the operands over in turn. */
const RULES: { readonly [key: string]: Rule } = {
  'integer + integer': { apply: op.addIntegers, type: INTEGER },
  'integer - integer': { apply: op.subtractIntegers, type: INTEGER },
  'integer * integer': { apply: op.multiplyIntegers, type: INTEGER },
  'decimal + decimal': { apply: op.addDecimals, type: DECIMAL },
  'decimal - decimal': { apply: op.subtractDecimals, type: DECIMAL },
  'decimal * decimal': { apply: op.multiplyDecimals, type: DECIMAL },
  'percent + percent': { apply: op.addDecimals, type: PERCENT },
  'percent - percent': { apply: op.subtractDecimals, type: PERCENT },
  'money + money': { apply: op.addMoney, type: { type: 'money' } },
  'money - money': { apply: op.subtractMoney, type: { type: 'money' } },
  'money * decimal': { apply: op.multiplyMoney, type: { type: 'money' } },
  'decimal * money': { apply: op.multiplyMoney, type: { type: 'money' }, swap: true },
  'money * percent': { apply: op.percentOfMoney, type: { type: 'money' } },
  'percent * money': { apply: op.percentOfMoney, type: { type: 'money' }, swap: true },
  'duration + duration': { apply: op.addIntegers, type: DURATION },
  'duration - duration': { apply: op.subtractIntegers, type: DURATION },
  'duration * integer': { apply: op.multiplyIntegers, type: DURATION },
  'integer * duration': { apply: op.multiplyIntegers, type: DURATION },
  'date + duration': { apply: op.addDays, type: DATE },
  'duration + date': { apply: op.addDays, type: DATE, swap: true },
  'date - duration': { apply: op.subtractDays, type: DATE },
  'date - date': { apply: op.daysBetween, type: DURATION },
  'datetime + duration': { apply: op.addToInstant, type: DATETIME },
  'duration + datetime': { apply: op.addToInstant, type: DATETIME, swap: true },
  'datetime - duration': { apply: op.subtractFromInstant, type: DATETIME },
  'datetime - datetime': { apply: op.subtractIntegers, type: DURATION },
  'text + text': { apply: op.joinTexts, type: TEXT },
};

const ruleFor = (operator: Arithmetic, a: Type, b: Type): Rule | undefined => {
  const key = `${a.type} ${operator} ${b.type}`;
  return Object.hasOwn(RULES, key) ? RULES[key] : undefined;
};

/** The rule that fits the operands as they are, or with integers read as decimals. */
function choose(operator: Arithmetic, left: Code, right: Code): { rule: Rule; widen: boolean } | null {
  const exact = ruleFor(operator, left.type, right.type);
  if (exact) return { rule: exact, widen: false };
  const wide = (type: Type): Type => (type.type === 'integer' ? DECIMAL : type);
  const rule = ruleFor(operator, wide(left.type), wide(right.type));
  return rule ? { rule, widen: true } : null;
}

export function checkArithmetic(
  c: Checking,
  ast: Extract<Ast, { node: 'arithmetic' }>,
  left: Code,
  right: Code,
): Code {
  const { at, operator } = ast;
  if (operator === '/' || operator === '%') {
    const message =
      'There is no division, because a quotient need not be exact: multiply (x * 0.5), or compare products (a > b * c).';
    return fail(c, at, 'division', message);
  }
  if (left.type.type === 'any' || right.type.type === 'any') {
    return { op: 'constant', at, type: ANY, value: false };
  }
  const chosen = choose(operator, left, right);
  if (!chosen) {
    const message = `${describeType(left.type)} ${operator} ${describeType(right.type)} is not defined; see the table of operators.`;
    return fail(c, at, 'wrong-type', message);
  }
  if (!sameCurrency(c, at, left.type, right.type)) {
    return { op: 'constant', at, type: ANY, value: false };
  }
  const { rule, widen } = chosen;
  const operands = widen ? [adapt(c, left, DECIMAL), adapt(c, right, DECIMAL)] : [left, right];
  const [first = left, second = right] = rule.swap ? operands.reverse() : operands;
  const type = rule.type.type === 'money' ? moneyType(c, left.type, right.type) : rule.type;
  return { op: 'binary', at, type, apply: rule.apply, left: first, right: second, search: false };
}

/** In the currency that either side is known to be in: they agree, one of them is no money, or rates make them agree. */
function moneyType(c: Checking, a: Type, b: Type): Type {
  const both = a.type === 'money' && b.type === 'money';
  if (both && c.scope.currency !== undefined && a.currency !== b.currency) return { type: 'money' };
  const currency = (a.type === 'money' && a.currency) || (b.type === 'money' && b.currency) || undefined;
  return currency === undefined ? { type: 'money' } : { type: 'money', currency };
}

const NEGATIONS: { readonly [type: string]: Unary } = {
  integer: op.negateNumber,
  duration: op.negateNumber,
  decimal: op.negateDecimal,
  percent: op.negateDecimal,
  money: op.negateMoney,
};

export function checkNegate(c: Checking, at: number, of: Code): Code {
  if (of.type.type === 'any') return of;
  const apply = Object.hasOwn(NEGATIONS, of.type.type) ? NEGATIONS[of.type.type] : undefined;
  if (!apply) return fail(c, at, 'wrong-type', `There is no minus of ${describeType(of.type)}.`);
  return { op: 'unary', at, type: of.type, apply, of };
}
