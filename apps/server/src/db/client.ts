import pg from 'pg';

/**
 * One session, outside the pools; `pg.Client`'s options. One that breaks in use tells so in the answer to its statement,
 * and by an event besides, which would end the process if nobody listened.
 */
export function openClient(config: pg.ClientConfig): pg.Client {
  const client = new pg.Client(config);
  client.on('error', () => undefined);
  return client;
}
