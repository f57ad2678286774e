import {
  formatDate,
  formatDatetime,
  formatDuration,
  parseDate,
  parseDatetime,
  parseDuration,
} from '../condition/calendar.ts';
import { type Decimal, decimalPlaces, formatDecimal, parseDecimal } from '../decimal.ts';
import type { ScalarType } from '../definition/model.ts';
import type { Scalar } from '../values.ts';
import { minorUnits } from './currencies.ts';

export type ValueCode =
  | 'wrong-type'
  | 'unsafe-text'
  | 'unsafe-number'
  | 'too-long'
  | 'too-many-items'
  | 'too-many-digits'
  | 'unknown-currency'
  | 'wrong-currency'
  | 'bad-date'
  | 'bad-datetime'
  | 'bad-duration'
  | 'bad-email'
  | 'bad-person'
  | 'bad-reference'
  | 'not-in-set';

export type Validated<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: ValueCode; readonly message: string };

/** Digits of a decimal: those of IEEE 754 decimal128, which other systems can hold. */
const MAX_VALUE_DIGITS = 34;
const MAX_EMAIL = 254;
const MAX_REFERENCE = 255;

const accept = <T>(value: T): Validated<T> => ({ ok: true, value });
export const refuse = (code: ValueCode, message: string): Validated<never> => ({ ok: false, code, message });

/** What a scalar is held against. */
export type Rules = {
  readonly of: readonly string[];
  readonly currency: string | undefined;
  /** Characters of a text. */
  readonly max: number;
};

/** Validates one value of a scalar type and gives its canonical form. */
export function validateScalar(type: ScalarType, rules: Rules, raw: unknown): Validated<Scalar> {
  switch (type) {
    case 'text':
      return text(raw, rules.max);
    case 'integer':
      return integer(raw);
    case 'decimal':
      return decimal(raw, 'a decimal as a text, such as "12.5"', (s) => s);
    case 'percent':
      return decimal(raw, 'a percentage as a text, such as "5%" or "5"', (s) => s.replace(/ ?%$/, ''));
    case 'money':
      return money(raw, rules.currency);
    case 'boolean':
      return typeof raw === 'boolean' ? accept(raw) : refuse('wrong-type', 'Send true or false.');
    case 'date':
      return parsed(raw, 'bad-date', 'an existing day as "YYYY-MM-DD"', parseDate, formatDate);
    case 'datetime':
      return parsed(raw, 'bad-datetime', 'a time as "2026-01-31T09:00:00Z"', parseDatetime, formatDatetime);
    case 'duration':
      return parsed(raw, 'bad-duration', 'a duration as "P3D" or "PT12H"', parseDuration, formatDuration);
    case 'enum':
      if (typeof raw !== 'string') return refuse('wrong-type', `Send ${oneOf(rules.of)}.`);
      return rules.of.includes(raw) ? accept(raw) : refuse('not-in-set', `Send ${oneOf(rules.of)}.`);
    case 'email':
      return email(raw);
    case 'person':
      return typeof raw === 'string' && /^usr_[A-Za-z0-9-]{1,64}$/.test(raw)
        ? accept(raw)
        : refuse(
            typeof raw === 'string' ? 'bad-person' : 'wrong-type',
            'Send the id of a person, such as "usr_…".',
          );
    case 'reference':
      return reference(raw);
    default: {
      const never: never = type;
      return never;
    }
  }
}

const oneOf = (of: readonly string[]): string =>
  `one of ${of
    .slice(0, 20)
    .map((v) => JSON.stringify(v))
    .join(', ')}${of.length > 20 ? ', …' : ''}`;

/** PostgreSQL's jsonb takes neither; a batch of commands must not fail over one member's text (ENGINE 3). */
const isSafeText = (s: string): boolean => s.isWellFormed() && !s.includes('\0');

function text(raw: unknown, max: number): Validated<string> {
  if (typeof raw !== 'string') return refuse('wrong-type', 'Send a text.');
  if (!isSafeText(raw)) return refuse('unsafe-text', 'Take out NUL characters and lone surrogates.');
  // Code points are at most code units and at least half of them: only the range between needs counting.
  if (raw.length > max * 2 || (raw.length > max && [...raw].length > max)) {
    return refuse('too-long', `Send at most ${max} characters.`);
  }
  return accept(raw);
}

function integer(raw: unknown): Validated<number> {
  if (typeof raw !== 'number') return refuse('wrong-type', 'Send an integer, as a JSON number.');
  if (Number.isSafeInteger(raw)) return accept(raw + 0);
  return Number.isInteger(raw)
    ? refuse('unsafe-number', `Send an integer within ±${Number.MAX_SAFE_INTEGER}.`)
    : refuse('wrong-type', 'Send a whole number.');
}

