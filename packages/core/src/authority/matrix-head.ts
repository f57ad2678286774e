import { DAY_MS, formatDatetime, parseDate, parseDatetime } from '../condition/calendar.ts';
import { currency } from '../definition/language/quantities.ts';
import { slug } from '../definition/language/words.ts';
import { optional, record } from '../definition/shape/collections.ts';
import { flag, literal, word } from '../definition/shape/scalars.ts';
import { approver } from './matrix-rows.ts';

const instant = literal(
  'a date such as `2026-01-31`, or an instant such as `2026-01-31T09:00:00Z`',
  { type: 'string', examples: ['2026-01-31'] },
  (written) => readInstant(written),
);

export function readInstant(written: string): string | undefined {
  const day = parseDate(written);
  const ms = day === null ? parseDatetime(written) : day * DAY_MS;
  return ms === null ? undefined : formatDatetime(ms);
}

export const heading = {
  matrix: optional(slug('the name of the matrix', 'spend'), null, 'The name of the matrix'),
  currency: optional(currency, null, 'Currency of all limits'),
  effectiveFrom: optional(instant, null, 'In force from then on; UTC'),
  ask: optional(
    word('first', 'chain'),
    'first',
    'Ask the covering row (first), or all smaller ones before it (chain)',
  ),
  climb: optional(flag, false, 'May a vacancy climb to the next row?'),
  fallback: optional(approver, null, 'Whom to ask above the last row'),
  approvedBy: optional(approver, null, 'Who approves a change of the matrix, besides its editor'),
};

export const head = record(heading);
export type Head = Exclude<ReturnType<typeof head.read>, undefined>;
