import { type Decimal, decimalOf, divide, formatDecimal, multiply, parseDecimal } from '../decimal.ts';
import type { RateTable } from '../facts/model.ts';
import type { Json } from '../values.ts';

/** The rates that a revision is decided by: read when it was submitted, and never again (SEMANTICS 16). */
export type RevisionRates = {
  readonly source: string;
  /** The currency of the definition, in which amounts are compared. */
  readonly currency: string;
  /** The day whose rates were asked for; null: the definition's expression had no value. */
  readonly asOf: string | null;
  /** Of the table, what this revision can need. Null: the source had none for that day, or too old a one. */
  readonly table: Omit<RateTable, 'source'> | null;
  /** Where `asOf` is null: what it wants. */
  readonly missing?: readonly string[];
};

export type Amount = { readonly amount: Decimal; readonly currency: string };

/**
 * Decimals of a converted amount. Those of the currency would make a price of a thousandth nothing, and let an amount
 * just above a limit through; a quotient that has more is rounded half away from zero.
 */
export const CONVERTED_PLACES = 12;

/** The same amount in another currency, by way of the table's base, in one division; null where a rate is missing. */
export function convert(rates: RevisionRates, { amount, currency }: Amount, to: string): Amount | null {
  const [from, into] = [worth(rates, currency), worth(rates, to)];
  if (from === null || into === null) return null;
  return { amount: divide(multiply(amount, into), from, CONVERTED_PLACES), currency: to };
}

/** How much of a currency one of the base is worth. */
function worth({ table }: RevisionRates, currency: string): Decimal | null {
  if (table === null) return null;
  if (currency === table.base) return decimalOf(1);
  const rate = Object.hasOwn(table.rates, currency) ? table.rates[currency] : undefined;
  return rate === undefined ? null : parseDecimal(rate);
}

/** What is missing where two currencies meet without a rate: the pair, or what the day of the rates depends on. */
export function missingRate(rates: RevisionRates | undefined, a: string, b: string): readonly string[] {
  return rates?.missing ?? [ratePath(a, b)];
}

export const ratePath = (a: string, b: string): string => (a < b ? `rates.${a}-${b}` : `rates.${b}-${a}`);

export type Conversion = { readonly from: Amount; readonly to: Amount };

/** How an explanation shows conversions, by pair of currencies: by which rates, of whom and of when, what became what. */
export function citedRates(
  { source, table }: RevisionRates,
  conversions: readonly Conversion[],
): { readonly [path: string]: Json } {
  const cited: { [path: string]: Json } = {};
  if (table === null) return cited;
  const { date, base } = table;
  for (const path of new Set(conversions.map(pathOf))) {
    const some = conversions.filter((one) => pathOf(one) === path);
    const currencies = some.flatMap(({ from, to }) => [from.currency, to.currency]);
    const rates = Object.fromEntries(Object.entries(table.rates).filter(([one]) => currencies.includes(one)));
    const converted = new Map(
      some.map(({ from, to }) => [written(from).amount, [written(from), written(to)]]),
    );
    cited[path] = { source, date, base, rates, converted: [...converted.values()] };
  }
  return cited;
}

const pathOf = ({ from, to }: Conversion): string => ratePath(from.currency, to.currency);

const written = ({ amount, currency }: Amount): { readonly amount: string; readonly currency: string } => ({
  amount: formatDecimal(amount),
  currency,
});
