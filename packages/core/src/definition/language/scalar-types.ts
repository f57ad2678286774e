import type { ScalarType } from '../model.ts';
import type { Position } from '../problem.ts';
import { list, optional } from '../shape/collections.ts';
import { text, whole } from '../shape/scalars.ts';
import { type Reading, report } from '../shape/shape.ts';
import { currency } from './quantities.ts';
import { slug } from './words.ts';

export const SCALARS = [
  'text',
  'integer',
  'decimal',
  'money',
  'percent',
  'boolean',
  'date',
  'datetime',
  'duration',
  'enum',
  'email',
  'person',
  'reference',
] as const satisfies readonly [ScalarType, ...ScalarType[]];

export const choice = text({ what: 'a value', example: 'EMEA', most: 200 });

/** Keys that say more of a type; those of fields and of columns. */
export const typeKeys = {
  of: optional(list(choice, 'values', 1, 1000), null, 'enum: the values'),
  to: optional(slug('a kind of thing', 'party'), null, 'reference: the kind of thing'),
  currency: optional(currency, null, 'money: the only currency allowed'),
  max: optional(whole(1, 100_000), null, 'text: characters; list: items; lines: rows'),
};

/** Which types a key belongs to. */
const OWNERS: { readonly [key: string]: readonly string[] } = {
  of: ['enum'],
  to: ['reference'],
  currency: ['money'],
  items: ['list'],
  columns: ['lines'],
  max: ['text', 'list', 'lines'],
  tolerance: ['money', 'integer', 'decimal', 'percent'],
};
const NEEDED = ['of', 'items', 'columns'];

/** Keys that do not belong to the type, or that it lacks, or values that stand twice: reports the first, and tells. */
export function misfits(
  given: { readonly [key: string]: unknown; readonly of: readonly string[] | null },
  type: string,
  items: string | null,
  at: Position,
  path: string,
  reading: Reading,
): boolean {
  const kinds = type === 'list' ? ['list', items ?? 'text'] : [type];
  for (const [key, owners] of Object.entries(OWNERS)) {
    const isGiven = (given[key] ?? null) !== null;
    const belongs = owners.some((owner) => kinds.includes(owner));
    if (isGiven && !belongs) {
      const message = `\`${key}\` belongs to fields of type ${owners.join(' or ')}; this one is ${type}. Remove it.`;
      report(reading, 'conflicting-keys', at, path, message);
      return true;
    }
    if (!isGiven && belongs && NEEDED.includes(key)) {
      const message = `\`${key}\` is missing: a field of type ${owners[0]} needs it. Add \`${key}:\`.`;
      report(reading, 'missing-key', at, path, message);
      return true;
    }
  }
  if (given.of === null || new Set(given.of).size === given.of.length) return false;
  report(reading, 'duplicate', at, `${path}.of`, 'A value stands here twice. Keep one.');
  return true;
}
