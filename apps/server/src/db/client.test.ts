import { expect, test } from 'vitest';
import { testDatabase } from '../../../../test/harness/index.ts';
import { openClient } from './client.ts';

const { ownerUrl } = await testDatabase();

async function session() {
  const client = openClient({ connectionString: ownerUrl });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return { client, pid: rows[0]?.pid };
}

test('a session that the server ends, at work or idle, does not end the process', async () => {
  const [other, atWork, idle] = await Promise.all([session(), session(), session()]);
  // Not `once` of node:events, which would listen for the error as well.
  const ended = new Promise((resolve) => idle.client.once('end', resolve));
  const told = expect(atWork.client.query('select pg_sleep(60)')).rejects.toThrow(/terminat/i);
  for (const { pid } of [atWork, idle]) await other.client.query('select pg_terminate_backend($1)', [pid]);
  await told;
  await ended;
  await other.client.end();
});
