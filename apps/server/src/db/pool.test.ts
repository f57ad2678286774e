import net from 'node:net';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../../../test/harness/index.ts';
import { fromPipeline } from '../http/faults.ts';
import { openPool } from './pool.ts';
import { reader } from './read.ts';

const database = await testDatabase();
const sockets = new Set<net.Socket>();
const { host, port, user, password, database: name } = new pg.Client({ connectionString: database.url });
const between = net.createServer((client) => {
  const upstream = host.startsWith('/') ? net.connect(`${host}/.s.PGSQL.${port}`) : net.connect(port, host);
  client.pipe(upstream).pipe(client);
  client.on('error', () => upstream.destroy());
  upstream.on('error', () => client.destroy());
  sockets.add(client);
});
await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
const address = between.address();
const at = typeof address === 'object' && address !== null ? address.port : 0;
const login = [user ?? '', password ?? ''].map(encodeURIComponent).join(':');
const url = `postgres://${login}@127.0.0.1:${at}/${name ?? ''}`;

const pool = openPool({
  url,
  max: 4,
  applicationName: 'test',
  onError: () => undefined,
});
afterAll(async () => {
  await pool.end();
  between.close();
});
const cut = (): void => {
  for (const socket of sockets) socket.resetAndDestroy().emit('error', new Error('cut'));
  sockets.clear();
};

// Whatever else is emitted without a listener ends the process; here it would fail the run.
test('a connection that is reset while its statements run fails them as unavailable, and ends nothing else', async () => {
  const read = reader(pool).readAs('env_1');
  const asked = [read.query('select pg_sleep(5)'), read.query('select pg_sleep(5)')];
  setTimeout(cut, 200);
  for (const failed of await Promise.allSettled(asked))
    expect(failed.status === 'rejected' && fromPipeline(failed.reason)?.code).toBe('unavailable');
  expect(await read.query('select 1 as one')).toEqual([{ one: 1 }]);
});

test('a connection that is reset between two statements fails the next, and the pool makes a new one', async () => {
  const client = await pool.connect();
  await client.query('select');
  cut();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const error: unknown = await client.query('select').then(
    () => null,
    (reason: unknown) => reason,
  );
  client.release(true);
  expect(fromPipeline(error)?.code).toBe('unavailable');
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});
