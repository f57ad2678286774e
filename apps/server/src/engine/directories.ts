import { type Directory, type DirectoryEvent, emptyDirectory, evolveDirectory } from '@countersign/core';
import type { Reader } from '../db/read.ts';
import { byteCache } from './cache.ts';

/** The directory of each environment, folded from the entries that change authority, and kept by revision. */
export type Directories = {
  /** As of the head, and not behind `atLeast`. */
  at(environment: string, atLeast: number): Promise<Directory>;
};

type Folded = { readonly directory: Directory; readonly bytes: number };
type Row = { seq: number | string; leaf: Buffer };

/** Entries of one read: a directory of 100,000 people is read in hundreds of these. */
const PAGE = 500;

export function directories(reader: Reader, maxBytes: number): Directories {
  const cache = byteCache<Folded>(maxBytes);
  const loading = new Map<string, Promise<Folded>>();

  async function load(environment: string): Promise<Folded> {
    let { directory, bytes } = cache.get(environment) ?? { directory: emptyDirectory(), bytes: 1024 };
    for (;;) {
      const rows = await reader.readAs(environment).query<Row>(
        `select seq, leaf from countersign.entry
          where environment_id = $1 and authority and seq > $2 order by seq limit ${PAGE}`,
        [environment, directory.revision],
      );
      for (const row of rows) {
        directory = evolveDirectory(directory, authorityEvents(row.leaf), Number(row.seq));
        bytes += row.leaf.length;
      }
      if (rows.length < PAGE) break;
    }
    const folded = { directory, bytes };
    cache.put(environment, folded, bytes);
    return folded;
  }

  return {
    async at(environment, atLeast) {
      const cached = cache.get(environment);
      if (cached !== undefined && cached.directory.revision >= atLeast) return cached.directory;
      // Whoever joined a load that began before `atLeast` was committed loads once more.
      for (;;) {
        let one = loading.get(environment);
        const mine = one === undefined;
        if (one === undefined) {
          one = load(environment).finally(() => loading.delete(environment));
          loading.set(environment, one);
        }
        const { directory } = await one;
        if (mine || directory.revision >= atLeast) return directory;
      }
    },
  };
}

/** Our own leaf of a directory or matrix stream, written through encodeLeaf from typed events. */
function authorityEvents(leaf: Buffer): readonly DirectoryEvent[] {
  const parsed: { readonly events: readonly DirectoryEvent[] } = JSON.parse(leaf.toString('utf8'));
  return parsed.events;
}
