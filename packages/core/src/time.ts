import type { Duration } from './definition/model.ts';

/** Instants are RFC 3339 UTC with milliseconds, so that they compare as text. Durations are ISO 8601 without months. */
const DURATION = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

const DAY = 86_400_000;

/** Lengths of durations that have been asked for: those of the definitions in use. Bounded for who makes them up. */
const lengths = new Map<string, number>();
const MAX_KEPT = 1000;

/** It takes at least so long, whatever the calendar; a day that loses an hour is left out of account. */
export const shortestMs = (duration: Duration): number =>
  typeof duration === 'string' ? durationMs(duration) : duration.workdays * DAY;

/** It takes at most so long; of workdays nobody can tell without the calendar. */
export const longestMs = (duration: Duration): number =>
  typeof duration === 'string' ? durationMs(duration) : Number.POSITIVE_INFINITY;

/** Milliseconds of a canonical duration, with days of 24 hours: for UTC, and to compare. */
export function durationMs(duration: string): number {
  const known = lengths.get(duration);
  if (known !== undefined) return known;
  const length = readDuration(duration);
  if (lengths.size < MAX_KEPT) lengths.set(duration, length);
  return length;
}

function readDuration(duration: string): number {
  const match = DURATION.exec(duration);
  if (!match) throw new TypeError(`not a duration: ${duration}`);
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return days * DAY + hours * 3_600_000 + minutes * 60_000 + seconds * 1000;
}

/** `new Date(text)` reads no clock; the result is the same everywhere for this form. */
export const addDuration = (instant: string, duration: string): string =>
  new Date(Date.parse(instant) + durationMs(duration)).toISOString();
