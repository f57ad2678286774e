import { DAY_MS, formatDate, formatDatetime } from '../condition/calendar.ts';
import type { CalendarVersion, Hours } from '../facts/model.ts';
import { offsetsOf, toInstant, toLocal } from './local.ts';

/** A local day, counted from 1970-01-01, and a time of it in milliseconds. */
type Moment = { readonly day: number; readonly time: number };

/** The same time of day, so many calendar days later. */
export function addDays(calendar: CalendarVersion, instant: string, days: number): string {
  const offsets = offsetsOf(calendar);
  return formatDatetime(toInstant(offsets, toLocal(offsets, Date.parse(instant)) + days * DAY_MS));
}

/**
 * So many working days later, at the same time of day. What begins while nobody works begins when the office opens
 * next; what would end before it opens or after it closes ends at the opening or the closing.
 */
export function addWorkdays(calendar: CalendarVersion, instant: string, workdays: number): string {
  const offsets = offsetsOf(calendar);
  const local = toLocal(offsets, Date.parse(instant));
  const start = beginning(calendar, { day: Math.floor(local / DAY_MS), time: modulo(local, DAY_MS) });
  let { day } = start;
  for (let left = workdays; left > 0; left -= 1) day = nextWorkday(calendar, day + 1);
  const { opens, closes } = spanOf(hoursOf(calendar, day));
  const time = Math.min(Math.max(start.time, opens), closes);
  return formatDatetime(toInstant(offsets, day * DAY_MS + time));
}

function beginning(calendar: CalendarVersion, { day, time }: Moment): Moment {
  const hours = hoursOf(calendar, day);
  if (hours !== null) {
    const { opens, closes } = spanOf(hours);
    if (time < closes) return { day, time: Math.max(time, opens) };
  }
  const next = nextWorkday(calendar, day + 1);
  return { day: next, time: spanOf(hoursOf(calendar, next)).opens };
}

/** This day, or the first after it on which somebody works. A week without one is refused when it is published. */
function nextWorkday(calendar: CalendarVersion, from: number): number {
  let day = from;
  while (hoursOf(calendar, day) === null) day += 1;
  return day;
}

/** 1970-01-01 was a Thursday; weeks begin on Monday. */
const weekday = (day: number): number => modulo(day + 3, 7);
const modulo = (n: number, by: number): number => ((n % by) + by) % by;

const special = new WeakMap<CalendarVersion, ReadonlyMap<string, Hours | null>>();

function hoursOf(calendar: CalendarVersion, day: number): Hours | null {
  let days = special.get(calendar);
  if (!days) {
    days = new Map(calendar.days.map(({ date, hours }) => [date, hours]));
    special.set(calendar, days);
  }
  const own = days.get(formatDate(day));
  return own === undefined ? (calendar.week[weekday(day)] ?? null) : own;
}

function spanOf(hours: Hours | null): { readonly opens: number; readonly closes: number } {
  if (hours === null) throw new RangeError('nobody works on this day');
  return { opens: minutes(hours.opens) * 60_000, closes: minutes(hours.closes) * 60_000 };
}

/** Minutes of `08:30`; `24:00` ends a day. */
export const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
