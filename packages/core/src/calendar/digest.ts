import { digestJson } from '../facts/digest.ts';
import type { CalendarVersion } from '../facts/model.ts';

/** SHA-256 (hex) of all but the digest itself. */
export function calendarDigest(calendar: Omit<CalendarVersion, 'digest'>): string {
  const { digest: _, ...content } = calendar as CalendarVersion;
  return digestJson(content);
}
