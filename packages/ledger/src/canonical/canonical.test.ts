import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../bytes.ts';
import { LedgerError } from '../errors.ts';
import { canonicalBytes, canonicalText } from './encode.ts';
import { parseCanonical } from './parse.ts';

const parse = (text: string) => parseCanonical(utf8(text));
const refusal = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof LedgerError) return error.code;
    throw error;
  }
  return 'accepted';
};

/** JSON values that the ledger keeps. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    fc.maxSafeInteger().map((n) => n + 0),
    fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.string({ unit: 'binary', maxLength: 4 }).map((text) => text.replaceAll('\0', '')),
      tie('value'),
      { maxKeys: 5, noNullPrototype: true },
    ),
  ),
}));

describe('canonical JSON', () => {
  it('sorts members by UTF-16 code units, not by code points or bytes (RFC 8785 §3.2.3)', () => {
    expect(
      canonicalText({ '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, ö: 7 }),
    ).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"\u{1f600}":5,"\ufb33":3}');
  });

  it('writes what the reference implementation of RFC 8785 writes', () => {
    fc.assert(fc.property(value, (sample) => canonicalText(sample) === canonicalize(sample)));
  });

  it('parses what it encodes, to the same value and the same bytes', () => {
    fc.assert(
      fc.property(value, (sample) => {
        const bytes = canonicalBytes(sample);
        expect(canonicalBytes(parseCanonical(bytes))).toEqual(bytes);
        expect(parseCanonical(bytes)).toEqual(sample);
      }),
    );
  });

  it('accepts JSON text exactly if serializing its value again gives the same text', () => {
    const spellings = fc.tuple(
      value,
      fc.constantFrom(undefined, 1, '\t'),
      fc.nat(),
      fc.string({ maxLength: 1 }),
    );
    fc.assert(
      fc.property(spellings, ([sample, indent, at, insert]) => {
        const text = JSON.stringify(sample, null, indent);
        const cut = at % (text.length + 1);
        const changed = text.slice(0, cut) + insert + text.slice(cut);
        // As bytes it would be another text.
        fc.pre(changed.isWellFormed());
        let canonical = false;
        try {
          canonical = canonicalText(JSON.parse(changed)) === changed;
        } catch {
          canonical = false;
        }
        expect(refusal(() => parse(changed)) === 'accepted').toBe(canonical);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['white space', '{"a": 1}', 'not_canonical'],
    ['a final newline', '1\n', 'not_canonical'],
    ['members out of order', '{"b":1,"a":2}', 'not_canonical'],
    ['a name before its own prefix', '{"ab":1,"a":2}', 'not_canonical'],
    ['a duplicate member', '{"a":1,"a":2}', 'duplicate_key'],
    ['a duplicate member, spelt otherwise', '{"\\n":1,"\\u000a":2}', 'not_canonical'],
    ['a duplicate member beyond ASCII', '{"é":1,"é":2}', 'duplicate_key'],
    ['an escape that is not needed', '"\\u0041"', 'not_canonical'],
    ['an upper-case escape', '"\\u001F"', 'not_canonical'],
    ['an escaped solidus', '"\\/"', 'not_canonical'],
    ['a raw control character', '"\u001f"', 'not_canonical'],
    ['NUL', '"\\u0000"', 'nul'],
    ['an escaped lone surrogate', '"\\ud800"', 'lone_surrogate'],
    ['a fraction', '1.5', 'unsafe_number'],
    ['a whole number as a fraction', '1.0', 'unsafe_number'],
    ['an exponent', '1e3', 'unsafe_number'],
    ['2^53, which readers take for 2^53+1 too', '9007199254740992', 'unsafe_number'],
    ['2^53+1, which JSON.parse would round', '9007199254740993', 'unsafe_number'],
    ['an integer of 400 digits', '9'.repeat(400), 'unsafe_number'],
    ['minus zero', '-0', 'not_canonical'],
    ['a leading zero', '01', 'not_canonical'],
    ['a byte order mark', '\ufeff1', 'not_canonical'],
    ['an open string', '"a', 'not_canonical'],
    ['an open object', '{"a":1', 'not_canonical'],
    ['nothing', '', 'not_canonical'],
    ['two values', '1 2', 'not_canonical'],
  ])('refuses %s', (_what, text, code) => {
    expect(refusal(() => parse(text))).toBe(code);
  });

  it('accepts the ends of the safe range', () => {
    expect(parse('[-9007199254740991,0,9007199254740991]')).toEqual([-9007199254740991, 0, 9007199254740991]);
  });

  it('refuses exactly the bytes that are not UTF-8 (RFC 3629)', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const lead = fc.constantFrom(0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5);
    const tail = fc.constantFrom(0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0);
    fc.assert(
      fc.property(lead, fc.array(tail, { maxLength: 4 }), (first, rest) => {
        const text = Uint8Array.from([first, ...rest]);
        const bytes = Uint8Array.from([0x22, ...text, 0x22]);
        let valid = true;
        try {
          strict.decode(text);
        } catch {
          valid = false;
        }
        expect(refusal(() => parseCanonical(bytes)) === 'accepted').toBe(valid);
      }),
      { numRuns: 2000 },
    );
  });

  it('bounds depth and size in both directions, without a stack overflow', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    expect(refusal(() => parse(deep))).toBe('too_deep');
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(refusal(() => canonicalText(cycle))).toBe('too_deep');
    const limits = { maxBytes: 4, maxDepth: 1 };
    expect(parseCanonical(utf8('[12]'), limits)).toEqual([12]);
    expect(refusal(() => parseCanonical(utf8('[123]'), limits))).toBe('too_large');
    expect(refusal(() => canonicalBytes([123], limits))).toBe('too_large');
    expect(refusal(() => parseCanonical(utf8('[[]]'), limits))).toBe('too_deep');
  });

  it.each([
    ['a fraction', 1.5, 'unsafe_number'],
    ['infinity', Infinity, 'unsafe_number'],
    ['minus zero', -0, 'unsafe_number'],
    ['an unsafe integer', 2 ** 53, 'unsafe_number'],
    ['a NUL', { a: 'x\0' }, 'nul'],
    ['a NUL in a name', { 'a\0': 1 }, 'nul'],
    ['a lone surrogate', ['\ud800'], 'lone_surrogate'],
    ['an absent member', { a: undefined }, 'not_json'],
    ['a hole in a list', [undefined], 'not_json'],
    ['a bigint', 1n, 'not_json'],
    ['a date', new Date(0), 'not_json'],
    ['a map', new Map(), 'not_json'],
    ['bytes', new Uint8Array(1), 'not_json'],
    ['an object with its own serialization', { toJSON: () => 1 }, 'not_json'],
  ])('encodes no %s', (_what, sample, code) => {
    expect(refusal(() => canonicalText(sample))).toBe(code);
  });
});
