import type { Ast } from './ast.ts';
import { DAY_MS, parseDate, parseDatetime, parseDuration } from './calendar.ts';
import { type Checking, fail } from './checking.ts';
import type { Code } from './code.ts';
import { checkFold, foldOf } from './folds.ts';
import { DATE_PARTS, DATETIME_PARTS, size, TEXT_TESTS, type Unary } from './operations.ts';
import { checkRelated } from './related.ts';
import { BOOLEAN, DATE, DATETIME, DURATION, describeType, INTEGER, type Type } from './types.ts';

type Call = Extract<Ast, { node: 'call' }>;
type Check = (ast: Ast) => Code;

/** Literals with a unit of time: read once, when the expression is checked. */
const LITERALS: {
  readonly [name: string]: {
    readonly type: Type;
    readonly read: (text: string) => number | null;
    readonly example: string;
  };
} = {
  date: { type: DATE, read: parseDate, example: '2026-01-31' },
  timestamp: { type: DATETIME, read: parseDatetime, example: '2026-01-31T09:00:00Z' },
  duration: {
    type: DURATION,
    read: (text) => {
      const parts = parseDuration(text);
      return parts && parts.days * DAY_MS + parts.ms;
    },
    example: 'P3D',
  },
};

export function checkCall(c: Checking, ast: Call, check: Check): Code {
  const { name, receiver, args, at } = ast;
  const total = checkRelated(c, ast);
  if (total !== null) return total;
  if (name === 'size') return checkSize(c, ast, check);
  const fold = foldOf(name);
  if (fold !== undefined) return checkFold(c, ast, fold, check);
  if (name === 'matches') {
    const message = 'Regular expressions are not supported; use startsWith, endsWith or contains.';
    return fail(c, at, 'not-supported', message);
  }
  if (receiver === null && Object.hasOwn(LITERALS, name)) return checkLiteral(c, ast);
  if (receiver !== null && Object.hasOwn(TEXT_TESTS, name))
    return checkTextTest(c, ast, check(receiver), check);
  if (receiver !== null && args.length === 0 && Object.hasOwn(DATETIME_PARTS, name)) {
    return checkPart(c, ast, check(receiver));
  }
  return fail(
    c,
    at,
    'unknown-function',
    `There is no function ${name}${receiver ? ' to call on a value' : ''}; see the table of functions.`,
  );
}

function checkSize(c: Checking, { at, receiver, args }: Call, check: Check): Code {
  const [only] = receiver === null ? args : [receiver, ...args];
  if (!only || args.length !== (receiver === null ? 1 : 0)) {
    return fail(c, at, 'wrong-arguments', 'size takes one text or list: size(items).');
  }
  const of = check(only);
  if (of.type.type !== 'any' && of.type.type !== 'list' && !isTextual(of.type)) {
    return fail(c, at, 'wrong-type', `size takes a text or a list, not ${describeType(of.type)}.`);
  }
  return { op: 'unary', at, type: INTEGER, apply: size, of };
}

function checkLiteral(c: Checking, { name, args, at }: Call): Code {
  const literal = LITERALS[name];
  const [only] = args;
  if (!literal || !only || args.length !== 1 || only.node !== 'text') {
    return fail(
      c,
      at,
      'wrong-arguments',
      `${name} takes one literal text, such as ${name}("${literal?.example ?? ''}").`,
    );
  }
  const value = literal.read(only.value);
  if (value !== null) return { op: 'constant', at, type: literal.type, value };
  const message = `${JSON.stringify(only.value)} is no ${name}; write it as in ${name}("${literal.example}").`;
  return fail(c, only.at, 'bad-literal', message);
}

const isTextual = (type: Type): boolean => ['text', 'enum', 'email', 'reference'].includes(type.type);

function checkTextTest(c: Checking, { name, args, at }: Call, receiver: Code, check: Check): Code {
  const [only] = args;
  const apply = TEXT_TESTS[name];
  if (!only || args.length !== 1 || !apply) {
    return fail(c, at, 'wrong-arguments', `${name} takes one text: name.${name}("…").`);
  }
  const right = check(only);
  for (const side of [receiver, right]) {
    if (side.type.type !== 'any' && !isTextual(side.type)) {
      return fail(c, side.at, 'wrong-type', `${name} takes texts, not ${describeType(side.type)}.`);
    }
  }
  return { op: 'binary', at, type: BOOLEAN, apply, left: receiver, right, search: name === 'contains' };
}

function checkPart(c: Checking, { name, at }: Call, of: Code): Code {
  const parts: { readonly [name: string]: Unary } = of.type.type === 'date' ? DATE_PARTS : DATETIME_PARTS;
  const apply = Object.hasOwn(parts, name) ? parts[name] : undefined;
  if (of.type.type === 'any') return of;
  if (!apply || (of.type.type !== 'date' && of.type.type !== 'datetime')) {
    return fail(
      c,
      at,
      'wrong-type',
      `${describeType(of.type)} has no ${name}; dates and datetimes have their parts.`,
    );
  }
  return { op: 'unary', at, type: INTEGER, apply, of };
}
