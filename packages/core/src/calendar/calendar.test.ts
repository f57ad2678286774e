import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CalendarVersion } from '../facts/model.ts';
import { toInstant, toLocal } from './local.ts';
import { completeCalendar, parseCalendar } from './parse.ts';
import { addDays, addWorkdays } from './reckon.ts';

/** Berlin in 2026: forward on 29 March at 02:00, back on 25 October at 03:00. */
const BERLIN = {
  zoneData: '2025c',
  offsets: [
    { from: null, seconds: 3600 },
    { from: '2026-03-29T01:00:00.000Z', seconds: 7200 },
    { from: '2026-10-25T01:00:00.000Z', seconds: 3600 },
  ],
};

const office = (more = ''): CalendarVersion => {
  const read = parseCalendar(`calendar: office
zone: Europe/Berlin
week:
  monday: 09:00-17:00
  tuesday: 09:00-17:00
  wednesday: 09:00-17:00
  thursday: 09:00-17:00
  friday: 09:00-15:00
holidays:
  2026-04-03: Good Friday
  2026-04-06: Easter Monday
  2026-12-24: { name: Christmas Eve, hours: 09:00-12:00 }
${more}`);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return completeCalendar(read.calendar, '2026-01-01T00:00:00.000Z', BERLIN);
};
const at = (calendar: CalendarVersion, local: string): string => {
  const offsets = calendar.offsets.map(({ from, seconds }) => ({
    from: from === null ? -Infinity : Date.parse(from),
    ms: seconds * 1000,
  }));
  return new Date(toInstant(offsets, Date.parse(`${local}:00Z`))).toISOString();
};
const local = (calendar: CalendarVersion, instant: string): string => {
  const offsets = calendar.offsets.map(({ from, seconds }) => ({
    from: from === null ? -Infinity : Date.parse(from),
    ms: seconds * 1000,
  }));
  return new Date(toLocal(offsets, Date.parse(instant))).toISOString().slice(0, 16);
};

describe('days in a zone', () => {
  const calendar = office();
  const days = (from: string, n: number): string => addDays(calendar, at(calendar, from), n);

  it.each([
    ['a day of 24 hours', '2026-01-05T10:00', 1, '2026-01-06T09:00:00.000Z'],
    ['a day of 23 hours', '2026-03-28T10:00', 1, '2026-03-29T08:00:00.000Z'],
    ['a day of 25 hours', '2026-10-24T10:00', 1, '2026-10-25T09:00:00.000Z'],
    ['to a time that is skipped: as much later', '2026-03-28T02:30', 1, '2026-03-29T01:30:00.000Z'],
    ['to the first moment that is skipped', '2026-03-28T02:00', 1, '2026-03-29T01:00:00.000Z'],
    ['to a time that comes twice: the first', '2026-10-24T02:30', 1, '2026-10-25T00:30:00.000Z'],
    ['to just after it', '2026-10-24T03:00', 1, '2026-10-25T02:00:00.000Z'],
    ['over both changes', '2026-03-28T10:00', 300, '2027-01-22T09:00:00.000Z'],
  ])('%s', (_what, from, n, until) => expect(days(from, n)).toBe(until));
});

