import path from 'node:path';
import {
  freePort,
  newCluster,
  ownDirectory,
  PASSWORD,
  type Postgres,
  postgresOn,
  tool,
  until,
} from './postgres.ts';

export type Pair = { readonly primary: Postgres; readonly standby: Postgres; readonly url: string };

/** A primary whose commits wait for its standby. */
export async function newPair(scratch: string): Promise<Pair> {
  const directory = ownDirectory(path.join(scratch, 'postgres'));
  const primary = await newCluster(path.join(directory, 'primary'));
  const data = path.join(directory, 'standby');
  const login = `user=postgres password=${PASSWORD} application_name=standby`;
  const from = `host=127.0.0.1 port=${primary.port} ${login}`;
  await tool('pg_basebackup', '-D', data, '-d', from, '-R', '-X', 'stream', '-c', 'fast');
  const standby = postgresOn(data, await freePort(), ['max_connections=200']);
  await standby.start();
  await primary.query(`alter system set synchronous_standby_names = 'standby'`);
  await primary.query('select pg_reload_conf()');
  await until('the standby is synchronous', async () => {
    const [row] = await primary.query<{ sync_state: string }>('select sync_state from pg_stat_replication');
    return row?.sync_state === 'sync';
  });
  const hosts = [primary, standby].map(({ port }) => `127.0.0.1:${port}`).join(',');
  return { primary, standby, url: `postgres://postgres:${PASSWORD}@${hosts}/countersign` };
}

export async function promote(standby: Postgres): Promise<void> {
  const [row] = await standby.query<{ done: boolean }>('select pg_promote(true, 30) as done');
  if (row?.done !== true) throw new Error('the standby was not promoted');
}
