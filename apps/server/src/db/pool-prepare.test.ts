import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { testEmptyDatabase } from '../../../../test/harness/index.ts';
import { assertAppRole, openPool } from './pool.ts';
import { prepareDatabase } from './pool-prepare.ts';

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'prepare-test-'));
fs.chmodSync(home, 0o755);
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

const log = () => undefined;

/** Logs in as the application, checks that it is no more than that, and says where it is. */
async function whereTheApplicationIs(url: string): Promise<unknown> {
  const pool = openPool({ url, max: 1, applicationName: 'test', onError: log });
  try {
    await assertAppRole(pool);
    const found = await pool.query(
      `select current_database() as database, current_user::text as login,
              has_table_privilege('schema_migration', 'insert') as may_migrate`,
    );
    return found.rows[0];
  } finally {
    await pool.end();
  }
}

test('with nothing given, the embedded database is made, migrated and found again', async () => {
  const options = { url: undefined, ownerUrl: undefined, dataDir: home, log };
  for (const _start of ['first', 'second']) {
    const database = await prepareDatabase(options);
    expect(await whereTheApplicationIs(database.url)).toEqual({
      database: 'countersign',
      login: 'countersign_app',
      may_migrate: false,
    });
    await database.stop();
  }
});

test('an address of the owner alone is enough: the application gets a login of its own', async () => {
  const { ownerUrl, name } = await testEmptyDatabase();
  const database = await prepareDatabase({ url: ownerUrl, ownerUrl: undefined, dataDir: home, log });
  expect(await whereTheApplicationIs(database.url)).toMatchObject({
    database: name,
    login: 'countersign_app',
  });
});

test('with both addresses, the application uses its own', async () => {
  const { ownerUrl, url } = await testEmptyDatabase();
  expect((await prepareDatabase({ url, ownerUrl, dataDir: home, log })).url).toBe(url);
  await expect(whereTheApplicationIs(ownerUrl)).rejects.toThrow(/DATABASE_OWNER_URL/);
});
