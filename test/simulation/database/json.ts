/** The text that PostgreSQL gives of a jsonb value: keys by length, then by bytes (8.14.4 of its manual). */
export function jsonbText(text: string): string {
  return JSON.stringify(ordered(JSON.parse(text)));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, ordered(one)]));
}
