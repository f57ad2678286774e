import type { CalendarVersion } from '@countersign/core';

/** Offsets are read for these years; before and after, the first and the last hold. */
const FIRST_YEAR = 2000;
const LAST_YEAR = 2070;
const WEEK_MS = 7 * 86_400_000;

export type Zone = Pick<CalendarVersion, 'offsets' | 'zoneData'>;

/**
 * What a zone is by the data of this process, or null where it has no such zone. Read once, when a calendar is
 * published, and from then on a fact of the log: Node's data change with its version, and a verifier has others.
 */
export function zoneOf(zone: string): Zone | null {
  const clock = clockIn(zone);
  if (clock === null) return null;
  const offsets: { from: string | null; seconds: number }[] = [];
  let at = Date.UTC(FIRST_YEAR, 0);
  let seconds = offsetAt(clock, at);
  offsets.push({ from: null, seconds });
  for (; at < Date.UTC(LAST_YEAR, 0); at += WEEK_MS) {
    const next = offsetAt(clock, at + WEEK_MS);
    if (next === seconds) continue;
    seconds = next;
    offsets.push({ from: new Date(changeBetween(clock, at, at + WEEK_MS)).toISOString(), seconds });
  }
  return { offsets, zoneData: process.versions.tz ?? 'unknown' };
}

function clockIn(timeZone: string): Intl.DateTimeFormat | null {
  const parts = {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  } as const;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', era: 'short', ...parts });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Seconds ahead of UTC. */
function offsetAt(clock: Intl.DateTimeFormat, instant: number): number {
  const shown = new Map(clock.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => shown.get(type) ?? 0;
  const local = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return (local - instant) / 1000;
}

/** The second from which on the offset is that of `to`. */
function changeBetween(clock: Intl.DateTimeFormat, from: number, to: number): number {
  const before = offsetAt(clock, from);
  let [low, high] = [from, to];
  while (high - low > 1000) {
    const middle = low + Math.floor((high - low) / 2000) * 1000;
    if (offsetAt(clock, middle) === before) low = middle;
    else high = middle;
  }
  return high;
}
