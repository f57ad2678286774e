/** Least recently used first out, bounded in bytes as told by who puts (ENGINE 22). */
export type ByteCache<V> = {
  readonly bytes: number;
  get(key: string): V | undefined;
  /** A value larger than the whole bound is not kept. */
  put(key: string, value: V, bytes: number): void;
  drop(key: string): void;
};

export function byteCache<V>(maxBytes: number): ByteCache<V> {
  const entries = new Map<string, { readonly value: V; readonly bytes: number }>();
  let total = 0;

  function drop(key: string): void {
    total -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  }

  return {
    get bytes() {
      return total;
    },
    get(key) {
      const found = entries.get(key);
      if (found === undefined) return undefined;
      entries.delete(key);
      entries.set(key, found);
      return found.value;
    },
    put(key, value, bytes) {
      drop(key);
      if (bytes > maxBytes) return;
      entries.set(key, { value, bytes });
      total += bytes;
      for (const oldest of entries.keys()) {
        if (total <= maxBytes) return;
        drop(oldest);
      }
    },
    drop,
  };
}
