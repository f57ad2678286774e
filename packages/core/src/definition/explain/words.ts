import type { Duration } from '../model.ts';

type Unit = 'workdays' | 'D' | 'H' | 'M' | 'S';

/** Number and unit of a canonical duration. */
export function parts(duration: Duration): { readonly n: string; readonly unit: Unit } {
  if (typeof duration !== 'string') return { n: String(duration.workdays), unit: 'workdays' };
  const match = /^PT?(\d+)([DHMS])$/.exec(duration);
  if (!match) throw new TypeError(`not a canonical duration: ${duration}`);
  return { n: match[1] ?? '', unit: match[2] as Unit };
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[], last: string): string {
  const end = items.at(-1) ?? '';
  return items.length < 2 ? end : `${items.slice(0, -1).join(', ')} ${last} ${end}`;
}
