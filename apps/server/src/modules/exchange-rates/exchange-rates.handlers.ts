import type { AnswerOf } from '@countersign/contract';
import type { RateTable } from '@countersign/core';
import type { Handlers } from '../../http/call.ts';
import { makeCursor, readCursor, textAt } from '../../http/cursor.ts';
import { notFound } from '../../http/problem.ts';
import { type ExchangeRateDeps, present, publishExchangeRates } from './exchange-rates.usecases.ts';

type ExchangeRateHandlers = Pick<Handlers, 'publishExchangeRates' | 'listExchangeRates' | 'getExchangeRates'>;

/** Rates are read from the directory as it is folded, as a submission reads them, and have no rows of their own. */
export function exchangeRateHandlers(deps: ExchangeRateDeps): ExchangeRateHandlers {
  const { engine } = deps;
  return {
    publishExchangeRates: (call) => publishExchangeRates(deps, call),
    async listExchangeRates({ principal, query }) {
      const cursor = readCursor(query);
      const after = cursor === null ? null : { source: textAt(cursor, 0), date: textAt(cursor, 1) };
      const { rates } = await engine.directoryNow(principal.environment);
      const sources = [...rates.keys()].filter((one) => query.source === undefined || one === query.source);
      const tables = sources.sort().flatMap((source) => lastOfEachDay(rates.get(source) ?? []));
      const left = after === null ? tables : tables.filter((one) => comesAfter(one, after));
      const page = left.slice(0, query.limit);
      const last = left.length > page.length ? page.at(-1) : undefined;
      const body: AnswerOf<'listExchangeRates'>[200] = {
        items: page.map(({ rates: of, ...head }) => ({ ...head, currencies: Object.keys(of).length })),
        nextCursor: last === undefined ? null : makeCursor(query, [last.source, last.date]),
      };
      return { status: 200, body };
    },
    async getExchangeRates({ principal, params, query }) {
      const { rates } = await engine.directoryNow(principal.environment);
      const { date: day } = query;
      const table = rates.get(params.source)?.findLast(({ date }) => day === undefined || date <= day);
      if (table === undefined) throw notFound('exchange rates');
      return { status: 200, body: present(table) };
    },
  };
}

/** The newest day first. */
const lastOfEachDay = (tables: readonly RateTable[]): RateTable[] =>
  tables.filter(({ date }, i) => tables[i + 1]?.date !== date).reverse();

type Place = Pick<RateTable, 'source' | 'date'>;

const comesAfter = (one: Place, place: Place): boolean =>
  one.source > place.source || (one.source === place.source && one.date < place.date);
