/**
 * Whether two JSON values have the same canonical form, without writing it: replay asks for every entry, and writing
 * both took half of its time. A member that is `undefined` is none.
 */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && sameItems(a, b);
  return sameMembers(a as JsonObject, b as JsonObject);
}

type JsonObject = { readonly [key: string]: unknown };

const sameItems = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((item, i) => sameJson(item, b[i]));

function sameMembers(a: JsonObject, b: JsonObject): boolean {
  let extra = 0;
  for (const key of Object.keys(a)) {
    const own = a[key];
    if (own === undefined) continue;
    if (!Object.hasOwn(b, key) || !sameJson(own, b[key])) return false;
    extra -= 1;
  }
  for (const key of Object.keys(b)) if (b[key] !== undefined) extra += 1;
  return extra === 0;
}
