/** Dates, instants and durations as text and as whole numbers, without `Date.parse`, locale or time zone. */

export const DAY_MS = 86_400_000;
/** 0001-01-01 and 9999-12-31, in days since 1970-01-01. */
export const FIRST_DAY = -719_162;
export const LAST_DAY = 2_932_896;

const isLeap = (y: number): boolean => y % 4 === 0 && (y % 100 !== 0 || y % 400 === 0);
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

const daysInMonth = (y: number, m: number): number => (m === 2 && isLeap(y) ? 29 : (MONTH_DAYS[m - 1] ?? 0));

/** Days since 1970-01-01 of a civil date (H. Hinnant, “chrono-compatible low-level date algorithms”). */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

export type Civil = { readonly year: number; readonly month: number; readonly day: number };

export function civilFromDays(days: number): Civil {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const doe = z - era * 146_097;
  const yoe = Math.floor(
    (doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365,
  );
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  const month = mp < 10 ? mp + 3 : mp - 9;
  const year = yoe + era * 400 + (month <= 2 ? 1 : 0);
  return { year, month, day: doy - Math.floor((153 * mp + 2) / 5) + 1 };
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATETIME =
  /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;
const DURATION =
  /^P(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.(\d{1,3}))?S)?)?$/;

/** Days since 1970-01-01 of `YYYY-MM-DD`, or null if there is no such day. */
export function parseDate(text: string): number | null {
  const match = DATE.exec(text);
  if (!match) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  return daysFromCivil(year, month, day);
}

const pad = (n: number, width: number): string => String(n).padStart(width, '0');

export function formatDate(days: number): string {
  const { year, month, day } = civilFromDays(days);
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

/**
 * Milliseconds since 1970-01-01T00:00Z of an RFC 3339 time with any offset; null for anything else, for leap
 * seconds, and for fractions finer than a millisecond.
 */
export function parseDatetime(text: string): number | null {
  const match = DATETIME.exec(text);
  if (!match) return null;
  const days = parseDate(match[1] ?? '');
  const [hours, minutes, seconds] = [Number(match[2]), Number(match[3]), Number(match[4])];
  const fraction = match[5] ?? '';
  const [offsetHours, offsetMinutes] = [Number(match[7] ?? 0), Number(match[8] ?? 0)];
  if (days === null || hours > 23 || minutes > 59 || seconds > 59) return null;
  if (offsetHours > 23 || offsetMinutes > 59 || /[1-9]/.test(fraction.slice(3))) return null;
  const offset = (match[6] === '-' ? -1 : 1) * (offsetHours * 60 + offsetMinutes) * 60_000;
  const time = ((hours * 60 + minutes) * 60 + seconds) * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'));
  const instant = days * DAY_MS + time - offset;
  return isInstant(instant) ? instant : null;
}

export const isDay = (days: number): boolean => days >= FIRST_DAY && days <= LAST_DAY;
export const isInstant = (ms: number): boolean => ms >= FIRST_DAY * DAY_MS && ms < (LAST_DAY + 1) * DAY_MS;

export function formatDatetime(ms: number): string {
  const days = Math.floor(ms / DAY_MS);
  const rest = ms - days * DAY_MS;
  const [h, m] = [Math.floor(rest / 3_600_000), Math.floor(rest / 60_000) % 60];
  const [s, f] = [Math.floor(rest / 1000) % 60, rest % 1000];
  return `${formatDate(days)}T${pad(h, 2)}:${pad(m, 2)}:${pad(s, 2)}.${pad(f, 3)}Z`;
}

/** Days and a time of day's length apart, because a calendar day is not always 24 hours. */
export type DurationParts = { readonly days: number; readonly ms: number };

/** Reads weeks, days, hours, minutes and seconds (to the millisecond) of ISO 8601; years and months have no length: null. */
export function parseDuration(text: string): DurationParts | null {
  const match = DURATION.exec(text);
  if (!match || text.endsWith('P') || text.endsWith('T')) return null;
  const [w, d, h, m, s] = [1, 2, 3, 4, 5].map((i) => Number(match[i] ?? 0));
  const days = (w ?? 0) * 7 + (d ?? 0);
  const ms = (((h ?? 0) * 60 + (m ?? 0)) * 60 + (s ?? 0)) * 1000 + Number((match[6] ?? '').padEnd(3, '0'));
  return Number.isSafeInteger(days * DAY_MS + ms) ? { days, ms } : null;
}

/** `P3D`, `PT36H`, `P1DT30M`, `PT0S`; minutes and seconds carry into hours, hours never into days. */
export function formatDuration({ days, ms }: DurationParts): string {
  const seconds = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const fraction = ms % 1000 === 0 ? '' : `.${pad(ms % 1000, 3)}`;
  const time = `${h ? `${h}H` : ''}${m ? `${m}M` : ''}${s || fraction ? `${s}${fraction}S` : ''}`;
  if (!days && !time) return 'PT0S';
  return `P${days ? `${days}D` : ''}${time ? `T${time}` : ''}`;
}
