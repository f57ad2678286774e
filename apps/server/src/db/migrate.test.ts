import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { testEmptyDatabase } from '../../../../test/harness/index.ts';
import { MIGRATIONS, migrate, readMigrations } from './migrate.ts';
import { enableAppLogin } from './migrate-roles.ts';
import { assertAppRole, openPool } from './pool.ts';

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'migrate-test-'));
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

let folders = 0;
function files(contents: Record<string, string>): string {
  folders += 1;
  const directory = path.join(home, String(folders));
  fs.mkdirSync(directory);
  for (const [name, sql] of Object.entries(contents)) fs.writeFileSync(path.join(directory, name), sql);
  return directory;
}

const quiet = () => undefined;

async function ask(url: string, sql: string): Promise<Record<string, unknown> | undefined> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query<Record<string, unknown>>(sql);
    return found.rows[0];
  } finally {
    await client.end();
  }
}

const two = {
  '0001_first.sql': 'create table first (id int);',
  '0002_second.sql': 'create table second (id int);',
};

test('files are applied in order, once, and told one by one', async () => {
  const { ownerUrl } = await testEmptyDatabase();
  const said: string[] = [];
  const log = (message: string) => said.push(message);
  expect(
    await migrate({ ownerUrl, log, directory: files({ '0001_first.sql': two['0001_first.sql'] }) }),
  ).toEqual(['0001_first.sql']);
  expect(await migrate({ ownerUrl, log, directory: files(two) })).toEqual(['0002_second.sql']);
  expect(await migrate({ ownerUrl, log, directory: files(two) })).toEqual([]);
  expect(said.map((line) => line.replace(/\d+ ms/, 'N ms'))).toEqual([
    'migrated 0001_first.sql in N ms',
    'migrated 0002_second.sql in N ms',
  ]);
});

test('processes that start together migrate once', async () => {
  const { ownerUrl } = await testEmptyDatabase();
  const directory = files({ ...two, '0003_slow.sql': 'select pg_sleep(0.2);' });
  const applied = await Promise.all([1, 2, 3].map(() => migrate({ ownerUrl, log: quiet, directory })));
  expect(applied.map((names) => names.length).sort()).toEqual([0, 0, 3]);
});

test('a shipped file that was edited is refused, and so is a database of a later version', async () => {
  const { ownerUrl } = await testEmptyDatabase();
  await migrate({ ownerUrl, log: quiet, directory: files(two) });
  const edited = files({ ...two, '0001_first.sql': 'create table first (id bigint);' });
  await expect(migrate({ ownerUrl, log: quiet, directory: edited })).rejects.toThrow(
    /0001_first.sql was changed/,
  );
  const older = files({ '0001_first.sql': two['0001_first.sql'] });
  await expect(migrate({ ownerUrl, log: quiet, directory: older })).rejects.toThrow(/does not know/);
});

test('a migration waits for whoever holds its table, and keeps nobody else out', async () => {
  const { ownerUrl } = await testEmptyDatabase();
  await migrate({ ownerUrl, log: quiet, directory: files(two) });
  // As a dump does.
  const holder = new pg.Client({ connectionString: ownerUrl });
  await holder.connect();
  await holder.query('begin; select from first');
  const said: string[] = [];
  const told = Promise.withResolvers<void>();
  const log = (message: string) => {
    said.push(message.replace(/\d+ ms/, 'N ms'));
    told.resolve();
  };
  const directory = files({ ...two, '0003_third.sql': 'alter table first add column name text;' });
  const migrated = migrate({ ownerUrl, log, directory });
  await told.promise;
  expect(await ask(ownerUrl, 'insert into first values (1) returning id')).toEqual({ id: 1 });
  await holder.query('commit');
  await holder.end();
  expect(await migrated).toEqual(['0003_third.sql']);
  expect(new Set(said)).toEqual(
    new Set([
      '0003_third.sql waits: somebody holds a table that it changes; it is tried again',
      'migrated 0003_third.sql in N ms',
    ]),
  );
});

test('a file that fails leaves nothing of itself, names its line, and keeps the files before it', async () => {
  const { ownerUrl } = await testEmptyDatabase();
  const directory = files({ ...two, '0002_second.sql': 'create table second ();\n\nselect nonsense;' });
  await expect(migrate({ ownerUrl, log: quiet, directory })).rejects.toThrow(
    /0002_second.sql: line 3: .*nonsense/,
  );
  expect(
    await ask(ownerUrl, `select to_regclass('first')::text as one, to_regclass('second')::text as two`),
  ).toEqual({ one: 'first', two: null });
});

test('gaps, doubles and strange names are refused before anything runs', async () => {
  for (const name of ['0002_second.sql', '1_first.sql', '0001-First.sql']) {
    await expect(readMigrations(files({ [name]: '' }))).rejects.toThrow(/expected 0001_/);
  }
  await expect(readMigrations(files({ '0001_a.sql': '', '0001_b.sql': '' }))).rejects.toThrow(
    /expected 0002_/,
  );
  expect((await readMigrations(MIGRATIONS)).length).toBeGreaterThan(0);
});

test('an owner who is no superuser migrates too, and owns what it makes', async () => {
  const { ownerUrl, name } = await testEmptyDatabase();
  const role = `owner_${name}`;
  await ask(ownerUrl, `create role ${role} login createrole password 'secret'`);
  await ask(ownerUrl, `alter database ${name} owner to ${role}`);
  const url = ownerUrl.replace(/\/\/[^@]*@/, `//${role}:secret@`);
  await migrate({ ownerUrl: url, log: quiet, directory: files(two) });
  expect(
    await ask(url, `select tableowner::text as owner from pg_tables where tablename = 'second'`),
  ).toEqual({
    owner: role,
  });
  const pool = openPool({ url, max: 1, applicationName: 'test', onError: quiet });
  await expect(assertAppRole(pool)).rejects.toThrow(/owns tables/);
  await pool.end();
  await ask(ownerUrl, `alter database ${name} owner to postgres`);
  await ask(ownerUrl, `reassign owned by ${role} to postgres`);
  await ask(ownerUrl, `drop role ${role}`);
});

test('a superuser migrates as the owner role, so that no function of ours runs as a superuser', async () => {
  const { ownerUrl } = await testEmptyDatabase();
  await migrate({ ownerUrl, log: quiet, directory: files(two) });
  expect(
    await ask(
      ownerUrl,
      `select tableowner::text as owner, (select rolsuper from pg_roles where rolname = tableowner) as super
         from pg_tables where tablename = 'second'`,
    ),
  ).toEqual({ owner: 'countersign_owner', super: false });
});

test('the application logs in with a derived password; a pool refuses any mightier login', async () => {
  const { ownerUrl } = await testEmptyDatabase();
  await migrate({ ownerUrl, log: quiet, directory: files(two) });
  const appUrl = await enableAppLogin(ownerUrl);
  const open = (url: string) =>
    openPool({ url, max: 1, applicationName: 'test', onError: (error) => expect.unreachable(error.message) });
  const [app, owner] = [open(appUrl), open(ownerUrl)];
  try {
    await assertAppRole(app);
    await expect(assertAppRole(owner)).rejects.toThrow(/DATABASE_OWNER_URL/);
    const found = await app.query<{ n: number }>('select 9007199254740991::bigint as n');
    expect(found.rows[0]?.n).toBe(9007199254740991);
    await expect(app.query('select 9007199254740993::bigint as n')).rejects.toThrow(/beyond 2\^53/);
  } finally {
    await app.end();
    await owner.end();
  }
});
