import fs from 'node:fs/promises';
import path from 'node:path';
import { hasCode, readIfThere, removeIfThere, writeOnce } from '../seal/files.ts';
import { CheckpointOutrun } from './errors.ts';

/** The last checkpoint of each environment, outside the database: what a database that is behind is known by. */
export type OutsideCheckpoints = {
  read(environment: string): Promise<string | null>;
  /**
   * @param over the note that `note` was made to follow; null: it is the first.
   * @throws CheckpointOutrun where another one stands there by now: `note` may be older.
   */
  write(environment: string, note: string, over: string | null): Promise<void>;
  environments(): Promise<readonly string[]>;
};

type Numbered = { readonly environment: string; readonly n: number; readonly file: string };

/**
 * Files `<directory>/<environment>.<n>`, each a signed note, whole and durable; the highest number holds. A number is
 * taken once, by `link`, so that of two processes that follow one note only one can be right; and a process that stood
 * still since it read, whose lock in the database has passed to another, writes nothing that anybody reads.
 */
export function outsideCheckpoints(directory: string): OutsideCheckpoints {
  const fileOf = (environment: string, n: number): string => path.join(directory, `${environment}.${n}`);

  async function all(): Promise<readonly Numbered[]> {
    try {
      return (await fs.readdir(directory)).flatMap((file) => {
        // Without a number: from before there were any.
        const [name, environment, n = '0'] = /^(env_[0-9a-f-]{36})(?:\.(\d+))?$/.exec(file) ?? [];
        return environment === undefined || name === undefined
          ? []
          : [{ environment, n: Number(n), file: path.join(directory, name) }];
      });
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    }
  }

  async function ofOne(environment: string): Promise<readonly Numbered[]> {
    if (!/^env_[0-9a-f-]{36}$/.test(environment)) throw new TypeError(`not an environment: ${environment}`);
    return (await all()).filter((one) => one.environment === environment).sort((a, b) => b.n - a.n);
  }

  async function newest(environment: string): Promise<{ readonly n: number; readonly note: string } | null> {
    for (;;) {
      const [last] = await ofOne(environment);
      if (last === undefined) return null;
      const note = await readIfThere(last.file);
      // Null: a newer one has replaced it meanwhile.
      if (note !== null) return { n: last.n, note: note.toString('utf8') };
    }
  }

  return {
    read: async (environment) => (await newest(environment))?.note ?? null,
    async write(environment, note, over) {
      const last = await newest(environment);
      if ((last?.note ?? null) !== over) throw new CheckpointOutrun(environment);
      const n = (last?.n ?? 0) + 1;
      const bytes = Buffer.from(note);
      const kept = await writeOnce(fileOf(environment, n), bytes);
      const [highest, ...others] = await ofOne(environment);
      // The number may have been free again because others have long gone past it.
      if (kept !== bytes || highest?.n !== n) throw new CheckpointOutrun(environment);
      // The one before stays, for whoever copies the directory at this moment.
      for (const one of others) if (one.n < n - 1) await removeIfThere(one.file);
    },
    environments: async () => [...new Set((await all()).map(({ environment }) => environment))].sort(),
  };
}
