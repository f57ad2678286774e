import { compareDecimals } from '../../decimal.ts';
import { normalDecimal, readAmount } from '../amounts.ts';
import { readDuration } from '../duration.ts';
import type { Duration, Limit, Tolerance } from '../model.ts';
import { literal } from '../shape/scalars.ts';
import { report, type Shape } from '../shape/shape.ts';

const DURATION_SCHEMA = {
  type: 'string',
  pattern:
    '^(\\d+ *(second|minute|min|hour|day|week|workday)s?|P(\\d+W)?(\\d+D)?(T(\\d+H)?(\\d+M)?(\\d+S)?)?)$',
  examples: ['36 hours', '10 days', '5 workdays', 'PT36H', 'P10D'],
};

export const duration: Shape<Duration> = literal(
  'a duration, such as `36 hours`, `10 days` or `5 workdays` (hours elapse, days follow the calendar; they do not mix)',
  DURATION_SCHEMA,
  (text, source) => (source.is === 'text' ? readDuration(text) : undefined),
);

/** A threshold with its unit: `10000 EUR`, `5%`, `12 hours`, `0.25`, `3`. */
export const limit: Shape<Limit> = literal(
  'a value with its unit, such as `10000 EUR`, `5%`, `12 hours`, `0.25` or `3`',
  { type: ['string', 'number'], examples: ['10000 EUR', '5%', '12 hours', 0.25, 3] },
  (text, source, path, reading): Limit | undefined => {
    if (/^-?\d+$/.test(text)) {
      const value = Number(text);
      if (Number.isSafeInteger(value)) return { type: 'integer', value: value === 0 ? 0 : value };
      const message = `${text.slice(0, 40)} is too large for a whole number. Write it with a decimal point or a currency.`;
      return report(reading, 'bad-value', source.at, path, message);
    }
    const decimal = normalDecimal(text);
    if (decimal !== undefined) return { type: 'decimal', value: decimal };
    const percent = /^(-?[\d.]+)\s*%$/.exec(text);
    if (percent) {
      const value = normalDecimal(percent[1] ?? '');
      return value === undefined ? undefined : { type: 'percent', value };
    }
    const money = /^([\d.,]+)\s*([A-Z]{3})$/.exec(text);
    if (money) {
      const currency = money[2] ?? '';
      const amount = readAmount(money[1] ?? '', currency);
      if (amount !== undefined) return { type: 'money', amount, currency };
      const message = `\`${text}\` is not clear: write thousands without a separator or with commas, such as \`50000 ${currency}\` or \`50,000 ${currency}\`.`;
      return report(reading, 'bad-value', source.at, path, message);
    }
    const value = readDuration(text);
    if (value === undefined) return undefined;
    if (typeof value === 'string') return { type: 'duration', value };
    const message =
      'Workdays have no length that a condition could compare. Write them where they are waited for.';
    return report(reading, 'bad-value', source.at, path, message);
  },
);

/** `2%` of what was decided on, or `10 EUR`, `0.5`, `3` more or less; more than nothing. */
export const tolerance: Shape<Tolerance> = literal(
  'a share such as `2%`, or an amount such as `10 EUR` or `0.5`',
  { type: ['string', 'number'], examples: ['2%', '10 EUR', 0.5] },
  (text): Tolerance | undefined => {
    const [, number = '', unit = ''] = /^([\d.,]+)\s*(%|[A-Z]{3})?$/.exec(text) ?? [];
    const amount = unit.length === 3 ? readAmount(number, unit) : normalDecimal(number);
    if (amount === undefined || compareDecimals(amount, '0') <= 0) return undefined;
    if (unit === '%') return compareDecimals(amount, '100') <= 0 ? { share: amount } : undefined;
    return unit === '' ? { amount } : { amount, currency: unit };
  },
);

export const currency: Shape<string> = literal(
  'a currency of ISO 4217, such as `EUR`',
  { type: 'string', pattern: '^[A-Z]{3}$' },
  (text) => (/^[A-Z]{3}$/.test(text) ? text : undefined),
);
