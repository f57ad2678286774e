import { z } from 'zod';
import { name } from '../registry.ts';
import { page } from './pages.ts';
import { Digest, Instant, InstantInput, Slug } from './values.ts';

export const CalendarSource = name(
  'CalendarSource',
  'A calendar as people write it.',
  z.strictObject({
    format: z.enum(['yaml', 'json']).default('yaml'),
    source: z.string().min(1).max(262_144),
    effectiveFrom: InstantInput.optional().describe(
      'In force from then on; overrides the source. Default: now.',
    ),
  }),
);

const Hours = z.object({ opens: z.string(), closes: z.string() }).nullable();

export const CalendarSummary = name(
  'CalendarSummary',
  'The version of a calendar that takes effect last.',
  z.object({ name: Slug, zone: z.string(), effectiveFrom: Instant, digest: Digest }),
);
export const CalendarPage = name('CalendarPage', 'A page of calendars.', page(CalendarSummary));
export const CalendarVersion = name(
  'CalendarVersion',
  'One immutable version of a calendar: all that a deadline follows.',
  CalendarSummary.extend({
    zoneData: z.string().describe('Version of the zone data that the offsets come from.'),
    offsets: z
      .array(z.object({ from: Instant.nullable(), seconds: z.int() }))
      .describe('Seconds ahead of UTC, from an instant on.'),
    week: z.array(Hours).length(7).describe('From Monday; null where nobody works. Local times.'),
    days: z
      .array(z.object({ date: z.iso.date(), name: z.string(), hours: Hours }))
      .describe('Days that are other than their weekday.'),
  }),
);
export const Calendar = name(
  'Calendar',
  'A calendar: its newest version, and the list of all.',
  CalendarVersion.extend({ versions: z.array(CalendarSummary) }),
);
