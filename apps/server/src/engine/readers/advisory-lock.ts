import type pg from 'pg';

/** A session of our own: a lock lives as long as its connection, and what is done through that connection is done under it. */
async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  const client = await pool.connect();
  // Without a listener a connection that breaks while it is idle ends the process; the next query reports it.
  client.on('error', ignoreUntilUsed);
  return client;
}

const ignoreUntilUsed = (): void => undefined;

// hashtextextended: 64 bits of the name. Two names that collide would wait for each other, and nothing worse.
const KEY = 'hashtextextended($1, 0)';

/** Runs `work` while this session holds the lock, across processes. Waits for it. */
export async function withAdvisoryLock<T>(pool: pg.Pool, name: string, work: () => Promise<T>): Promise<T> {
  const client = await connect(pool);
  try {
    await client.query(`select pg_advisory_lock(${KEY})`, [name]);
    return await work();
  } finally {
    // Closing the session releases the lock whatever state it is in; a new one is cheap.
    client.release(true);
  }
}

/** A session that tries locks and keeps those it gets. */
export type LockSession = {
  readonly client: pg.PoolClient;
  tryLock(name: string): Promise<boolean>;
  unlock(name: string): Promise<void>;
  /** Ends the session and with it every lock. */
  close(): void;
};

export async function lockSession(pool: pg.Pool): Promise<LockSession> {
  const client = await connect(pool);
  return {
    client,
    async tryLock(name) {
      const { rows } = await client.query<{ got: boolean }>(`select pg_try_advisory_lock(${KEY}) as got`, [
        name,
      ]);
      return rows[0]?.got === true;
    },
    async unlock(name) {
      await client.query(`select pg_advisory_unlock(${KEY})`, [name]);
    },
    close: () => client.release(true),
  };
}
