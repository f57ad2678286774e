import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from '../condition/data.ts';
import { typeOfField } from '../condition/types.ts';
import type { Field, ScalarType } from '../definition/model.ts';
import { minorUnits, validateValue } from './index.ts';

const field = (type: Field['type'], more: Partial<Field> = {}): Field => ({
  name: 'x',
  type,
  required: true,
  personal: false,
  ...more,
});
const valid = (f: Field, raw: unknown): unknown => {
  const result = validateValue(f, raw);
  return result.ok ? result.value : `${result.code}`;
};

describe('values are normalised before they are digested', () => {
  it.each([
    ['percent', '5%', '5'],
    ['percent', '5.0 %', '5'],
    ['percent', 5, '5'],
    ['decimal', '0012.500', '12.5'],
    ['decimal', '-0.0', '0'],
    ['integer', -0, 0],
    ['date', '2024-02-29', '2024-02-29'],
    ['datetime', '2026-01-31T10:00:00+01:00', '2026-01-31T09:00:00.000Z'],
    ['datetime', '2026-01-01t00:30:00.5z', '2026-01-01T00:30:00.500Z'],
    ['datetime', '2026-01-01T00:30:00+01:00', '2025-12-31T23:30:00.000Z'],
    ['duration', 'P1W', 'P7D'],
    ['duration', 'PT90M', 'PT1H30M'],
    ['duration', 'PT24H', 'PT24H'],
    ['duration', 'P0D', 'PT0S'],
    ['boolean', false, false],
    ['text', 'Grüße\n🙂', 'Grüße\n🙂'],
    ['email', 'a.b+c@example.co.uk', 'a.b+c@example.co.uk'],
    ['person', 'usr_0198c0de-0000-7000-8000-000000000001', 'usr_0198c0de-0000-7000-8000-000000000001'],
    ['reference', 'SO-12/7', 'SO-12/7'],
  ] as const)('%s %j is %j', (type, raw, value) => expect(valid(field(type), raw)).toBe(value));

  it('money keeps its currency and is written with all its decimals', () => {
    expect(valid(field('money'), { amount: '0012.500', currency: 'EUR' })).toEqual({
      amount: '12.50',
      currency: 'EUR',
    });
    expect(valid(field('money'), { amount: 7, currency: 'JPY' })).toEqual({ amount: '7', currency: 'JPY' });
    expect(valid(field('money'), { amount: '1.234', currency: 'KWD' })).toEqual({
      amount: '1.234',
      currency: 'KWD',
    });
  });

  it('lists item by item', () => {
    expect(valid(field('list', { items: 'percent' }), ['5%', '7.50'])).toEqual(['5', '7.5']);
  });
});

