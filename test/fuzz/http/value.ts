import fc from 'fast-check';
import type { Random } from '../random.ts';
import { type Schema, schemaOf } from './document.ts';
import type { Pool } from './pool.ts';

/** Makes a value that a schema describes; of what has been seen, where it can. */
export function valueFor(schema: Schema, random: Random, pool: Pool, depth = 0): unknown {
  const s = schemaOf(schema);
  const choices = s.anyOf ?? s.oneOf;
  if (choices !== undefined) return valueFor(random.some(choices) ?? {}, random, pool, depth);
  if (s.const !== undefined) return s.const;
  if (s.enum !== undefined) return random.some(s.enum);
  switch (s.type) {
    case 'string':
      return textOf(s, random, pool);
    case 'integer':
    case 'number':
      return numberOf(s, random);
    case 'boolean':
      return random.chance(0.5);
    case 'null':
      return null;
    case 'array':
      return listOf(s, random, pool, depth);
    case 'object':
      return objectOf(s, random, pool, depth);
    case undefined:
      return random.pick<unknown>(['x', 1, true, null]);
    default:
      throw new Error(`the document has a type ${s.type}`);
  }
}

const made = new Map<string, readonly string[]>();

/** From fast-check's generator of what a regular expression matches; 100 of each, so that it is asked once. */
function matching(pattern: string): readonly string[] {
  const ready = made.get(pattern);
  if (ready !== undefined) return ready;
  // It knows no look-ahead: such a pattern only excludes what is known, and plain names are not.
  const plain = pattern.replace(/\(\?![^)]*\)/g, '');
  const list = fc.sample(fc.stringMatching(new RegExp(plain)), { seed: 1, numRuns: 100 });
  made.set(pattern, list);
  return list;
}

const WORDS = [
  'a',
  'Grüße',
  'O’Neill',
  '請求書',
  '🧾',
  'x'.repeat(90),
  '<b>&amp;',
  "'; drop table x; --",
  '  ',
  '\u202e',
];

function textOf(s: Schema, random: Random, pool: Pool): string {
  if (s.format === 'date-time') return instant(random);
  if (s.pattern !== undefined) {
    const seen = random.chance(0.9) ? pool.like(s.pattern, random) : undefined;
    return seen ?? random.some(matching(s.pattern)) ?? '';
  }
  const least = s.minLength ?? 0;
  const most = s.maxLength ?? 200;
  if (random.chance(0.4) && pool.people.length > 0 && most === 255) return random.some(pool.people) ?? 'a';
  if (random.chance(0.02)) return 'y'.repeat(Math.min(most, 20_000));
  return (random.some(WORDS) ?? '').padEnd(least, 'z').slice(0, most);
}

const instant = (random: Random): string => {
  const days = random.chance(0.8) ? random.below(60) : random.below(3000);
  const at = new Date(Date.UTC(2026, 0, 1) + days * 86_400_000 + random.below(86_400_000)).toISOString();
  return random.chance(0.3) ? at.replace('Z', random.pick(['+02:00', '-11:30'])) : at;
};

function numberOf(s: Schema, random: Random): number {
  const least = s.minimum ?? -1000;
  const most = s.maximum ?? 1_000_000;
  if (random.chance(0.1)) return random.chance(0.5) ? least : most;
  return least + random.below(Math.min(most - least + 1, random.chance(0.7) ? 10 : 100_000));
}

function listOf(s: Schema, random: Random, pool: Pool, depth: number): unknown[] {
  const least = s.minItems ?? 0;
  const length = Math.max(least, Math.min(s.maxItems ?? 10, depth > 4 ? 0 : random.below(4)));
  return Array.from({ length }, () => valueFor(s.items ?? {}, random, pool, depth + 1));
}

function objectOf(s: Schema, random: Random, pool: Pool, depth: number): { [name: string]: unknown } {
  const value: { [name: string]: unknown } = {};
  for (const [name, member] of Object.entries(s.properties ?? {})) {
    if (s.required?.includes(name) || random.chance(depth > 4 ? 0.1 : 0.5))
      value[name] = valueFor(member, random, pool, depth + 1);
  }
  if (typeof s.additionalProperties === 'object' && depth < 5) {
    for (let i = random.below(3); i > 0; i -= 1) {
      const name = String(valueFor(s.propertyNames ?? { type: 'string', minLength: 1 }, random, pool));
      if (name !== '__proto__') value[name] = valueFor(s.additionalProperties, random, pool, depth + 1);
    }
  }
  return value;
}