describe('workdays', () => {
  const calendar = office();
  const workdays = (from: string, n: number): string =>
    local(calendar, addWorkdays(calendar, at(calendar, from), n));

  it.each([
    ['the same time on the next workday', '2026-01-05T10:00', 1, '2026-01-06T10:00'],
    ['over a weekend', '2026-01-09T10:00', 1, '2026-01-12T10:00'],
    ['over Easter', '2026-04-02T16:00', 2, '2026-04-08T16:00'],
    ['five of them, a week', '2026-01-07T10:00', 5, '2026-01-14T10:00'],
    ['begun after closing: counts from the next opening', '2026-01-05T18:00', 1, '2026-01-07T09:00'],
    ['begun at closing', '2026-01-05T17:00', 1, '2026-01-07T09:00'],
    ['begun before opening', '2026-01-05T07:00', 1, '2026-01-06T09:00'],
    ['begun on a Saturday', '2026-01-10T12:00', 1, '2026-01-13T09:00'],
    ['to a day that closes earlier: its closing', '2026-01-08T16:30', 1, '2026-01-09T15:00'],
    ['to a short day', '2026-12-23T14:00', 1, '2026-12-24T12:00'],
    ['over the change of the clocks', '2026-03-27T10:00', 1, '2026-03-30T10:00'],
  ])('%s', (_what, from, n, until) => expect(workdays(from, n)).toBe(until));

  it('without hours, whole days from Monday to Friday', () => {
    const read = parseCalendar('calendar: c\nzone: UTC\n');
    if (!read.ok) throw new Error('no calendar');
    const plain = completeCalendar(read.calendar, '2026-01-01T00:00:00.000Z', {
      zoneData: 'x',
      offsets: [{ from: null, seconds: 0 }],
    });
    expect(addWorkdays(plain, '2026-01-09T22:00:00.000Z', 1)).toBe('2026-01-12T22:00:00.000Z');
    expect(addWorkdays(plain, '2026-01-10T12:00:00.000Z', 1)).toBe('2026-01-13T00:00:00.000Z');
  });
});

describe('for any time', () => {
  const calendar = office();
  const instants = fc
    .integer({ min: Date.parse('2026-01-01'), max: Date.parse('2027-01-01') })
    .map((ms) => new Date(ms).toISOString());

  it('an end lies in working hours, after its beginning; one workday more ends later, and beginning later never ends sooner', () => {
    fc.assert(
      fc.property(instants, instants, fc.integer({ min: 1, max: 30 }), (a, b, n) => {
        const end = addWorkdays(calendar, a, n);
        expect(end > a).toBe(true);
        expect(addWorkdays(calendar, a, n + 1) > end).toBe(true);
        const [hour, minute] = local(calendar, end).slice(11).split(':').map(Number);
        const time = (hour ?? 0) * 60 + (minute ?? 0);
        expect(time >= 540 && time <= 1020).toBe(true);
        const [first, second] = a < b ? [a, b] : [b, a];
        expect(addWorkdays(calendar, first, n) <= addWorkdays(calendar, second, n)).toBe(true);
        expect(
          addDays(calendar, first, n) <= addDays(calendar, second, n) ||
            Math.abs(Date.parse(a) - Date.parse(b)) < 3_600_000,
        ).toBe(true);
      }),
    );
  });

  it('an instant is the local time that it shows, unless that comes twice', () => {
    fc.assert(
      fc.property(instants, (instant) => {
        const minute = `${instant.slice(0, 16)}:00.000Z`;
        const back = at(calendar, local(calendar, minute));
        const twice = minute >= '2026-10-25T01' && minute < '2026-10-25T02';
        expect(back).toBe(twice ? minute.replace('T01', 'T00') : minute);
      }),
    );
  });
});

describe('what is refused', () => {
  it.each([
    ['zone: UTC', 'missing-key 1:1 '],
    ['calendar: c\nzone: a b', 'bad-value 2:7 zone'],
    ['calendar: c\nzone: UTC\nweek: {}', 'never-satisfied 3:7 week'],
    ['calendar: c\nzone: UTC\nweek: { monday: 17:00-09:00 }', 'bad-value 3:17 week.monday'],
    ['calendar: c\nzone: UTC\nholidays: { 2026-02-30: x }', 'bad-value 3:13 holidays.2026-02-30'],
    ['calendar: c\nzone: UTC\nmonth: x', 'unknown-key 3:1 month'],
  ])('%j', (source, place) => {
    const read = parseCalendar(source);
    const first = read.ok ? undefined : read.problems[0];
    expect(`${first?.code} ${first?.line}:${first?.column} ${first?.path}`).toBe(place);
  });
});
