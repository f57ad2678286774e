import fs from 'node:fs/promises';
import path from 'node:path';
import { appendLine, hasCode } from './files.ts';
import type { Erasure } from './keystore.ts';

/** Append-only list of erased owners, read on from where it was read last. */
export type ErasureList = {
  has(environment: string, owner: string): boolean;
  all(): readonly Erasure[];
  /** Reads what was appended by any process; answers the erasures that are new. */
  refresh(): Promise<readonly Erasure[]>;
  append(erasure: Erasure): Promise<void>;
};

export function erasureList(directory: string): ErasureList {
  const file = path.join(directory, 'erasures.jsonl');
  const known = new Map<string, Erasure>();
  let offset = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function read(): Promise<readonly Erasure[]> {
    let handle: fs.FileHandle;
    try {
      handle = await fs.open(file, 'r');
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    }
    try {
      const { size } = await handle.stat();
      if (size <= offset) return [];
      const bytes = Buffer.alloc(size - offset);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset);
      const whole = bytes.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
      offset += whole;
      const fresh: Erasure[] = [];
      for (const line of bytes.subarray(0, whole).toString('utf8').split('\n')) {
        const erasure = parse(line);
        if (erasure === null || known.has(key(erasure.environment, erasure.owner))) continue;
        known.set(key(erasure.environment, erasure.owner), erasure);
        fresh.push(erasure);
      }
      return fresh;
    } finally {
      await handle.close();
    }
  }

  return {
    has: (environment, owner) => known.has(key(environment, owner)),
    all: () => [...known.values()],
    refresh() {
      // One after the other: two reads from one offset would tell of an erasure twice.
      const next = last.then(read);
      last = next.catch(() => undefined);
      return next;
    },
    append: (erasure) => appendLine(file, JSON.stringify(erasure)),
  };
}

const key = (environment: string, owner: string): string => `${environment} ${owner}`;

/** Null for a line that a crash cut short: its erasure was never acknowledged. */
function parse(line: string): Erasure | null {
  if (line === '') return null;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { environment, owner, command } = value as Partial<Record<string, unknown>>;
  if (typeof environment !== 'string' || typeof owner !== 'string' || typeof command !== 'string')
    return null;
  return { environment, owner, command };
}
