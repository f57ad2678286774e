import { parseDate } from '../condition/calendar.ts';
import { compare, decimalOf, formatDecimal, parseDecimal } from '../decimal.ts';
import { SLUG } from '../definition/language/words.ts';
import { digestJson } from '../facts/digest.ts';
import type { RateTable } from '../facts/model.ts';

export type RateFault = { readonly field: string; readonly message: string };

/** Currencies of one table; there are some 180. */
const MOST_RATES = 400;
/** Digits of a rate, far more than any source gives. */
const MOST_DIGITS = 30;
const CURRENCY = /^[A-Z]{3}$/;

/** A table as it is kept: each rate written in one way, and named by its digest. A rate that is no decimal stays as it is. */
export function rateTable(written: Omit<RateTable, 'digest'>): RateTable {
  const { source, date, base } = written;
  const rates = Object.fromEntries(
    Object.entries(written.rates).map(([currency, rate]): [string, string] => [currency, normal(rate)]),
  );
  const table = { source, date, base, rates };
  return { ...table, digest: digestJson(table) };
}

function normal(rate: string): string {
  const value = parseDecimal(rate);
  return value === null ? rate : formatDecimal(value);
}

/** What is wrong with a table; nothing, if it may be published. */
export function rateTableFaults(table: RateTable): readonly RateFault[] {
  const faults: RateFault[] = [];
  const fault = (field: string, message: string): void => {
    faults.push({ field, message });
  };
  const { source, date, base, rates } = table;
  if (!SLUG.test(source)) fault('source', 'A source is named by small letters, digits and hyphens.');
  if (parseDate(date) === null) fault('date', 'Send an existing day as "YYYY-MM-DD".');
  if (!CURRENCY.test(base)) fault('base', 'Send a currency of ISO 4217, such as "EUR".');
  const entries = Object.entries(rates);
  if (entries.length === 0 || entries.length > MOST_RATES)
    fault('rates', `A table has 1 to ${MOST_RATES} rates.`);
  for (const [currency, rate] of entries.slice(0, MOST_RATES)) {
    const field = `rates.${currency}`;
    if (!CURRENCY.test(currency)) fault(field, 'Send a currency of ISO 4217, such as "USD".');
    else if (currency === base) fault(field, `One ${base} is one ${base}: leave the base out.`);
    if (!isRate(rate)) fault(field, 'Send a decimal above zero as a text, such as "1.0834".');
  }
  if (rateTable(table).digest !== table.digest) fault('digest', 'This table does not have its digest.');
  return faults;
}

function isRate(rate: string): boolean {
  const value = rate.length <= MOST_DIGITS ? parseDecimal(rate) : null;
  return value !== null && compare(value, decimalOf(0)) > 0;
}
