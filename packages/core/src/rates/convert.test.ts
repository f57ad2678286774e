import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compare,
  type Decimal,
  divide,
  formatDecimal,
  multiply,
  parseDecimal,
  subtract,
} from '../decimal.ts';
import { CONVERTED_PLACES, convert, type RevisionRates } from './convert.ts';
import { rateTable, rateTableFaults } from './table.ts';

const decimal = (text: string): Decimal => {
  const value = parseDecimal(text);
  if (value === null) throw new Error(text);
  return value;
};
const rates = (of: { [currency: string]: string }): RevisionRates => ({
  source: 'ecb',
  currency: 'EUR',
  asOf: '2026-01-05',
  table: { date: '2026-01-05', base: 'EUR', rates: of, digest: '00' },
});
const made = (
  amount: string,
  from: string,
  to: string,
  of: { [currency: string]: string },
): string | null => {
  const found = convert(rates(of), { amount: decimal(amount), currency: from }, to);
  return found && `${formatDecimal(found.amount)} ${found.currency}`;
};

describe('division', () => {
  it.each([
    ['1', '3', 2, '0.33'],
    ['2', '3', 2, '0.67'],
    ['1', '8', 2, '0.13'],
    ['-1', '8', 2, '-0.13'],
    ['1', '-8', 2, '-0.13'],
    ['10834', '1.0834', 12, '10000'],
    ['0', '7', 3, '0'],
  ])('%s / %s, to %i places, half away from zero: %s', (a, b, places, quotient) =>
    expect(formatDecimal(divide(decimal(a), decimal(b), places))).toBe(quotient),
  );

  it('is off by half of the last place at most, and never where it ends', () => {
    const some = fc.tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.nat(8));
    const half = { digits: 5n, scale: 13 };
    fc.assert(
      fc.property(some, some, ([a, x], [b, y]) => {
        fc.pre(b !== 0n);
        const [dividend, divisor] = [
          { digits: a, scale: x },
          { digits: b, scale: y },
        ];
        const off = subtract(dividend, multiply(divide(dividend, divisor, 12), divisor));
        const size = off.digits < 0n ? { ...off, digits: -off.digits } : off;
        const most = multiply(half, { digits: b < 0n ? -b : b, scale: y });
        expect(compare(size, most)).not.toBe(1);
        const exact = multiply(dividend, divisor);
        expect(compare(divide(exact, divisor, x), dividend)).toBe(0);
      }),
    );
  });
});

describe('conversion (SEMANTICS 16)', () => {
  it.each([
    ['1000', 'EUR', 'USD', '1083.4 USD'],
    ['1083.40', 'USD', 'EUR', '1000 EUR'],
    ['1', 'USD', 'EUR', '0.923020121839 EUR'],
    ['100', 'USD', 'GBP', '79.490492892745 GBP'],
    ['5', 'GBP', 'GBP', '5 GBP'],
  ])('%s %s in %s is %s', (amount, from, to, result) =>
    expect(made(amount, from, to, { USD: '1.0834', GBP: '0.8612' })).toBe(result),
  );

  it('without a rate there is none', () => {
    expect(made('1', 'CHF', 'EUR', { USD: '1.0834' })).toBeNull();
    expect(made('1', 'USD', 'CHF', { USD: '1.0834' })).toBeNull();
    expect(
      convert({ ...rates({}), table: null }, { amount: decimal('1'), currency: 'EUR' }, 'USD'),
    ).toBeNull();
  });

  it('a greater amount is never less in another currency, and a price of a thousandth does not vanish', () => {
    const cents = fc.bigInt({ min: 0n, max: 10n ** 15n });
    const rate = fc.bigInt({ min: 1n, max: 10n ** 9n });
    fc.assert(
      fc.property(cents, cents, rate, (a, b, r) => {
        const of = rates({ USD: formatDecimal({ digits: r, scale: 4 }) });
        const inEur = (digits: bigint): Decimal => {
          const found = convert(of, { amount: { digits, scale: 2 }, currency: 'USD' }, 'EUR');
          if (found === null) throw new Error('a rate is there');
          return found.amount;
        };
        if (a <= b) expect(compare(inEur(a), inEur(b))).not.toBe(1);
        else expect(compare(inEur(a), inEur(b))).not.toBe(-1);
      }),
    );
    expect(made('0.001', 'USD', 'EUR', { USD: '1.0834' })).toBe('0.000923020122 EUR');
    expect(CONVERTED_PLACES).toBe(12);
  });
});

describe('a table', () => {
  const written = { source: 'ecb', date: '2026-01-05', base: 'EUR', rates: { USD: '1.0834' } };
  const faults = (change: object): readonly string[] =>
    rateTableFaults(rateTable({ ...written, ...change })).map(({ field }) => field);

  it('has one digest, however its rates are written', () => {
    expect(rateTable({ ...written, rates: { USD: '1.08340' } })).toEqual(rateTable(written));
    expect(rateTable({ ...written, rates: { USD: '1.0835' } }).digest).not.toBe(rateTable(written).digest);
    expect(faults({})).toEqual([]);
  });

  it.each([
    [{ source: 'ECB' }, 'source'],
    [{ date: '2026-02-30' }, 'date'],
    [{ base: 'euro' }, 'base'],
    [{ rates: {} }, 'rates'],
    [{ rates: { EUR: '1' } }, 'rates.EUR'],
    [{ rates: { usd: '1' } }, 'rates.usd'],
    [{ rates: { USD: '0' } }, 'rates.USD'],
    [{ rates: { USD: '-1' } }, 'rates.USD'],
    [{ rates: { USD: '1e3' } }, 'rates.USD'],
  ])('with %j is refused', (change, field) => expect(faults(change)).toEqual([field]));

  it('that does not have its digest is refused', () => {
    const table = { ...rateTable(written), rates: { USD: '9' } };
    expect(rateTableFaults(table).map(({ field }) => field)).toEqual(['digest']);
  });
});
