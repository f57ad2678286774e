import { isBounded } from '../decimal.ts';
import { type Amount, convert, missingRate, type RevisionRates } from '../rates/convert.ts';
import { type Datum, Failure, isAmount, Missing, type Stop, worse } from './data.ts';
import type { Run } from './run.ts';

/**
 * Two operands as they meet: amounts in different currencies in that of the definition, at the rates that are frozen
 * in the revision (SEMANTICS 16). Only where they meet: what stays in one currency is never converted.
 */
export function inOneCurrency(
  run: Run,
  left: Datum,
  right: Datum,
  at: number,
): readonly [Datum, Datum] | Stop {
  const { rates } = run;
  if (rates === undefined || !isAmount(left) || !isAmount(right) || left.currency === right.currency)
    return [left, right];
  const a = exchanged(run, left, rates, at);
  const b = exchanged(run, right, rates, at);
  if (a instanceof Missing || a instanceof Failure) {
    return b instanceof Missing || b instanceof Failure ? worse(a, b) : a;
  }
  return b instanceof Missing || b instanceof Failure ? b : [a, b];
}

function exchanged(run: Run, from: Amount, rates: RevisionRates, at: number): Amount | Stop {
  const to = rates.currency;
  if (from.currency === to) return from;
  const made = convert(rates, from, to);
  if (made === null) return new Missing(missingRate(rates, from.currency, to));
  if (!isBounded(made.amount))
    return new Failure('overflow', at, `This is too large an amount to convert to ${to}.`);
  run.trail.push(-run.conversions.push({ from, to: made }));
  return made;
}
