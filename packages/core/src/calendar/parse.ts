import { readInstant } from '../authority/matrix-head.ts';
import { parseDate } from '../condition/calendar.ts';
import { slug } from '../definition/language/words.ts';
import type { DefinitionProblem } from '../definition/problem.ts';
import { type Named, namesTo, optional, record, required } from '../definition/shape/collections.ts';
import { literal, text } from '../definition/shape/scalars.ts';
import { mapped, newReading, report, type Shape } from '../definition/shape/shape.ts';
import { byForm } from '../definition/shape/unions.ts';
import { readSource } from '../definition/source/read.ts';
import type { CalendarVersion, Hours } from '../facts/model.ts';
import { calendarDigest } from './digest.ts';
import { minutes } from './reckon.ts';

/** A calendar as people write it: all but what its zone is, which the environment knows. */
export type WrittenCalendar = Pick<CalendarVersion, 'calendar' | 'zone' | 'week' | 'days'> & {
  readonly effectiveFrom: string | null;
};

export type ParsedCalendar =
  | { readonly ok: true; readonly calendar: WrittenCalendar }
  | { readonly ok: false; readonly problems: readonly DefinitionProblem[] };

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const ALL_DAY: Hours = { opens: '00:00', closes: '24:00' };
const TIME = '([01]\\d|2[0-3]):[0-5]\\d';
const HOURS = new RegExp(`^(${TIME}) *[-–] *(${TIME}|24:00)$`);

const hours: Shape<Hours> = literal(
  'hours such as `08:00-17:00`, or `open` for the whole day',
  { type: 'string', pattern: `^(open|${TIME} *[-–] *(${TIME}|24:00))$`, examples: ['08:00-17:00'] },
  (written) => {
    if (written === 'open') return ALL_DAY;
    const match = HOURS.exec(written);
    const [opens, closes] = [match?.[1] ?? '', match?.[3] ?? ''];
    return match && minutes(opens) < minutes(closes) ? { opens, closes } : undefined;
  },
);

const week: Shape<readonly (Hours | null)[]> = mapped(
  record({
    monday: optional(hours, null, 'Hours of Mondays; left out: nobody works'),
    tuesday: optional(hours, null, 'Hours of Tuesdays'),
    wednesday: optional(hours, null, 'Hours of Wednesdays'),
    thursday: optional(hours, null, 'Hours of Thursdays'),
    friday: optional(hours, null, 'Hours of Fridays'),
    saturday: optional(hours, null, 'Hours of Saturdays'),
    sunday: optional(hours, null, 'Hours of Sundays'),
  }),
  (value, at, path, reading) => {
    const days = DAYS.map((day) => value[day]);
    return days.some((day) => day !== null)
      ? days
      : report(
          reading,
          'never-satisfied',
          at,
          path,
          'Nobody ever works in this week. Add e.g. `monday: 08:00-17:00`.',
        );
  },
);

const dayName = text({ what: 'the name of the day', example: 'Good Friday', most: 200 });
type Special = { readonly name: string; readonly hours: Hours | null };

const special: Shape<readonly Named<Special>[]> = namesTo(
  {
    pattern: /^\d{4}-\d{2}-\d{2}$/,
    example: '2026-04-03',
    refuse: (date) =>
      parseDate(date) === null ? `\`${date.slice(0, 40)}\` is no day, such as \`2026-04-03\`.` : undefined,
  },
  byForm<Special>({
    scalar: mapped(dayName, (name): Special => ({ name, hours: null })),
    map: record({
      name: required(dayName, 'the name of the day'),
      hours: optional(hours, null, 'Hours of a day on which some work; left out: nobody works'),
    }),
  }),
  2000,
);

const ZONE = /^[A-Za-z][\w+-]*(\/[\w+-]+)*$/;
const OFFICE: readonly (Hours | null)[] = DAYS.map((_, i) => (i < 5 ? ALL_DAY : null));

/** The YAML and JSON form. */
export const calendarShape: Shape<WrittenCalendar> = mapped(
  record({
    calendar: required(slug('the name of the calendar', 'de-office'), 'the name of the calendar'),
    zone: required(
      literal('a time zone, such as `Europe/Berlin`', { type: 'string', pattern: ZONE.source }, (name) =>
        ZONE.test(name) ? name : undefined,
      ),
      'its time zone',
    ),
    effectiveFrom: optional(
      literal(
        'a date such as `2026-01-31`, or an instant',
        { type: 'string', examples: ['2026-01-31'] },
        readInstant,
      ),
      null,
      'In force from then on; UTC',
    ),
    week: optional(week, OFFICE, 'Working hours by day; Monday to Friday, all day, by default'),
    holidays: optional(special, [], 'Days that are other than their weekday, by date'),
  }),
  ({ calendar, zone, effectiveFrom, week, holidays }) => ({
    calendar,
    zone: zone === 'Etc/UTC' ? 'UTC' : zone,
    effectiveFrom,
    week,
    days: holidays
      .map(({ name: date, value }) => ({ date, ...value }))
      .toSorted((a, b) => (a.date < b.date ? -1 : 1)),
  }),
);

/** Reads a calendar from YAML or JSON. Never throws. */
export function parseCalendar(source: string, format?: 'yaml' | 'json'): ParsedCalendar {
  const read = readSource(source, format);
  if (!read.ok) {
    const problems = read.problems.map(({ code, message, at }) => ({ code, message, path: '', ...at }));
    return { ok: false, problems };
  }
  const reading = newReading();
  const calendar = calendarShape.read(read.root, '', reading);
  if (!calendar || reading.problems.length > 0) return { ok: false, problems: reading.problems };
  return { ok: true, calendar };
}

/** What the environment adds: when it holds, and what its zone is, from which data. */
export function completeCalendar(
  written: WrittenCalendar,
  effectiveFrom: string,
  zone: Pick<CalendarVersion, 'offsets' | 'zoneData'>,
): CalendarVersion {
  const calendar = { ...written, ...zone, effectiveFrom };
  return { ...calendar, digest: calendarDigest(calendar) };
}
