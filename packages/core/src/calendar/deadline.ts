import type { Definition, Duration } from '../definition/model.ts';
import type { CalendarVersion, FactSource } from '../facts/model.ts';
import { addDuration } from '../time.ts';
import { addDays, addWorkdays } from './reckon.ts';

/** What a deadline follows from, as `decide` knows it. */
export type Reckoning = {
  readonly now: string;
  readonly facts: FactSource;
  readonly definition: { readonly definition: Pick<Definition, 'time'> };
};

/**
 * When a duration that begins now is over. Hours elapse; days and workdays are those of the calendar that the
 * definition names, in the version in force now, which is recorded as a fact (SEMANTICS 17). Computed once: a later
 * version moves no deadline that stands.
 */
export function deadline({ now, facts, definition }: Reckoning, after: Duration): string {
  const { calendar: name } = definition.definition.time;
  if (typeof after === 'string' && (name === undefined || after.startsWith('PT')))
    return addDuration(now, after);
  if (name === undefined)
    throw new RangeError('workdays without a calendar: publishing refuses such a definition');
  const calendar = calendarInForce(facts.calendar(name).value ?? [], now);
  if (calendar === null) throw new RangeError(`there is no calendar ${name}: no request is filed without it`);
  return typeof after === 'string'
    ? addDays(calendar, now, Number(/^P(\d+)D$/.exec(after)?.[1]))
    : addWorkdays(calendar, now, after.workdays);
}

/** The last that has come into force; before any has, the first. Null where there is none. */
export const calendarInForce = (versions: readonly CalendarVersion[], now: string): CalendarVersion | null =>
  versions.findLast(({ effectiveFrom }) => effectiveFrom <= now) ?? versions[0] ?? null;
