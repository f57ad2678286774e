import pg from 'pg';
import { expect, test } from 'vitest';
import { testDatabase } from './index.ts';

const database = await testDatabase();
const other = await testDatabase();

async function ask(url: string, sql: string): Promise<Record<string, unknown>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query<Record<string, unknown>>(sql);
    return found.rows[0] ?? {};
  } finally {
    await client.end();
  }
}

test('each call gives a migrated database of its own', async () => {
  await ask(database.ownerUrl, 'create table only_here ()');
  expect(
    await ask(
      other.ownerUrl,
      `select to_regclass('only_here') as t, to_regclass('schema_migration')::text as m`,
    ),
  ).toEqual({ t: null, m: 'schema_migration' });
});

test('the application logs in as a role that is neither superuser nor owner', async () => {
  expect(
    await ask(
      database.url,
      `select current_user::text as login, session_user::text as session, rolsuper, rolbypassrls,
              (select pg_get_userbyid(datdba)::text from pg_database where datname = current_database()) as owner
         from pg_roles where rolname = current_user`,
    ),
  ).toEqual({
    login: 'countersign_app',
    session: 'countersign_app',
    rolsuper: false,
    rolbypassrls: false,
    owner: 'countersign_owner',
  });
  await expect(ask(database.url, 'create table mine ()')).rejects.toThrow(/permission denied/);
  await expect(ask(database.url, 'set role countersign_owner')).rejects.toThrow(/permission denied/);
});

test('the run is on the PostgreSQL that was asked for', async () => {
  const version = process.env.COUNTERSIGN_TEST_POSTGRES || (process.env.DATABASE_URL ? '' : '18');
  const found = await ask(
    database.url,
    `select current_setting('server_version') as version, current_setting('TimeZone') as zone`,
  );
  expect(String(found.version)).toMatch(new RegExp(`^${version}`));
});
