import type pg from 'pg';
import { type LockSession, lockSession } from './advisory-lock.ts';

/**
 * The readers' own connection: their locks live in it, and their positions are written through it. A process that
 * lost its lock has lost the connection too, and cannot move a position that another one moves now.
 */
export type ReaderSession = {
  /** False: another process runs this reader of this environment. */
  lock(name: string): Promise<boolean>;
  unlock(name: string): Promise<void>;
  query<R extends pg.QueryResultRow>(
    environment: string,
    text: string,
    values: readonly unknown[],
  ): Promise<readonly R[]>;
  close(): Promise<void>;
};

export function readerSession(pool: pg.Pool): ReaderSession {
  let session: LockSession | null = null;
  let standing = '';
  const held = new Set<string>();
  // The setting of the environment sticks to the connection: nothing may come between it and its statement.
  let turn: Promise<unknown> = Promise.resolve();

  function exclusive<T>(work: (session: LockSession) => Promise<T>): Promise<T> {
    const mine = turn.then(async () => {
      session ??= await lockSession(pool);
      const mySession = session;
      try {
        return await work(mySession);
      } catch (error) {
        drop(mySession);
        throw error;
      }
    });
    turn = mine.catch(() => undefined);
    return mine;
  }

  function drop(broken: LockSession): void {
    if (session !== broken) return;
    session = null;
    standing = '';
    held.clear();
    broken.close();
  }

  return {
    lock: (name) =>
      exclusive(async (mine) => {
        if (held.has(name)) return true;
        if (!(await mine.tryLock(name))) return false;
        held.add(name);
        return true;
      }),
    unlock: (name) =>
      exclusive(async (mine) => {
        if (!held.delete(name)) return;
        await mine.unlock(name);
      }),
    query: (environment, text, values) =>
      exclusive(async ({ client }) => {
        if (standing !== environment) {
          standing = '';
          await client.query("select set_config('countersign.environment', $1, false)", [environment]);
          standing = environment;
        }
        const result = await client.query<pg.QueryResultRow>(text, [...values]);
        return result.rows as never;
      }),
    async close() {
      await turn.catch(() => undefined);
      if (session !== null) drop(session);
    },
  };
}
