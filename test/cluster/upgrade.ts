import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { root } from '../tiers/server.ts';
import { populate, startLoad } from './load.ts';
import { type Outcome, retries } from './outcome.ts';
import { newCluster, until } from './postgres.ts';
import { faultsOf } from './proof.ts';
import { roundRobin } from './proxy.ts';
import { secretOf, server } from './servers.ts';

/**
 * What a later version might do: a column and an index on a hot table, and the commit with one more column in its
 * answer, which a plan that an older process has prepared does not fit.
 */
const MIGRATION = `
alter table countersign.request add column cost_center text;
create index request_by_cost_center on countersign.request (environment_id, cost_center) where cost_center is not null;
alter function countersign.commit rename to commit_1;
do $$
declare
  old oid := 'countersign.commit_1'::regproc;
  places text := (select string_agg('$' || n, ', ') from generate_series(1, (select pronargs from pg_proc where oid = old)) n);
begin
  execute format('create function countersign.commit(%s)
    returns table (seq bigint, reason text, detail text, directory bigint, clock bigint, cost_center text)
    language sql volatile security definer set search_path = countersign, pg_catalog, pg_temp
    as ''select c.*, null::text from countersign.commit_1(%s) c''', pg_get_function_identity_arguments(old), places);
  execute format('revoke execute on function countersign.commit(%s) from public', pg_get_function_identity_arguments(old));
  execute format('grant execute on function countersign.commit(%s) to countersign_app', pg_get_function_identity_arguments(old));
end $$;
`;

/** This tree with one migration more. */
function nextVersion(scratch: string): string {
  const code = path.join(scratch, 'next', 'apps', 'server');
  mkdirSync(code, { recursive: true });
  cpSync(path.join(root, 'apps/server'), code, { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(scratch, 'next', 'node_modules'));
  const migrations = readdirSync(path.join(code, 'migrations')).filter((name) => name.endsWith('.sql'));
  const number = String(migrations.length + 1).padStart(4, '0');
  writeFileSync(path.join(code, 'migrations', `${number}_cost_center.sql`), MIGRATION);
  return code;
}

/** Two api and a worker are replaced one by one by a later version, over a migration, while somebody dumps the database. */
export async function upgrade(scratch: string): Promise<Outcome> {
  const database = await newCluster(path.join(scratch, 'postgres', 'primary'));
  const data = path.join(scratch, 'data');
  const make = (name: string, mode: 'api' | 'worker', code?: string) =>
    server(name, { mode, data, databaseUrl: database.url(), ...(code === undefined ? {} : { code }) });
  const old = await Promise.all([make('old-1', 'api'), make('old-2', 'api'), make('old-3', 'worker')]);
  for (const one of old) await one.start();
  const code = nextVersion(scratch);
  const next = await Promise.all([
    make('next-1', 'api', code),
    make('next-2', 'api', code),
    make('next-3', 'worker', code),
  ]);
  const [old1, old2, old3] = old;
  const [next1, next2, next3] = next;
  if (!old1 || !old2 || !old3 || !next1 || !next2 || !next3) throw new Error('there are three of each');
  const proxy = await roundRobin([old1.port, old2.port]);
  const secret = secretOf(data);
  const load = startLoad(proxy.port, await populate(proxy.port, secret), 16);
  await sleep(2000);
  await load.acknowledgedAfterNow();

  const faults: string[] = [];
  // As pg_dump does: it reads every table in one transaction, and holds them until it ends.
  const dump = new pg.Client(database.url());
  await dump.connect();
  await dump.query('begin isolation level repeatable read; select count(*) from countersign.request');
  const starting = next1.start();
  await until('the migration waits', () => next1.said().includes('waits: somebody holds'));
  for (let i = 0; i < 3; i += 1) await load.acknowledgedAfterNow();
  await dump.query('commit');
  await dump.end();
  await starting;

  // Old and new side by side on the new schema; then one by one.
  proxy.to([next1.port, old1.port, old2.port]);
  await sleep(3000);
  await load.acknowledgedAfterNow();
  await old2.kill();
  const refusal = await old2.start().then(
    () => 'it started',
    (error: Error) => error.message,
  );
  if (!refusal.includes('which this version does not know'))
    faults.push(`an old version that starts on the new schema should be told so, and was told: ${refusal}`);
  await next2.start();
  proxy.to([next1.port, next2.port]);
  await old1.stop();
  await next3.start();
  await old3.stop();
  await sleep(3000);
  await load.acknowledgedAfterNow();
  await load.stop();
  faults.push(...(await faultsOf(database, load, { port: proxy.port, secret })));
  proxy.close();
  await Promise.all(next.map((one) => one.stop()));
  await database.stop();
  return {
    faults,
    detail: `${load.acknowledged.length} commands acknowledged, ${load.decided()} lifecycles, ${load.offers()} timers; ${retries(load.retried)}; longest pause ${Math.round(load.longestPause())} ms.`,
  };
}
