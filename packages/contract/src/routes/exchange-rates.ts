import { z } from 'zod';
import { digests } from '../examples/ids.ts';
import { body, change, json, read } from '../route.ts';
import * as schema from '../schemas/exchange-rates.ts';
import { Slug } from '../schemas/values.ts';

const input = {
  source: 'ecb',
  date: '2026-01-09',
  base: 'EUR',
  rates: { USD: '1.0834', GBP: '0.8612', JPY: '158.21' },
};
const table = { ...input, digest: digests.definition };
const { rates: _, ...head } = table;
const rates = { tag: 'Exchange rates', actFor: 'none', scope: 'exchange-rates:read' } as const;

export const exchangeRateRoutes = {
  publishExchangeRates: change({
    id: 'publishExchangeRates',
    path: '/v1/exchange-rates',
    summary: 'Publish exchange rates',
    description:
      'Appends a table of one source and one day. What is submitted from then on is decided by it, until there is one of a later day; what has been submitted keeps its rates. A second table of the same day corrects the first. Content that is in force already is answered with 200 and leaves no entry.',
    tag: 'Exchange rates',
    scope: 'exchange-rates:write',
    actFor: 'optional',
    body: body(schema.ExchangeRatesInput, { example: input }),
    answers: {
      200: json('This is the table of that day already.', schema.ExchangeRates, table),
      201: json('Published.', schema.ExchangeRates, table),
    },
    problems: [],
    stream: 'directory',
  }),
  listExchangeRates: read({
    ...rates,
    id: 'listExchangeRates',
    method: 'GET',
    path: '/v1/exchange-rates',
    summary: 'List exchange rates',
    query: schema.ExchangeRatesFilters,
    answers: {
      200: json('A page.', schema.ExchangeRatesPage, {
        items: [{ ...head, currencies: 3 }],
        nextCursor: null,
      }),
    },
    problems: [],
  }),
  getExchangeRates: read({
    ...rates,
    id: 'getExchangeRates',
    method: 'GET',
    path: '/v1/exchange-rates/{source}',
    summary: 'Read the exchange rates of a day',
    params: z.strictObject({ source: Slug }),
    query: schema.ExchangeRatesOn,
    answers: { 200: json('The last table up to that day.', schema.ExchangeRates, table) },
    problems: [],
  }),
} as const;
