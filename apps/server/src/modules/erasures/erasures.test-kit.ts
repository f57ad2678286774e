import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';

/** What is searched for an erased value: every file of the database and of ours, and what a dump would hold. */
export type Searchable = {
  asOwner<T extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<T[]>;
  /** By file. */
  everything(): Promise<Map<string, Buffer>>;
  dump(): Promise<Buffer>;
};

const PG_DUMP = 'pg_dump';

export const filesIn = (where: string): string[] =>
  fs
    .readdirSync(where, { recursive: true, withFileTypes: true })
    .flatMap((entry) => (entry.isFile() ? [path.join(entry.parentPath, entry.name)] : []));

export function searchable(ownerUrl: string, root: string): Searchable {
  async function asOwner<T extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<T[]> {
    const owner = new pg.Client({ connectionString: ownerUrl });
    await owner.connect();
    try {
      return (await owner.query<T>(text, [...values])).rows;
    } finally {
      await owner.end();
    }
  }

  async function everything(): Promise<Map<string, Buffer>> {
    const [cluster] = await asOwner<{ data_directory: string }>('show data_directory');
    const files = new Set([...filesIn(root), ...filesIn(cluster?.data_directory ?? '')]);
    return new Map([...files].map((file) => [file, fs.readFileSync(file)]));
  }

  /** Every row of every table, and pg_dump's own dump where one of the server's version is installed. */
  async function dump(): Promise<Buffer> {
    const tables = await asOwner<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
        where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const parts: string[] = [];
    for (const { name } of tables) {
      const rows = await asOwner<{ line: string }>(`select t::text as line from ${name} t`);
      parts.push(name, ...rows.map(({ line }) => line));
    }
    try {
      const options = { maxBuffer: 1 << 28, encoding: 'utf8', stdio: 'pipe' } as const;
      parts.push(execFileSync(PG_DUMP, ['--dbname', ownerUrl], options));
    } catch (error) {
      if (!(error instanceof Error) || !/server version mismatch|ENOENT/.test(error.message)) throw error;
    }
    return Buffer.from(parts.join('\n'));
  }

  return { asOwner, everything, dump };
}
