import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { freePort, signalAll, until } from '../../../../test/cluster/postgres.ts';
import { startEmbedded } from './embedded.ts';
import { openPool } from './pool.ts';
import { primary, primaryAddress } from './primary.ts';

const scratch = mkdtempSync(path.join(os.tmpdir(), 'countersign-primary-'));
// Where PostgreSQL's account reaches it; else the data would move.
chmodSync(scratch, 0o755);
const [first, second] = [await freePort(), await freePort()];
const start = (name: string, port: number, ...settings: string[]) =>
  startEmbedded({
    dataDir: path.join(scratch, name),
    log: () => undefined,
    durable: false,
    settings: ['listen_addresses=127.0.0.1', `port=${port}`, ...settings],
  });

const made = await start('old', first);
const password = new pg.Client({ connectionString: made.url('postgres') }).password ?? '';
await made.stop();
// The embedded programs have no pg_basebackup: a stopped cluster is copied.
execFileSync('cp', ['-a', path.join(scratch, 'old'), path.join(scratch, 'new')]);
writeFileSync(path.join(scratch, 'new', 'data', 'standby.signal'), '');
const from = `primary_conninfo=host=127.0.0.1 port=${first} user=postgres password=${password}`;
const old = await start('old', first);
const standby = await start('new', second, from);
const hosts = `127.0.0.1:${second},127.0.0.1:${first}`;
const address = `postgres://postgres:${password}@${hosts}/postgres`;

afterAll(async () => {
  signalAll(old.pid, 'SIGKILL');
  await standby.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const portOf = async (pool: pg.Pool): Promise<number> => {
  const { rows } = await pool.query<{ port: number }>('select inet_server_port() as port');
  return rows[0]?.port ?? 0;
};

test('the primary is found, whichever host it is; a standby alone is none', async () => {
  expect(await primaryAddress(address)).toContain(`:${first}/`);
  await expect(primaryAddress(address.replace(hosts, `127.0.0.1:${second}`))).rejects.toThrow(
    `127.0.0.1:${second} is a standby`,
  );
});

test('a session that the server ends while nobody listens yet does not end the process', async () => {
  const place = primary(address, { onMoved: () => undefined });
  const client = new place.Client();
  await client.connect();
  const ended = new Promise((resolve) => client.once('end', resolve));
  const admin = new pg.Client(`postgres://postgres:${password}@127.0.0.1:${first}/postgres`);
  await admin.connect();
  await client.query('select set_config($1, $2, false)', ['application_name', 'to-be-ended']);
  await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [
    'to-be-ended',
  ]);
  await ended;
  await admin.end();
  place.close();
});

test('when a primary hangs and its standby is promoted, connections go over, and never back', async () => {
  const moved: number[] = [];
  const place = primary(address, { onMoved: (timeline) => moved.push(timeline) });
  const pool = openPool({
    url: address,
    max: 5,
    applicationName: 'test',
    onError: () => undefined,
    primary: place,
  });
  try {
    expect(await portOf(pool)).toBe(first);
    const used = await pool.connect();
    signalAll(old.pid, 'SIGSTOP');
    const hanging = used.query('select').catch((error: Error) => error.message);
    const admin = new pg.Client(`postgres://postgres:${password}@127.0.0.1:${second}/postgres`);
    await admin.connect();
    await admin.query('select pg_promote()');
    await admin.end();

    expect(await hanging).toMatch(/^Connection terminated/);
    used.release(true);
    await until('the new primary answers', () =>
      portOf(pool).then(
        (port) => port === second,
        () => false,
      ),
    );
    expect(moved).toEqual([2]);

    // Nobody fenced it: now both say that they take writes.
    signalAll(old.pid, 'SIGCONT');
    const clients = await Promise.all(Array.from({ length: 5 }, () => pool.connect()));
    const ports = await Promise.all(
      clients.map(async (client) => (await client.query('select inet_server_port() as port')).rows[0].port),
    );
    for (const client of clients) client.release();
    expect(new Set(ports)).toEqual(new Set([second]));
    expect(await primaryAddress(address)).toContain(`:${second}/`);
  } finally {
    place.close();
    await pool.end();
  }
});