describe('what is refused, and by which code', () => {
  it.each([
    ['text', 5, 'wrong-type'],
    ['text', null, 'wrong-type'],
    ['text', 'a\0b', 'unsafe-text'],
    ['text', '\ud800', 'unsafe-text'],
    ['text', 'x'.repeat(10_001), 'too-long'],
    ['integer', 2 ** 53, 'unsafe-number'],
    ['integer', 1.5, 'wrong-type'],
    ['integer', '5', 'wrong-type'],
    ['integer', Number.NaN, 'wrong-type'],
    ['decimal', 0.1, 'unsafe-number'],
    ['decimal', '1e5', 'wrong-type'],
    ['decimal', '9'.repeat(35), 'too-many-digits'],
    ['percent', '5%%', 'wrong-type'],
    ['percent', '%', 'wrong-type'],
    ['boolean', 'true', 'wrong-type'],
    ['date', '2026-02-30', 'bad-date'],
    ['date', '2025-02-29', 'bad-date'],
    ['date', '2026-1-1', 'bad-date'],
    ['date', '0000-01-01', 'bad-date'],
    ['date', 20260101, 'wrong-type'],
    ['datetime', '2026-01-01T24:00:00Z', 'bad-datetime'],
    ['datetime', '2026-01-01T10:00:00', 'bad-datetime'],
    ['datetime', '2026-06-30T23:59:60Z', 'bad-datetime'],
    ['datetime', '2026-01-01T10:00:00.0001Z', 'bad-datetime'],
    ['datetime', '0001-01-01T00:00:00+01:00', 'bad-datetime'],
    ['duration', 'P', 'bad-duration'],
    ['duration', 'PT', 'bad-duration'],
    ['duration', 'P1M', 'bad-duration'],
    ['duration', 'P1Y', 'bad-duration'],
    ['duration', '-P1D', 'bad-duration'],
    ['email', 'nobody', 'bad-email'],
    ['email', 'a@b', 'bad-email'],
    ['email', 'a b@example.org', 'bad-email'],
    ['email', 'a@ex ample.org', 'bad-email'],
    ['email', 'a@-example.org', 'bad-email'],
    ['email', `${'a'.repeat(65)}@example.org`, 'bad-email'],
    ['person', 'anna', 'bad-person'],
    ['person', 'usr_', 'bad-person'],
    ['reference', '', 'bad-reference'],
    ['reference', ' SO-1', 'bad-reference'],
    ['reference', 'a\u0007', 'bad-reference'],
  ] as const)('%s %j: %s', (type, raw, code) => expect(valid(field(type), raw)).toBe(code));

  it.each([
    [{ amount: '1', currency: 'USD' }, 'wrong-currency'],
    [{ amount: '1', currency: 'eur' }, 'unknown-currency'],
    [{ amount: '1', currency: 'XXX' }, 'unknown-currency'],
    [{ amount: '1.001', currency: 'EUR' }, 'too-many-digits'],
    [{ amount: 1.5, currency: 'EUR' }, 'unsafe-number'],
    [{ amount: '1,50', currency: 'EUR' }, 'wrong-type'],
    [{ amount: '1', currency: 'EUR', tax: '0' }, 'wrong-type'],
    ['1 EUR', 'wrong-type'],
  ])('money in EUR: %j: %s', (raw, code) => {
    expect(valid(field('money', { currency: 'EUR' }), raw)).toBe(code);
  });

  it('an enum outside its set', () => {
    expect(valid(field('enum', { of: ['a', 'b'] }), 'c')).toBe('not-in-set');
  });

  it('a text is measured in characters, not in code units', () => {
    expect(valid(field('text', { max: 3 }), '🙂🙂🙂')).toBe('🙂🙂🙂');
    expect(valid(field('text', { max: 3 }), '🙂🙂🙂🙂')).toBe('too-long');
  });

  it('a list that is too long, or holds a bad item', () => {
    expect(valid(field('list', { items: 'text', max: 2 }), ['a', 'b', 'c'])).toBe('too-many-items');
    expect(valid(field('list', { items: 'text' }), Array(1001).fill('a'))).toBe('too-many-items');
    expect(validateValue(field('list', { items: 'integer' }), [1, 'two'])).toMatchObject({
      code: 'wrong-type',
      message: 'Item 2: Send an integer, as a JSON number.',
    });
  });

  it('a hostile address takes no time', () => {
    const started = performance.now();
    valid(field('email'), `${'a.'.repeat(500_000)}@`);
    valid(field('email'), `a@${'a-'.repeat(500_000)}`);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

const types: readonly ScalarType[] = [
  ...(['text', 'integer', 'decimal', 'money', 'percent', 'boolean', 'date', 'datetime'] as const),
  ...(['duration', 'enum', 'email', 'person', 'reference'] as const),
];

describe('for any value at all', () => {
  const raws = fc.oneof(
    fc.anything(),
    fc.string({ unit: 'binary' }),
    fc.record({ amount: fc.anything(), currency: fc.constantFrom('EUR', 'JPY', 'KWD') }),
    fc.integer().map((n) => `${n}.50`),
    fc.date({ noInvalidDate: true }).map((d) => d.toISOString()),
    fc.constantFrom('usr_a', 'P3D', 'a', 'a@b.cc', 1, true),
  );
  const fields = fc
    .record({ type: fc.constantFrom(...types), list: fc.boolean() })
    .map(({ type, list }) =>
      list ? field('list', { items: type, of: ['a', 'b'] }) : field(type, { of: ['a', 'b'] }),
    );

  it('validation answers, its result is stable under validation, and conditions can read it', () => {
    fc.assert(
      fc.property(fields, raws, fc.array(raws, { maxLength: 4 }), (f, raw, items) => {
        const result = validateValue(f, f.type === 'list' ? items : raw);
        if (!result.ok) return;
        expect(validateValue(f, result.value)).toEqual(result);
        expect(decode(typeOfField(f), result.value, 'fields.f')).not.toBeNull();
        expect(JSON.parse(JSON.stringify(result.value))).toEqual(result.value);
      }),
      { numRuns: 2000 },
    );
  });
});

it('minor units are those of ISO 4217', () => {
  expect(['EUR', 'JPY', 'KWD', 'CLF', 'HUF', 'ISK'].map(minorUnits)).toEqual([2, 0, 3, 4, 2, 0]);
  expect(['EU', 'eur', '', 'toString', 'XAU'].map(minorUnits)).toEqual(Array(5).fill(undefined));
});
