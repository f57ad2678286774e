import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Clients } from './clients.ts';
import { type Played, play, recovery, type Stage, type StageOptions } from './stage.ts';

const MOST = 30;

/**
 * Somebody else takes every connection that PostgreSQL has, and the server's own are ended, so that it finds none.
 * @returns ms from the moment at which they are free again to the first new command that was accepted.
 */
export function exhausted(
  options: Omit<StageOptions, 'database'> & { readonly seconds: number },
): Promise<Played<{ readonly recovered: number | null }>> {
  const settings = [`max_connections=${MOST}`];
  return play({ ...options, database: 'external', settings }, async (stage) => {
    const clients = stage.load();
    await sleep(2000);
    const taken = await takeAll(stage);
    const before = stage.journal.acknowledgements.length;
    if (!(await told(clients))) stage.note(['nobody was told that there is no connection']);
    await sleep(options.seconds * 1000);
    if (stage.journal.acknowledgements.length > before) stage.note(['there was a connection left']);
    const freed = performance.now();
    const accepted = clients.acceptedAfter(freed);
    await Promise.all(taken.map((one) => one.end()));
    const recovered = await recovery(accepted, freed);
    if (recovered === null) stage.note(['it did not recover from a PostgreSQL without a free connection']);
    await sleep(1000);
    await stage.settle(clients);
    return { recovered };
  });
}

/** The server looks for a connection for two seconds before it says 503; a busy machine makes that longer. */
async function told({ seen }: Clients): Promise<boolean> {
  const end = performance.now() + 20_000;
  while (!seen.statuses.has('503')) {
    if (performance.now() > end) return false;
    await sleep(50);
  }
  return true;
}

async function takeAll(stage: Stage): Promise<pg.Client[]> {
  const taken: pg.Client[] = [];
  const first = await take(stage.owner());
  if (first === null) throw new Error('not even the first connection was free');
  taken.push(first);
  // The superuser may have the reserved ones too. Until nobody else holds one, those that come free are taken.
  for (;;) {
    const next = await take(stage.owner());
    if (next !== null) taken.push(next);
    const { rows } = await first.query<{ ended: number }>(
      `select count(pg_terminate_backend(pid))::integer as ended from pg_stat_activity where usename <> current_user`,
    );
    if (next === null && rows[0]?.ended === 0) return taken;
  }
}

/** Null: 53300, too many connections. */
async function take(url: string): Promise<pg.Client | null> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === '53300') return null;
    throw error;
  }
}
