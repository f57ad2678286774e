import pg from 'pg';
import type { TestDatabase } from '../harness/index.ts';

/** Asks as the owner, who sees every environment. */
export async function query<R extends pg.QueryResultRow>(
  database: TestDatabase,
  text: string,
  values: readonly unknown[] = [],
): Promise<R[]> {
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    return (await client.query<R>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}

/** Tables in which a row holds this text, as text or as bytes in UTF-8. */
export async function rowsWith(database: TestDatabase, text: string): Promise<string[]> {
  const tables = await query<{ name: string }>(
    database,
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'countersign'`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await query(
      database,
      `select from ${name} t where position($1 in t::text) > 0
          or position(encode(convert_to($1, 'UTF8'), 'hex') in t::text) > 0 limit 1`,
      [text],
    );
    if (rows.length > 0) found.push(name);
  }
  return found;
}
