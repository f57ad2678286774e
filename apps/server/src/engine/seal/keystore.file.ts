import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { erasureList } from './erasure-list.ts';
import { readIfThere, shred, writeOnce } from './files.ts';
import { ERASURE_SEEN_MS, type Erasure, KeyMissing, type KeyStore, OwnerErased } from './keystore.ts';
import type { MasterKey } from './master.ts';

export type FileKeyStoreOptions = {
  readonly directory: string;
  readonly master: MasterKey;
  /** The erasure list could not be read just now; it is read again at once by whoever seals, and here in half a second. */
  readonly onError: (error: unknown) => void;
};

/** Unwrapped keys kept in memory: 10,000 owners are about 2 MB. */
const CACHED_KEYS = 10_000;
const INDEX = 'index';

/**
 * Keys as files: `<directory>/<environment>/<two digits>/<owner>`, each wrapped by the master key. Processes of one
 * deployment share the directory. The erasure list lies beside them: a backup of the keys that is older than an
 * erasure must never come back without the list of today.
 */
export async function fileKeyStore({ directory, master, onError }: FileKeyStoreOptions): Promise<KeyStore> {
  const list = erasureList(directory);
  const cache = new Map<string, Uint8Array>();
  const listeners: ((erasure: Erasure) => void)[] = [];
  await fs.mkdir(directory, { recursive: true, mode: 0o700 });
  await list.refresh();

  async function refresh(): Promise<void> {
    for (const erasure of await list.refresh()) {
      const cached = cache.get(nameOf(erasure.environment, erasure.owner));
      cached?.fill(0);
      cache.delete(nameOf(erasure.environment, erasure.owner));
      for (const listener of listeners) listener(erasure);
    }
  }
  const timer = setInterval(() => void refresh().catch(onError), ERASURE_SEEN_MS / 2);
  timer.unref();

  function remember(name: string, key: Uint8Array): Uint8Array {
    // A copy: `refresh` wipes what is cached, and must not wipe it under a caller who is sealing.
    cache.set(name, Uint8Array.from(key));
    for (const oldest of cache.keys()) {
      if (cache.size <= CACHED_KEYS) break;
      cache.delete(oldest);
    }
    return key;
  }

  async function read(environment: string, owner: string): Promise<Uint8Array | null> {
    const name = nameOf(environment, owner);
    const cached = cache.get(name);
    if (cached !== undefined) return Uint8Array.from(cached);
    const file = fileOf(directory, environment, owner);
    const wrapped = await readIfThere(file);
    return wrapped === null ? null : remember(name, master.unwrap(wrapped, name, file));
  }

  async function make(environment: string, owner: string): Promise<Uint8Array> {
    const name = nameOf(environment, owner);
    const file = fileOf(directory, environment, owner);
    const wrapped = await writeOnce(file, master.wrap(randomBytes(32), name));
    return master.unwrap(wrapped, name, file);
  }

  return {
    async keyFor(environment, owner) {
      if (list.has(environment, owner)) throw new OwnerErased(owner);
      const found = await read(environment, owner);
      if (found !== null) return found;
      const made = await make(environment, owner);
      // An erasure that was listed before the key was made has not seen it; one listed later will.
      await refresh();
      if (list.has(environment, owner)) {
        await shred(fileOf(directory, environment, owner));
        throw new OwnerErased(owner);
      }
      return remember(nameOf(environment, owner), made);
    },

    async keyOf(environment, owner) {
      if (list.has(environment, owner)) return 'erased';
      const found = await read(environment, owner);
      if (found !== null) return found;
      await refresh();
      if (list.has(environment, owner)) return 'erased';
      throw new KeyMissing(owner, fileOf(directory, environment, owner));
    },

    async indexKey(environment) {
      return (
        (await read(environment, INDEX)) ??
        remember(nameOf(environment, INDEX), await make(environment, INDEX))
      );
    },

    isErased: (environment, owner) => list.has(environment, owner),

    async destroy(erasure) {
      const file = fileOf(directory, erasure.environment, erasure.owner);
      await refresh();
      // Listed first: whoever makes a key from here on finds the list and takes it away again.
      if (!list.has(erasure.environment, erasure.owner)) await list.append(erasure);
      await shred(file);
      await refresh();
    },

    async erasures() {
      await refresh();
      return list.all();
    },

    onErased: (listener) => void listeners.push(listener),
    close: () => clearInterval(timer),
  };
}

const nameOf = (environment: string, owner: string): string =>
  `countersign/owner-key/1\n${environment}\n${owner}`;

/** Names become paths, so nothing but an id may pass. */
function fileOf(directory: string, environment: string, owner: string): string {
  if (!/^env_[0-9a-f-]{36}$/.test(environment) || !/^((usr|req|doc)_[0-9a-f-]{36}|index)$/.test(owner)) {
    throw new TypeError(`not the owner of a key: ${environment} ${owner}`);
  }
  // The last digits of a UUIDv7 are random, the first are the time.
  return path.join(directory, environment, owner.slice(-2), owner);
}
