import { formatDecimal, parseDecimal } from '../decimal.ts';

/** Digits of any number in a definition or a matrix; far above any sum of money. */
const MOST_DIGITS = 30;

/** The one way to write a number: `007.50` is `7.5`. Undefined if it is no decimal. */
export function normalDecimal(text: string): string | undefined {
  if (text.length > MOST_DIGITS + 2) return undefined;
  const decimal = parseDecimal(text);
  return decimal === null ? undefined : formatDecimal(decimal);
}

/**
 * An amount as people write it: `50000`, `50,000.00`. A comma only separates thousands; `50.000`, fifty thousand
 * to half of Europe and fifty to the other, is refused where the currency has no thousandths.
 */
export function readAmount(text: string, currency: string): string | undefined {
  if (text.startsWith('-') || (/^\d+\.\d{3}$/.test(text) && !THOUSANDTHS.has(currency))) return undefined;
  const grouped = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(text);
  return normalDecimal(grouped ? text.replaceAll(',', '') : text);
}

/** Currencies with three decimal digits (ISO 4217). */
const THOUSANDTHS = new Set(['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND']);
