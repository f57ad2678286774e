import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  compare,
  compareDecimals,
  type Decimal,
  decimalPlaces,
  formatDecimal,
  multiply,
  parseDecimal,
  percentOf,
  shareOf,
  subtract,
} from './decimal.ts';

const read = (text: string): Decimal => {
  const value = parseDecimal(text);
  if (value === null) throw new Error(text);
  return value;
};
const decimals = fc
  .record({
    digits: fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }),
    scale: fc.integer({ min: 0, max: 30 }),
  })
  .map((d): Decimal => d);
/** The model: the same number as an integer count of 10^−60. */
const model = (d: Decimal): bigint => d.digits * 10n ** BigInt(60 - d.scale);

describe('a decimal', () => {
  it('is exact where floats are not', () => {
    expect(formatDecimal(add(read('0.1'), read('0.2')))).toBe('0.3');
    expect(formatDecimal(multiply(read('12345678901234567890.5'), read('3')))).toBe('37037036703703703671.5');
  });

  it('has one text for equal numbers', () => {
    expect(['5', '5.0', '5.00', '005'].map((t) => formatDecimal(read(t)))).toEqual(['5', '5', '5', '5']);
    expect(['-0', '-0.0', '0.10', '-0.10', '100'].map((t) => formatDecimal(read(t)))).toEqual([
      '0',
      '0',
      '0.1',
      '-0.1',
      '100',
    ]);
  });

  it.each([
    '',
    '.5',
    '5.',
    '+5',
    '1e3',
    '1_000',
    '1,5',
    ' 5',
    '٥',
    'NaN',
    '0x10',
    '--1',
    '1\n',
    '9'.repeat(201),
  ])('is not %j', (text) => expect(parseDecimal(text)).toBeNull());

  it.each(['', '-', '.', '-.5', '5.', '-5.', '1.2.3', '1-', '0'])(
    'reads %j as it would among many digits',
    (text) => {
      const long = text.replace('-', '-00000000000000000000').replace(/^(?!-)/, '00000000000000000000');
      const well = /^-?\d+(\.\d+)?$/.test(text);
      expect(parseDecimal(text) !== null).toBe(well);
      if (well) expect(parseDecimal(long)).toEqual(parseDecimal(text));
    },
  );

  it('survives being written and read', () => {
    fc.assert(fc.property(decimals, (d) => compare(read(formatDecimal(d)), d) === 0));
  });

  it('agrees with integers scaled by hand', () => {
    fc.assert(
      fc.property(decimals, decimals, (a, b) => {
        expect(model(add(a, b))).toBe(model(a) + model(b));
        expect(model(subtract(a, b))).toBe(model(a) - model(b));
        expect(multiply(a, b).digits * 10n ** BigInt(120 - a.scale - b.scale)).toBe(model(a) * model(b));
        expect(compare(a, b)).toBe(model(a) < model(b) ? -1 : model(a) > model(b) ? 1 : 0);
      }),
    );
  });

  it('counts significant decimals', () => {
    expect(['12', '12.00', '12.50', '0.001'].map((t) => decimalPlaces(read(t)))).toEqual([0, 0, 1, 3]);
  });

  it('takes percents exactly', () => {
    expect(formatDecimal(percentOf(read('7.5'), read('199.99')))).toBe('14.99925');
  });
});

describe('a share of people', () => {
  it.each([
    ['50', 5, 3],
    ['50', 4, 2],
    ['66.7', 3, 3],
    ['66.6', 3, 2],
    ['100', 7, 7],
    ['0.1', 1, 1],
    ['0', 9, 0],
  ])('%s %% of %i is %i, rounded up', (percent, people, share) => {
    expect(shareOf(percent, people)).toBe(share);
  });
});

it('decimal strings compare by value', () => {
  expect(compareDecimals('10.0', '9.99')).toBe(1);
  expect(compareDecimals('10.0', '10')).toBe(0);
  expect(() => compareDecimals('ten', '1')).toThrow(RangeError);
});
