import type pg from 'pg';

export type Reading = {
  query<R extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<readonly R[]>;
};

/**
 * Reads that row-level security confines to one environment. The setting sticks to the connection, so that a
 * connection that served this environment last needs one round trip; the pool hands out the last returned first.
 */
export type Reader = {
  /** Statements of one environment; each sees what was committed before it began. */
  readAs(environment: string): Reading;
};

export function reader(pool: pg.Pool): Reader {
  const standing = new WeakMap<pg.PoolClient, string>();

  async function query<R extends pg.QueryResultRow>(
    environment: string,
    text: string,
    values: readonly unknown[],
  ) {
    const client = await pool.connect();
    try {
      if (standing.get(client) !== environment) {
        // Forgotten first: if this fails, nobody may take the connection for the old environment's or the new one's.
        standing.delete(client);
        await client.query("select set_config('countersign.environment', $1, false)", [environment]);
        standing.set(client, environment);
      }
      const result = await client.query<R>(text, [...values]);
      client.release();
      return result.rows;
    } catch (error) {
      // A session whose statement failed may be in any state; a new one is cheap.
      client.release(true);
      throw error;
    }
  }

  return {
    readAs: (environment) => ({ query: (text, values = []) => query(environment, text, values) }),
  };
}
