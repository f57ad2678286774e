import type { Duration, Span } from './model.ts';

/** Calendar days in the definition's zone, or time that elapses. */
type DurationParts =
  | { readonly unit: 'days'; readonly days: number }
  | { readonly unit: 'elapsed'; readonly seconds: number };

const SECONDS: { readonly [unit: string]: number } = { second: 1, minute: 60, min: 60, hour: 3600, h: 3600 };
const DAYS: { readonly [unit: string]: number } = { day: 1, week: 7 };
const LONGEST_DAYS = 3660;

/**
 * Reads `10 days`, `36 hours`, `P10D`, `PT36H`. Hours elapse and days follow the calendar, so the two do not mix,
 * and `1 day` is not `24 hours`; nor is a workday a day.
 */
export function readDuration(text: string): Duration | undefined {
  const words = /^(\d{1,9})\s*([a-z]+?)s?$/i.exec(text);
  if (words) {
    const n = Number(words[1]);
    const unit = (words[2] ?? '').toLowerCase();
    if (unit === 'workday') return n >= 1 && n <= LONGEST_DAYS ? { workdays: n } : undefined;
    if (Object.hasOwn(DAYS, unit)) return writeDuration({ unit: 'days', days: n * (DAYS[unit] ?? 0) });
    if (Object.hasOwn(SECONDS, unit))
      return writeDuration({ unit: 'elapsed', seconds: n * (SECONDS[unit] ?? 0) });
    return undefined;
  }
  const parts = isoParts(text);
  return parts && writeDuration(parts);
}

function isoParts(text: string): DurationParts | undefined {
  const days = /^P(?:(\d{1,4})W)?(?:(\d{1,5})D)?$/.exec(text);
  if (days && text.length > 1) return { unit: 'days', days: Number(days[1] ?? 0) * 7 + Number(days[2] ?? 0) };
  const time = /^PT(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?$/.exec(text);
  if (!time || text.length === 2) return undefined;
  const seconds = Number(time[1] ?? 0) * 3600 + Number(time[2] ?? 0) * 60 + Number(time[3] ?? 0);
  return { unit: 'elapsed', seconds };
}

/** The canonical form: `P10D`, or the largest unit that needs no fraction (`PT36H`, `PT90M`, `PT45S`). */
function writeDuration(parts: DurationParts): Span | undefined {
  if (parts.unit === 'days')
    return parts.days >= 1 && parts.days <= LONGEST_DAYS ? `P${parts.days}D` : undefined;
  const { seconds } = parts;
  if (seconds < 1 || seconds > LONGEST_DAYS * 86_400) return undefined;
  if (seconds % 3600 === 0) return `PT${seconds / 3600}H`;
  return seconds % 60 === 0 ? `PT${seconds / 60}M` : `PT${seconds}S`;
}
