import canonicalize from 'canonicalize';
import { utf8 } from '../bytes.ts';
import { LedgerError } from '../errors.ts';
import { LEAF_LIMITS, type Limits } from './limits.ts';

/**
 * RFC 8785 text of a value. Refuses what cannot come back the same from JSON or from PostgreSQL: floats, integers
 * beyond ±2^53−1, −0, NUL, lone surrogates, `undefined`, and objects with behaviour (dates, maps, classes), which
 * serializers drop or convert in silence. Throws a LedgerError of the canonical family.
 */
export function canonicalText(value: unknown, limits: Limits = LEAF_LIMITS): string {
  check(value, '$', limits.maxDepth);
  const text = canonicalize(value);
  if (text === undefined) throw new LedgerError('not_json', 'the value has no JSON form');
  return text;
}

/** The UTF-8 bytes of `canonicalText`. */
export function canonicalBytes(value: unknown, limits: Limits = LEAF_LIMITS): Uint8Array {
  const bytes = utf8(canonicalText(value, limits));
  if (bytes.length > limits.maxBytes) {
    throw new LedgerError('too_large', `${bytes.length} bytes where ${limits.maxBytes} are allowed`);
  }
  return bytes;
}

function check(value: unknown, path: string, depth: number): void {
  switch (typeof value) {
    case 'boolean':
      return;
    case 'string':
      return checkText(value, path);
    case 'number':
      // RFC 8785 §3.2.2.3 allows doubles; decimals and money are strings here, so that no reader can round them.
      if (Number.isSafeInteger(value) && !Object.is(value, -0)) return;
      throw new LedgerError('unsafe_number', `${path} is ${value}: only integers within ±(2^53−1) are kept`);
    case 'object':
      return value === null ? undefined : checkContainer(value, path, depth);
    default:
      throw new LedgerError('not_json', `${path} is a ${typeof value}, which JSON cannot hold`);
  }
}

function checkText(text: string, path: string): void {
  // Both abort a whole batch when PostgreSQL reads them as jsonb (ENGINE 3).
  if (text.includes('\0')) throw new LedgerError('nul', `${path} holds a NUL character`);
  if (!text.isWellFormed()) throw new LedgerError('lone_surrogate', `${path} holds half a character`);
}

function checkContainer(value: object, path: string, depth: number): void {
  // Bounds the recursion too, so that a cycle ends here.
  if (depth === 0) throw new LedgerError('too_deep', `${path} is nested too deep`);
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) check(value[i], `${path}[]`, depth - 1);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new LedgerError('not_json', `${path} is not a plain object`);
  }
  for (const [key, member] of Object.entries(value)) {
    checkText(key, `${path} (a key)`);
    check(member, key, depth - 1);
  }
}
