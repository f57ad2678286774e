import type { Limit } from '../../../src/definition/model.ts';
import type { Model } from './state.ts';

/** True, false, or what is missing. */
export type Truth = { is: boolean } | { is: null; missing: string[] };

/**
 * The conditions that random definitions have: `a && b`, `a || b`, and comparisons of a field with a limit or a
 * literal. Unknown is neither true nor false, `true || unknown` is true and `false && unknown` is false (SEMANTICS 3).
 */
export function holds(m: Model, source: string): Truth {
  for (const [sign, settles] of [
    [' || ', true],
    [' && ', false],
  ] as const) {
    if (!source.includes(sign)) continue;
    const parts = source.split(sign).map((part) => holds(m, part));
    if (parts.some((part) => part.is === settles)) return { is: settles };
    const missing = parts.flatMap((part) => (part.is === null ? part.missing : []));
    return missing.length > 0 ? { is: null, missing: [...new Set(missing)].sort() } : { is: !settles };
  }
  return atom(m, source.trim());
}

function atom(m: Model, source: string): Truth {
  const [left = '', sign = '==', right = 'true'] = source.split(' ');
  const [name, path] = left.startsWith('checks.') ? ['', left] : [left, `fields.${left}`];
  const value = name === '' ? m.steps[left.slice('checks.'.length)]?.answer : m.fields[name];
  if (value === undefined || value === null) return { is: null, missing: [path] };
  const [a, b] = [plain(value), literal(m, right)];
  switch (sign) {
    case '==':
      return { is: a === b };
    case '<':
      return { is: a < b };
    case '>':
      return { is: a > b };
    case '>=':
      return { is: a >= b };
    default:
      throw new Error(`the reference model knows no ${sign}`);
  }
}

const plain = (value: unknown): string | number | boolean =>
  typeof value === 'object' && value !== null && 'amount' in value
    ? Number(value.amount)
    : typeof value === 'number' || typeof value === 'boolean'
      ? value
      : String(value);

function literal(m: Model, source: string): string | number | boolean {
  if (source === 'true' || source === 'false') return source === 'true';
  if (source.startsWith('"')) return source.slice(1, -1);
  if (!source.startsWith('limits.')) return Number(source);
  const limit: Limit | undefined = m.definition.limits[source.slice('limits.'.length)];
  if (limit?.type !== 'money') throw new Error(`the reference model knows no ${source}`);
  return Number(limit.amount);
}
