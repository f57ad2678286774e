import {
  add,
  compare,
  type Decimal,
  decimalOf,
  isBounded,
  multiply,
  negate,
  percentOf,
  subtract,
} from '../decimal.ts';
import { type Amount, ratePath } from '../rates/convert.ts';
import type { Comparison } from './ast.ts';
import { civilFromDays, DAY_MS, isDay, isInstant, parseDate } from './calendar.ts';
import { type Datum, Failure, isAmount, isDecimal, isList, Missing, type Outcome } from './data.ts';

/** Strict operations: their operands are known. `at` is where a failure is reported. */
export type Unary = (a: Datum, at: number) => Outcome;
export type Binary = (a: Datum, b: Datum, at: number) => Outcome;

/** Longest text that is made. */
const MAX_TEXT = 10_000;

/** The checker admits no such operands; a test holds it to that. */
const mismatch = (at: number): Failure =>
  new Failure('wrong-type', at, 'The operands do not fit; check the expression against its definition.');

const overflow = (at: number): Failure =>
  new Failure('overflow', at, 'The result is too large; bound the fields that it is computed from.');

const integer = (n: number, at: number): Outcome => (Number.isSafeInteger(n) ? n + 0 : overflow(at));
const decimal = (d: Decimal, at: number): Outcome => (isBounded(d) ? d : overflow(at));

type OnNumbers = (a: number, b: number) => number;
const numbers =
  (of: OnNumbers): Binary =>
  (a, b, at) =>
    typeof a === 'number' && typeof b === 'number' ? integer(of(a, b), at) : mismatch(at);

type OnDecimals = (a: Decimal, b: Decimal) => Decimal;
const decimals =
  (of: OnDecimals): Binary =>
  (a, b, at) =>
    isDecimal(a) && isDecimal(b) ? decimal(of(a, b), at) : mismatch(at);

const amounts =
  (of: OnDecimals): Binary =>
  (a, b, at) => {
    if (!isAmount(a) || !isAmount(b)) return mismatch(at);
    if (a.currency !== b.currency) return missingRate(a, b);
    return amount(of(a.amount, b.amount), a.currency, at);
  };

const amount = (value: Decimal, currency: string, at: number): Outcome =>
  isBounded(value) ? { amount: value, currency } : overflow(at);

const scaled =
  (of: OnDecimals): Binary =>
  (a, b, at) =>
    isAmount(a) && isDecimal(b) ? amount(of(b, a.amount), a.currency, at) : mismatch(at);

const dayOrInstant =
  (isInRange: (n: number) => boolean, unit: number, sign: 1 | -1): Binary =>
  (a, b, at) => {
    if (typeof a !== 'number' || typeof b !== 'number') return mismatch(at);
    if (b % unit !== 0) {
      return new Failure(
        'whole-days',
        at,
        'A date moves by whole days; use a duration such as duration("P3D").',
      );
    }
    const moved = a + (sign * b) / unit;
    return isInRange(moved) ? moved : overflow(at);
  };

export const addIntegers = numbers((a, b) => a + b);
export const subtractIntegers = numbers((a, b) => a - b);
export const multiplyIntegers = numbers((a, b) => a * b);
export const addDecimals = decimals(add);
export const subtractDecimals = decimals(subtract);
export const multiplyDecimals = decimals(multiply);
export const addMoney = amounts(add);
export const subtractMoney = amounts(subtract);
export const multiplyMoney = scaled(multiply);
export const percentOfMoney = scaled(percentOf);
export const addDays = dayOrInstant(isDay, DAY_MS, 1);
export const subtractDays = dayOrInstant(isDay, DAY_MS, -1);
export const addToInstant = dayOrInstant(isInstant, 1, 1);
export const subtractFromInstant = dayOrInstant(isInstant, 1, -1);
export const daysBetween = numbers((a, b) => (a - b) * DAY_MS);

export const joinTexts: Binary = (a, b, at) => {
  if (typeof a !== 'string' || typeof b !== 'string') return mismatch(at);
  return a.length + b.length > MAX_TEXT ? overflow(at) : a + b;
};

export const negateNumber: Unary = (a, at) => (typeof a === 'number' ? 0 - a : mismatch(at));
export const negateDecimal: Unary = (a, at) => (isDecimal(a) ? negate(a) : mismatch(at));
export const negateMoney: Unary = (a, at) =>
  isAmount(a) ? { amount: negate(a.amount), currency: a.currency } : mismatch(at);

