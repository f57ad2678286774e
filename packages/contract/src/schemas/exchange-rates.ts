import { z } from 'zod';
import { name } from '../registry.ts';
import { page, pageQuery } from './pages.ts';
import { Digest, Slug } from './values.ts';

const Currency = z.string().regex(/^[A-Z]{3}$/, 'not an ISO 4217 code, such as "EUR"');
const Rate = z
  .string()
  .max(30)
  .regex(/^(0|[1-9][0-9]*)(\.[0-9]+)?$/, 'not a decimal as a text, such as "1.0834"');
const Rates = z
  .record(Currency, Rate)
  .describe('How much of each currency one of the base is worth, as exact decimals.');

export const ExchangeRatesInput = name(
  'ExchangeRatesInput',
  'Exchange rates of one source for one day.',
  z.strictObject({
    source: Slug.describe('Whose rates: definitions name it, as in `money: { currency: EUR, rates: ecb }`.'),
    date: z.iso.date().describe('The day, as the source dates it.'),
    base: Currency.describe('The same in all tables of a source.'),
    rates: Rates,
  }),
);

export const ExchangeRates = name(
  'ExchangeRates',
  'One table of exchange rates; it never changes.',
  z.object({ source: Slug, date: z.iso.date(), base: Currency, rates: Rates, digest: Digest }),
);
export const ExchangeRatesPage = name(
  'ExchangeRatesPage',
  'A page of tables: of each source, the newest day first.',
  page(ExchangeRates.omit({ rates: true }).extend({ currencies: z.int().describe('How many it has.') })),
);
export const ExchangeRatesFilters = z.strictObject({ source: Slug.optional(), ...pageQuery });
export const ExchangeRatesOn = z.strictObject({
  date: z.iso.date().optional().describe('The last table up to this day; the newest by default.'),
});

/** The rates by which a revision is decided. */
export const RevisionRates = name(
  'RevisionRates',
  'Exchange rates as they were when the revision was submitted: amounts in different currencies are compared at these, whatever is published later.',
  z.object({
    source: Slug,
    currency: Currency.describe('That of the definition, in which they are compared.'),
    asOf: z.iso
      .date()
      .nullable()
      .describe('The day that was asked for; null where the request does not give it.'),
    table: ExchangeRates.omit({ source: true })
      .nullable()
      .describe('Of the table, the rates that the request can need; null: there was none for that day.'),
    missing: z
      .array(z.string())
      .optional()
      .describe('What the day depends on and the request does not give.'),
  }),
);
