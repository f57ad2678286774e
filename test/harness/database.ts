import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrate } from '../../apps/server/src/db/migrate.ts';
import { appUrl, enableAppLogin, withDatabase } from '../../apps/server/src/db/migrate-roles.ts';
import { serverUrl } from './server.ts';

export interface TestDatabase {
  readonly name: string;
  /** Login of the application: neither owner nor superuser, as in production. */
  readonly url: string;
  /** Login that may do everything: to look, to tamper, to migrate. */
  readonly ownerUrl: string;
  /** Drops the database and ends every session in it. */
  drop(): Promise<void>;
}

export interface TestRun {
  readonly directory: string;
  readonly id: string;
}

/** A fresh, migrated database on the run's PostgreSQL. */
export async function cloneDatabase(run: TestRun): Promise<TestDatabase> {
  const server = await serverUrl(run.directory);
  return asAdmin(server, async (admin) => {
    const template = await ensureTemplate(admin, server, run.id);
    const name = `${run.id}_${randomBytes(4).toString('hex')}`;
    await clone(admin, template, name);
    const ownerUrl = withDatabase(server, name);
    return { name, ownerUrl, url: appUrl(ownerUrl), drop: () => dropDatabase(server, name) };
  });
}

/** An empty database without any table, for tests of the migration itself. */
export async function emptyDatabase(run: TestRun): Promise<TestDatabase> {
  const server = await serverUrl(run.directory);
  const name = `${run.id}_${randomBytes(4).toString('hex')}`;
  await asAdmin(server, (admin) => admin.query(`create database ${name}`));
  const ownerUrl = withDatabase(server, name);
  return { name, ownerUrl, url: appUrl(ownerUrl), drop: () => dropDatabase(server, name) };
}

/** Any constant: two test workers must not build the template twice. */
const TEMPLATE_LOCK = 7_220_652;

async function ensureTemplate(admin: pg.Client, server: string, id: string): Promise<string> {
  const template = `${id}_template`;
  const partial = `${id}_partial`;
  await admin.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  try {
    const found = await admin.query('select 1 from pg_database where datname = $1', [template]);
    if (found.rowCount !== 0) return template;
    await admin.query(`drop database if exists ${partial} with (force)`);
    await admin.query(`create database ${partial}`);
    const ownerUrl = withDatabase(server, partial);
    await migrate({ ownerUrl, log: () => undefined });
    await enableAppLogin(ownerUrl);
    await renameIdle(admin, partial, template);
    return template;
  } finally {
    await admin.query('select pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  }
}

/** 55006 (object in use): a session that was just closed is not quite gone yet. */
async function whenIdle(admin: pg.Client, statement: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await admin.query(statement);
      return;
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || error.code !== '55006' || attempt === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

const renameIdle = (admin: pg.Client, from: string, to: string) =>
  whenIdle(admin, `alter database ${from} rename to ${to}`);

async function clone(admin: pg.Client, template: string, name: string): Promise<void> {
  const owner = await admin.query<{ owner: string }>(
    'select pg_get_userbyid(datdba) as owner from pg_database where datname = $1',
    [template],
  );
  const role = pg.escapeIdentifier(owner.rows[0]?.owner ?? 'postgres');
  await whenIdle(admin, `create database ${name} template ${template} owner ${role}`);
}

async function dropDatabase(server: string, name: string): Promise<void> {
  await asAdmin(server, (admin) => admin.query(`drop database if exists ${name} with (force)`));
}

/** Drops every database of the run from a server that outlives it. */
export async function dropRun(id: string): Promise<void> {
  const server = process.env.DATABASE_URL;
  if (server === undefined || server === '') return;
  await asAdmin(server, async (admin) => {
    const found = await admin.query<{ name: string }>(
      'select datname as name from pg_database where starts_with(datname, $1)',
      [`${id}_`],
    );
    for (const { name } of found.rows) await admin.query(`drop database if exists ${name} with (force)`);
  });
}

async function asAdmin<T>(server: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}
