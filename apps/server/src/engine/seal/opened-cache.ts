import type { Json } from '@countersign/ledger';

/** Values that were opened, least recently used first out, bounded in bytes, and gone with their owner. */
export type OpenedCache = {
  get(environment: string, item: string): Json | undefined;
  put(environment: string, owner: string, item: string, value: Json, bytes: number): void;
  dropOwner(environment: string, owner: string): void;
};

type Held = { readonly owner: string; readonly value: Json; readonly bytes: number };

export function openedCache(maxBytes: number): OpenedCache {
  const held = new Map<string, Held>();
  const owners = new Map<string, Set<string>>();
  let total = 0;

  function drop(key: string): void {
    const gone = held.get(key);
    if (gone === undefined) return;
    held.delete(key);
    total -= gone.bytes;
    const items = owners.get(gone.owner);
    items?.delete(key);
    if (items?.size === 0) owners.delete(gone.owner);
  }

  return {
    get(environment, item) {
      const key = `${environment} ${item}`;
      const found = held.get(key);
      if (found === undefined) return undefined;
      held.delete(key);
      held.set(key, found);
      return found.value;
    },
    put(environment, ownerId, item, value, bytes) {
      const key = `${environment} ${item}`;
      const owner = `${environment} ${ownerId}`;
      drop(key);
      if (bytes > maxBytes) return;
      held.set(key, { owner, value, bytes });
      const items = owners.get(owner) ?? new Set();
      owners.set(owner, items.add(key));
      total += bytes;
      for (const oldest of held.keys()) {
        if (total <= maxBytes) return;
        drop(oldest);
      }
    },
    dropOwner(environment, owner) {
      for (const key of [...(owners.get(`${environment} ${owner}`) ?? [])]) drop(key);
    },
  };
}
