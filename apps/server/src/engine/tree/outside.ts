import fs from 'node:fs/promises';
import path from 'node:path';
import { hasCode, readIfThere, replaceFile } from '../seal/files.ts';

/** The last checkpoint of each environment, outside the database: what a database that is behind is known by. */
export type OutsideCheckpoints = {
  read(environment: string): Promise<string | null>;
  write(environment: string, note: string): Promise<void>;
  environments(): Promise<readonly string[]>;
};

/** Files `<directory>/<environment>`, each a signed note, replaced whole and durably. */
export function outsideCheckpoints(directory: string): OutsideCheckpoints {
  const fileOf = (environment: string): string => {
    if (!/^env_[0-9a-f-]{36}$/.test(environment)) throw new TypeError(`not an environment: ${environment}`);
    return path.join(directory, environment);
  };
  return {
    async read(environment) {
      return (await readIfThere(fileOf(environment)))?.toString('utf8') ?? null;
    },
    write: (environment, note) => replaceFile(fileOf(environment), Buffer.from(note)),
    async environments() {
      try {
        return (await fs.readdir(directory)).filter((name) => /^env_[0-9a-f-]{36}$/.test(name)).sort();
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return [];
        throw error;
      }
    },
  };
}
