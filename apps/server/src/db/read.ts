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

/**
 * A statement that a caller waits for, and a server that does not answer: its session is given up. What this serves
 * takes milliseconds; 5 s is what a page of the largest entries may take on a slow disk.
 */
const PATIENCE_MS = 5_000;

/** @param patience milliseconds a statement may take. */
export function reader(pool: pg.Pool, patience = PATIENCE_MS): Reader {
  const standing = new WeakMap<pg.PoolClient, string>();

  const patiently = (text: string, values: readonly unknown[]) => {
    return { text, values: [...values], query_timeout: patience };
  };

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
        const stand = "select set_config('countersign.environment', $1, false)";
        await client.query(patiently(stand, [environment]));
        standing.set(client, environment);
      }
      const result = await client.query<R>(patiently(text, values));
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
