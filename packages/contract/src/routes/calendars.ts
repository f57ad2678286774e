import { z } from 'zod';
import { digests, times } from '../examples/ids.ts';
import { body, change, json, read } from '../route.ts';
import * as schema from '../schemas/calendars.ts';
import { NameFilters } from '../schemas/definitions.ts';
import { Slug } from '../schemas/values.ts';

const source = [
  'calendar: de-office',
  'zone: Europe/Berlin',
  'week: { monday: 08:00-17:00, tuesday: 08:00-17:00, wednesday: 08:00-17:00, thursday: 08:00-17:00, friday: 08:00-15:00 }',
  'holidays:',
  '  2026-04-03: Good Friday',
  '  2026-12-24: { name: Christmas Eve, hours: 08:00-12:00 }',
  '',
].join('\n');
const summary = {
  name: 'de-office',
  zone: 'Europe/Berlin',
  effectiveFrom: times.published,
  digest: digests.definition,
};
const day = { opens: '08:00', closes: '17:00' };
const version = {
  ...summary,
  zoneData: '2025c',
  offsets: [
    { from: null, seconds: 3600 },
    { from: '2026-03-29T01:00:00.000Z', seconds: 7200 },
  ],
  week: [day, day, day, day, { opens: '08:00', closes: '15:00' }, null, null],
  days: [
    { date: '2026-04-03', name: 'Good Friday', hours: null },
    { date: '2026-12-24', name: 'Christmas Eve', hours: { opens: '08:00', closes: '12:00' } },
  ],
};
const calendars = { tag: 'Calendars', actFor: 'none', scope: 'calendars:read' } as const;

export const calendarRoutes = {
  publishCalendar: change({
    id: 'publishCalendar',
    path: '/v1/calendars',
    summary: 'Publish a calendar',
    description:
      'Makes a new immutable version, in force from `effectiveFrom`, with what its time zone is by the data of this server. Content that is the newest version already is answered with 200 and leaves no entry. Deadlines that stand do not move.',
    tag: 'Calendars',
    scope: 'calendars:write',
    actFor: 'optional',
    body: body(schema.CalendarSource, { example: { format: 'yaml', source } }),
    answers: {
      200: json('This content is the newest version already.', schema.CalendarVersion, version),
      201: json('Published.', schema.CalendarVersion, version),
    },
    problems: ['calendar-invalid'],
    stream: 'directory',
  }),
  listCalendars: read({
    ...calendars,
    id: 'listCalendars',
    method: 'GET',
    path: '/v1/calendars',
    summary: 'List calendars',
    query: NameFilters,
    answers: { 200: json('A page.', schema.CalendarPage, { items: [summary], nextCursor: null }) },
    problems: [],
  }),
  getCalendar: read({
    ...calendars,
    id: 'getCalendar',
    method: 'GET',
    path: '/v1/calendars/{name}',
    summary: 'Read the newest version of a calendar',
    params: z.strictObject({ name: Slug }),
    answers: { 200: json('The calendar.', schema.Calendar, { ...version, versions: [summary] }) },
    problems: [],
  }),
} as const;
