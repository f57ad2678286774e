import type { Exchange } from '../model.ts';
import { optional, record } from '../shape/collections.ts';
import { mapped, report, type Shape } from '../shape/shape.ts';
import { currency, duration } from './quantities.ts';
import { expression, slug } from './words.ts';

/** `currency` alone is that of fields which name none; with `rates`, amounts in any currency are compared in it. */
export type WrittenMoney = { readonly currency: string | null; readonly exchange: Exchange | null };

const SUBMISSION = 'submission';

const asOf: Shape<Exchange['asOf']> = {
  read(source, path, reading) {
    if (source.is === 'text' && source.text === SUBMISSION) {
      reading.positions.set(path, source.at);
      return SUBMISSION;
    }
    const read = expression.read(source, path, reading);
    return read === undefined ? undefined : { expression: read };
  },
  schema: (definitions) => ({ anyOf: [{ const: SUBMISSION }, expression.schema(definitions)] }),
};

/** A working week, with holidays on both ends of it: what daily rates can be old without anybody having failed. */
const OLDEST = 'P7D';

const oldest: Shape<string> = mapped(duration, (age, at, path, reading) =>
  typeof age === 'string' && /^P\d+D$/.test(age)
    ? age
    : report(reading, 'bad-value', at, path, 'Rates are of a day: write days, such as `7 days`.'),
);

export const money: Shape<WrittenMoney> = mapped(
  record({
    currency: optional(
      currency,
      null,
      'Currency of money fields that name none; with `rates`, of comparisons',
    ),
    rates: optional(
      slug('a source of exchange rates', 'ecb'),
      null,
      'Whose exchange rates; then money fields that name no currency take any',
    ),
    asOf: optional(asOf, null, 'Of which day: `submission`, the default, or a date such as `=invoiceDate`'),
    oldest: optional(oldest, null, 'How old rates may be on that day; 7 days by default'),
  }),
  ({ currency: fixed, rates, asOf: day, oldest: age }, at, path, reading) => {
    if (rates === null && (day !== null || age !== null)) {
      const message =
        '`asOf` and `oldest` are about exchange rates. Add e.g. `rates: ecb`, or take them out.';
      return report(reading, 'missing-key', at, path, message);
    }
    if (rates === null) return { currency: fixed, exchange: null };
    if (fixed === null) {
      const message =
        '`currency` is missing: with rates, amounts are compared in it. Add e.g. `currency: EUR`.';
      return report(reading, 'missing-key', at, path, message);
    }
    const exchange = { currency: fixed, rates, asOf: day ?? SUBMISSION, oldest: age ?? OLDEST } as const;
    return { currency: null, exchange };
  },
);
