import type { CalendarVersion } from '../facts/model.ts';

/** What a calendar's zone is from UTC, in milliseconds, from an instant on. The first holds from the beginning. */
export type Offset = { readonly from: number; readonly ms: number };

const read = new WeakMap<CalendarVersion, readonly Offset[]>();

export function offsetsOf(calendar: CalendarVersion): readonly Offset[] {
  const known = read.get(calendar);
  if (known) return known;
  const offsets = calendar.offsets.map(({ from, seconds }) => ({
    from: from === null ? Number.NEGATIVE_INFINITY : Date.parse(from),
    ms: seconds * 1000,
  }));
  read.set(calendar, offsets);
  return offsets;
}

/** Local time as if it were UTC, in milliseconds since 1970. */
export function toLocal(offsets: readonly Offset[], instant: number): number {
  const found = offsets.findLast(({ from }) => from <= instant);
  return instant + (found?.ms ?? 0);
}

/**
 * The instant of a local time. One that comes twice, as clocks go back, is the first of the two; one that is skipped,
 * as they go forward, is as much later as they skip (RFC 5545 3.3.5; `compatible` in Temporal).
 */
export function toInstant(offsets: readonly Offset[], local: number): number {
  let offset = offsets[0]?.ms ?? 0;
  for (const { from, ms } of offsets.slice(1)) {
    if (local - offset < from || local - ms < from) break;
    offset = ms;
  }
  return local - offset;
}
