import type pg from 'pg';

// hashtextextended: 64 bits of the name. Two names that collide would wait for each other, and nothing worse.
const KEY = 'hashtextextended($1, 0)';

/** Runs `work` while a session of the pool holds the lock, across processes. Waits for it. */
export async function withAdvisoryLock<T>(pool: pg.Pool, name: string, work: () => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query(`select pg_advisory_lock(${KEY})`, [name]);
  } catch (error) {
    client.release(true);
    throw error;
  }
  try {
    return await work();
  } finally {
    // Kept, where it can be: a new session costs both sides milliseconds, and this is done every second.
    await client.query(`select pg_advisory_unlock(${KEY})`, [name]).then(
      () => client.release(),
      // A session that ends releases its locks, whatever state it is in.
      () => client.release(true),
    );
  }
}

/** A session of our own that tries locks and keeps those it gets. */
export type LockSession = {
  readonly client: pg.PoolClient;
  tryLock(name: string): Promise<boolean>;
  unlock(name: string): Promise<void>;
  /** Ends the session and with it every lock. */
  close(): void;
};

export async function lockSession(pool: pg.Pool): Promise<LockSession> {
  const client = await pool.connect();
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
