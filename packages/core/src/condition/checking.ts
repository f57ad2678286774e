import { decimalOf } from '../decimal.ts';
import { type ExpressionProblem, type ProblemCode, problemAt } from './ast.ts';
import type { Code, Read } from './code.ts';
import { widen } from './operations.ts';
import type { Scope } from './scope.ts';
import { ANY, common, DECIMAL, describeType, isNumber, type Type } from './types.ts';

/** One check in progress. */
export type Checking = {
  readonly source: string;
  readonly scope: Scope;
  readonly problems: ExpressionProblem[];
  readonly reads: Read[];
  /** Names that macros have bound, innermost last; a variable's slot is its place here. */
  readonly variables: { readonly name: string; readonly type: Type }[];
};

/** Reports a problem; the code in its place is of any type, so that it is reported once. */
export function fail(c: Checking, at: number, code: ProblemCode, message: string): Code {
  c.problems.push(problemAt(c.source, at, code, message));
  return { op: 'constant', at, type: ANY, value: false };
}

/** The index of a path among the reads. */
export function readIndex(c: Checking, read: Read): number {
  const known = c.reads.findIndex((r) => r.path === read.path);
  return known >= 0 ? known : c.reads.push(read) - 1;
}

/** A text literal, or a choice between such: it may still become an enum's member, a person, an address. */
const isTextLiteral = (code: Code): boolean =>
  code.op === 'if'
    ? isTextLiteral(code.yes) && isTextLiteral(code.no)
    : code.op === 'constant' && code.type.type === 'text';

/** Reads literals as `target` where they can be, and integers as decimals. Reports literals that cannot be. */
export function adapt(c: Checking, code: Code, target: Type): Code {
  if (isTextLiteral(code)) {
    if (code.op !== 'if') return literalAs(c, code, target);
    const [yes, no] = [adapt(c, code.yes, target), adapt(c, code.no, target)];
    return { ...code, type: common(yes.type, no.type) ?? ANY, yes, no };
  }
  if (target.type === 'list' && code.op === 'list') {
    const items = code.items.map((item) => adapt(c, item, target.of));
    const of = items.reduce((type: Type | null, item) => type && common(type, item.type), ANY);
    return of === null ? code : { ...code, type: { type: 'list', of }, items };
  }
  return widened(code, target);
}

function widened(code: Code, target: Type): Code {
  if (target.type === 'decimal' && code.type.type === 'integer') {
    if (code.op === 'constant' && typeof code.value === 'number') {
      return { ...code, type: DECIMAL, value: decimalOf(code.value) };
    }
    return { op: 'unary', at: code.at, type: DECIMAL, apply: widen, of: code };
  }
  if (target.type === 'list' && target.of.type === 'decimal' && code.type.type === 'list') {
    if (code.type.of.type !== 'integer') return code;
    return { op: 'unary', at: code.at, type: target, apply: widen, of: code };
  }
  return code;
}

function literalAs(c: Checking, code: Code, target: Type): Code {
  if (code.op !== 'constant' || typeof code.value !== 'string') return code;
  const { value, at } = code;
  const shown = JSON.stringify(value);
  switch (target.type) {
    case 'enum':
      if (target.of.includes(value)) return { ...code, type: target };
      return fail(
        c,
        at,
        'enum-value',
        isCheckAnswer(target) && value === 'unknown'
          ? 'A check that answers unknown makes the condition unknown; ask for it with !has(checks.<step>).'
          : `${shown} is not ${describeType(target)}; correct it or add it to the field's values.`,
      );
    case 'person':
      if (/^usr_[A-Za-z0-9-]{1,64}$/.test(value)) return { ...code, type: target };
      return fail(c, at, 'bad-literal', `${shown} is no person; write the id, such as "usr_…".`);
    case 'email':
    case 'reference':
      return { ...code, type: target };
    case 'text':
    case 'integer':
    case 'decimal':
    case 'money':
    case 'percent':
    case 'boolean':
    case 'date':
    case 'datetime':
    case 'duration':
    case 'list':
    case 'row':
    case 'any':
      return code;
    default: {
      const never: never = target;
      return never;
    }
  }
}

export const CHECK_ANSWER: Type = { type: 'enum', of: ['pass', 'fail'] };
const isCheckAnswer = (type: Type): boolean => type === CHECK_ANSWER;

export type Met = { readonly left: Code; readonly right: Code; readonly type: Type };

/** Brings two operands to one type, or reports why there is none. */
export function meet(c: Checking, at: number, a: Code, b: Code): Met | null {
  const first = adapt(c, a, b.type);
  const second = adapt(c, b, first.type);
  const type = common(first.type, second.type);
  if (type === null) {
    fail(c, at, ...mismatch(first.type, second.type));
    return null;
  }
  if (!sameCurrency(c, at, first.type, second.type)) return null;
  return { left: widened(first, type), right: widened(second, type), type };
}

/** Without rates, currencies that the definition fixes must agree; others are compared when the values are there. */
export function sameCurrency(c: Checking, at: number, a: Type, b: Type): boolean {
  if (a.type !== 'money' || b.type !== 'money' || c.scope.currency !== undefined) return true;
  if (a.currency === undefined || b.currency === undefined || a.currency === b.currency) return true;
  const message = `${a.currency} and ${b.currency} cannot be combined; state both in one currency, or name a source of exchange rates: \`money: { currency: ${a.currency}, rates: ecb }\`.`;
  fail(c, at, 'currency', message);
  return false;
}

function mismatch(a: Type, b: Type): [ProblemCode, string] {
  for (const [unit, other] of [
    [a, b],
    [b, a],
  ] as const) {
    if ((unit.type === 'money' || unit.type === 'percent') && isNumber(other)) {
      const example = unit.type === 'money' ? '10000 EUR' : '5%';
      return [
        'needs-limit',
        `A number is not ${unit.type}: write the threshold in limits, such as \`standard: ${example}\`, and use limits.standard.`,
      ];
    }
    if ((unit.type === 'date' || unit.type === 'duration') && other.type === 'text') {
      const example = unit.type === 'date' ? '2026-01-31' : 'P3D';
      return ['wrong-type', `A text is not a ${unit.type}: write ${unit.type}("${example}").`];
    }
    if (unit.type === 'datetime' && other.type === 'text') {
      return ['wrong-type', 'A text is not a datetime: write timestamp("2026-01-31T09:00:00Z").'];
    }
  }
  return [
    'wrong-type',
    `${describeType(a)} and ${describeType(b)} are different types; use values of one type.`,
  ];
}