/** A decimal from a text, or from a JSON number that is a safe integer: others have been through a float. */
function readDecimal(raw: unknown, expected: string, strip: (s: string) => string): Validated<Decimal> {
  if (typeof raw === 'number' && !Number.isSafeInteger(raw)) {
    return refuse(
      'unsafe-number',
      `Send ${expected}: JSON numbers with a fraction or beyond ±2^53 are rounded.`,
    );
  }
  if (typeof raw !== 'number' && typeof raw !== 'string') return refuse('wrong-type', `Send ${expected}.`);
  const value = parseDecimal(typeof raw === 'number' ? String(raw) : strip(raw));
  if (value === null) return refuse('wrong-type', `Send ${expected}.`);
  if (formatDecimal(value).replace(/\D/g, '').length > MAX_VALUE_DIGITS) {
    return refuse('too-many-digits', `Send at most ${MAX_VALUE_DIGITS} digits.`);
  }
  return accept(value);
}

function decimal(raw: unknown, expected: string, strip: (s: string) => string): Validated<string> {
  const read = readDecimal(raw, expected, strip);
  return read.ok ? accept(formatDecimal(read.value)) : read;
}

function money(raw: unknown, only: string | undefined): Validated<Scalar> {
  const example = `{ "amount": "12.50", "currency": "${only ?? 'EUR'}" }`;
  if (typeof raw !== 'object' || raw === null || !('amount' in raw) || !('currency' in raw)) {
    return refuse('wrong-type', `Send money as ${example}.`);
  }
  const { amount, currency, ...others } = raw;
  if (Object.keys(others).length > 0 || typeof currency !== 'string') {
    return refuse('wrong-type', `Send money as ${example}, with nothing else in it.`);
  }
  const decimals = minorUnits(currency);
  if (decimals === undefined) {
    return refuse('unknown-currency', 'Send an active currency of ISO 4217, in capitals, such as "EUR".');
  }
  if (only !== undefined && currency !== only) return refuse('wrong-currency', `Send the amount in ${only}.`);
  const read = readDecimal(amount, `the amount as a text, as in ${example}`, (s) => s);
  if (!read.ok) return read;
  if (decimalPlaces(read.value) > decimals) {
    return refuse('too-many-digits', `${currency} has ${decimals} decimals; round the amount to them.`);
  }
  return accept({ amount: inMinorUnits(formatDecimal(read.value), decimals), currency });
}

/** One spelling for each amount, and the one that people expect: all the decimals of its currency. */
function inMinorUnits(amount: string, decimals: number): string {
  const [whole = '0', fraction = ''] = amount.split('.');
  return decimals === 0 ? whole : `${whole}.${fraction.padEnd(decimals, '0')}`;
}

function parsed<T>(
  raw: unknown,
  code: ValueCode,
  expected: string,
  parse: (text: string) => T | null,
  format: (value: T) => string,
): Validated<string> {
  if (typeof raw !== 'string') return refuse('wrong-type', `Send ${expected}.`);
  const value = parse(raw);
  return value === null ? refuse(code, `Send ${expected}.`) : accept(format(value));
}

/** Stricter than RFC 5321, as HTML's e-mail input is: no quoted local parts, no address literals. Linear. */
const LOCAL = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\u00a1-\uffff-]{1,64}$/;
const LABEL = /^[A-Za-z0-9\u00a1-\uffff](?:[A-Za-z0-9\u00a1-\uffff-]{0,61}[A-Za-z0-9\u00a1-\uffff])?$/;

function email(raw: unknown): Validated<string> {
  const expected = 'Send an e-mail address, such as "name@example.org".';
  if (typeof raw !== 'string') return refuse('wrong-type', expected);
  if (!isSafeText(raw)) return refuse('unsafe-text', 'Take out NUL characters and lone surrogates.');
  const at = raw.lastIndexOf('@');
  const labels = raw.slice(at + 1).split('.');
  const shaped = raw.length <= MAX_EMAIL && at > 0 && LOCAL.test(raw.slice(0, at)) && !/\s/u.test(raw);
  if (!shaped || labels.length < 2 || !labels.every((l) => LABEL.test(l)))
    return refuse('bad-email', expected);
  return accept(raw);
}

/** An id in another system: opaque, printable, without space around it. */
function reference(raw: unknown): Validated<string> {
  const expected = `Send the other system's id as a text of 1 to ${MAX_REFERENCE} printable characters.`;
  if (typeof raw !== 'string') return refuse('wrong-type', expected);
  if (!isSafeText(raw)) return refuse('unsafe-text', 'Take out NUL characters and lone surrogates.');
  const shaped = raw.length > 0 && raw.length <= MAX_REFERENCE && !/\p{Cc}/u.test(raw) && raw.trim() === raw;
  return shaped ? accept(raw) : refuse('bad-reference', expected);
}
