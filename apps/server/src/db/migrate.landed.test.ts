import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { testEmptyDatabase } from '../../../../test/harness/index.ts';
import { MIGRATIONS, migrate, readMigrations } from './migrate.ts';

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'migrate-landed-'));
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

test('what has landed is as it was: databases out there know it by its digest', async () => {
  const landed = fs.readFileSync(path.join(MIGRATIONS, 'landed.sha256'), 'utf8').trim().split('\n');
  const files = await readMigrations(MIGRATIONS);
  expect(files.map(({ name, sha256 }) => `${sha256}  ${name}`)).toEqual(landed);
});

test('0010: words that were indexed before are found, and replaced, also by a process of before', async () => {
  const { ownerUrl } = await testEmptyDatabase();
  for (const { name, number, sql } of await readMigrations(MIGRATIONS))
    if (number < 10) fs.writeFileSync(path.join(home, name), sql);
  await migrate({ ownerUrl, log: () => undefined, directory: home });
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  const environment = `env_${'0'.repeat(36)}`;
  const index = (words: string) =>
    owner.query(`select countersign.index_words($1, 'req_1', $2)`, [environment, words.split(' ')]);
  const texts = async () =>
    (await owner.query('select tokens from countersign.search_text where stream_id = $1', ['req_1'])).rows;
  const tokens = async () =>
    (await owner.query<{ token: string }>('select token from countersign.search_token order by 1')).rows.map(
      ({ token }) => token,
    );
  await owner.query("select set_config('countersign.environment', $1, false)", [environment]);
  await index('old kept');
  await migrate({ ownerUrl, log: () => undefined });
  expect(await texts()).toEqual([{ tokens: ['kept', 'old'] }]);
  await index('new kept');
  expect(await tokens()).toEqual(['kept', 'new']);
  expect(await texts()).toEqual([{ tokens: ['kept', 'new'] }]);
  await owner.end();
});
