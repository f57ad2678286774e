import { calendarInForce } from '../calendar/deadline.ts';
import { offsetsOf, toLocal } from '../calendar/local.ts';
import { DAY_MS, formatDate, parseDate } from '../condition/calendar.ts';
import type { Exchange } from '../definition/model.ts';
import { references } from '../definition/references.ts';
import type { RateTable } from '../facts/model.ts';
import type { Revision } from '../request/model.ts';
import type { Context } from '../request/result.ts';
import type { RequestState } from '../request/state.ts';
import { evaluateSource } from '../route/inputs.ts';
import type { RevisionRates } from './convert.ts';

/**
 * The exchange rates by which a revision that is submitted now is decided, as its event records them; null where the
 * definition names none. Read here and nowhere else: what is published later moves no revision (SEMANTICS 16).
 */
export function ratesNow(state: RequestState, context: Context): RevisionRates | null {
  const { money } = context.definition.definition;
  if (money === undefined) return null;
  const { rates: source, currency } = money;
  const { day, missing } = dayOf(money, state, context);
  if (day === null) return { source, currency, asOf: null, table: null, missing };
  const found = tableOf(money, day, context);
  const table = found && neededOf(found, currenciesOf(state.revision, context));
  return { source, currency, asOf: day, table };
}

type Day = { readonly day: string | null; readonly missing: readonly string[] };

function dayOf({ asOf }: Exchange, state: RequestState, context: Context): Day {
  if (asOf === 'submission') return { day: today(context), missing: [] };
  const { result, unknown } = evaluateSource(state, context, asOf.expression);
  return typeof result === 'string' ? { day: result, missing: [] } : { day: null, missing: unknown };
}

/** The local day of the definition's calendar; without one, that of UTC. */
function today({ now, facts, definition }: Context): string {
  const name = definition.definition.time.calendar;
  const calendar = name === undefined ? null : calendarInForce(facts.calendar(name).value ?? [], now);
  const instant = Date.parse(now);
  return formatDate(Math.floor((calendar ? toLocal(offsetsOf(calendar), instant) : instant) / DAY_MS));
}

/** The last table up to the day, unless it is too old; of a day that is still to come nobody knows the rates. */
function tableOf({ rates, oldest }: Exchange, day: string, context: Context): RateTable | null {
  if (day > today(context)) return null;
  const table = context.facts.rates(rates, day).value;
  if (table === null) return null;
  const age = (parseDate(day) ?? 0) - (parseDate(table.date) ?? 0);
  return age <= Number(/^P(\d+)D$/.exec(oldest)?.[1]) ? table : null;
}

/** A table has dozens of currencies, and each request would carry them all. */
function neededOf({ date, base, rates, digest }: RateTable, currencies: ReadonlySet<string>) {
  const needed = Object.entries(rates).filter(([currency]) => currencies.has(currency));
  return { date, base, rates: Object.fromEntries(needed), digest };
}

/** Every currency in which an amount may be compared: of the request, of limits, and of the matrices that are asked. */
function currenciesOf({ fields }: Revision, { definition, facts }: Context): ReadonlySet<string> {
  const { money, limits } = definition.definition;
  const matrices = references(definition.definition).matrices.flatMap(
    (name) => facts.matrix(name).value ?? [],
  );
  const values = Object.values(fields).flat();
  const cells = values.flatMap((one) => (typeof one === 'object' ? Object.values(one) : []));
  const amounts: readonly unknown[] = [...values, ...cells, ...Object.values(limits), ...matrices];
  const named = amounts.flatMap((one) =>
    typeof one === 'object' && one !== null && 'currency' in one && typeof one.currency === 'string'
      ? [one.currency]
      : [],
  );
  return new Set(money === undefined ? named : [money.currency, ...named]);
}