/** An integer, or each integer of a list, as a decimal. */
export const widen: Unary = (a, at) => {
  if (typeof a === 'number') return decimalOf(a);
  if (!isList(a)) return mismatch(at);
  return a.map((item) => (typeof item === 'number' ? decimalOf(item) : item));
};

/** Two currencies need a rate: where none is frozen in the revision, what they make is unknown (SEMANTICS 16). */
const missingRate = (a: Amount, b: Amount): Missing => new Missing([ratePath(a.currency, b.currency)]);

export function equal(a: Datum, b: Datum): boolean | Missing {
  if (isAmount(a) && isAmount(b)) {
    return a.currency === b.currency ? compare(a.amount, b.amount) === 0 : missingRate(a, b);
  }
  if (isDecimal(a) && isDecimal(b)) return compare(a, b) === 0;
  return a === b;
}

/** Whether two outcomes are the same known value; lists item by item. */
export function same(a: Outcome, b: Outcome): boolean {
  if (a instanceof Missing || b instanceof Missing || a instanceof Failure || b instanceof Failure)
    return false;
  if (isList(a) && isList(b))
    return a.length === b.length && a.every((x, i) => same(x, b[i] ?? new Missing([])));
  return equal(a, b) === true;
}

function order(a: Datum, b: Datum, at: number): number | Missing | Failure {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : 0;
  if (isAmount(a) && isAmount(b)) {
    return a.currency === b.currency ? compare(a.amount, b.amount) : missingRate(a, b);
  }
  return isDecimal(a) && isDecimal(b) ? compare(a, b) : mismatch(at);
}

const ordered =
  (holds: (order: number) => boolean): Binary =>
  (a, b, at) => {
    const o = order(a, b, at);
    return typeof o === 'number' ? holds(o) : o;
  };

export const COMPARISONS: { readonly [operator in Comparison]: Binary } = {
  '==': equal,
  '!=': (a, b) => {
    const e = equal(a, b);
    return typeof e === 'boolean' ? !e : e;
  },
  '<': ordered((o) => o < 0),
  '<=': ordered((o) => o <= 0),
  '>': ordered((o) => o > 0),
  '>=': ordered((o) => o >= 0),
};

const texts =
  (of: (a: string, b: string) => boolean): Binary =>
  (a, b, at) =>
    typeof a === 'string' && typeof b === 'string' ? of(a, b) : mismatch(at);

export const TEXT_TESTS: { readonly [name: string]: Binary } = {
  startsWith: texts((a, b) => a.startsWith(b)),
  endsWith: texts((a, b) => a.endsWith(b)),
  contains: texts((a, b) => a.includes(b)),
};

/** Characters (code points) of a text, items of a list. */
export const size: Unary = (a, at) => {
  if (isList(a)) return a.length;
  if (typeof a !== 'string') return mismatch(at);
  let n = 0;
  for (const _ of a) n += 1;
  return n;
};

const onDay =
  (of: (days: number) => number): Unary =>
  (a, at) =>
    typeof a === 'number' ? of(a) : mismatch(at);

const dayOfYear = (days: number): number =>
  days - (parseDate(`${String(civilFromDays(days).year).padStart(4, '0')}-01-01`) ?? days);

/** CEL's names and counting: months, days of the month and of the year from 0, weekdays from Sunday = 0; `getDate` from 1. */
export const DATE_PARTS: { readonly [name: string]: Unary } = {
  getFullYear: onDay((d) => civilFromDays(d).year),
  getMonth: onDay((d) => civilFromDays(d).month - 1),
  getDate: onDay((d) => civilFromDays(d).day),
  getDayOfMonth: onDay((d) => civilFromDays(d).day - 1),
  getDayOfWeek: onDay((d) => (((d + 4) % 7) + 7) % 7),
  getDayOfYear: onDay(dayOfYear),
};

const timeOfDay = (ms: number): number => ((ms % DAY_MS) + DAY_MS) % DAY_MS;

/** The same of an instant, in UTC. */
export const DATETIME_PARTS: { readonly [name: string]: Unary } = {
  ...Object.fromEntries(
    Object.entries(DATE_PARTS).map(([name, of]): [string, Unary] => [
      name,
      (a, at) => (typeof a === 'number' ? of(Math.floor(a / DAY_MS), at) : mismatch(at)),
    ]),
  ),
  getHours: onDay((ms) => Math.floor(timeOfDay(ms) / 3_600_000)),
  getMinutes: onDay((ms) => Math.floor(timeOfDay(ms) / 60_000) % 60),
  getSeconds: onDay((ms) => Math.floor(timeOfDay(ms) / 1000) % 60),
};
