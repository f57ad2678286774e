import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type CommitCall, commitCall, readVerdict, type VerdictRow } from './commit-call.ts';
import { CommitRefused, OutcomeUnknown } from './commit-errors.ts';
import type { Proposal, Verdict } from './commit-proposal.ts';

export type WriterOptions = {
  /** How long to look for the outcome of a batch whose connection was lost, in ms. */
  readonly resendFor: number;
  readonly onEvent: (event: WriterEvent) => void;
};

export type WriterEvent =
  | { readonly event: 'batch'; readonly members: number; readonly milliseconds: number }
  | { readonly event: 'resent' | 'retried' | 'split'; readonly members: number; readonly cause: unknown };

export type Settled = Verdict | CommitRefused | OutcomeUnknown;

/** Sends one batch at a time over one connection, and knows what each failure means (ENGINE 1, 3, 5). */
export type Writer = {
  /** Never rejects: each member gets a verdict or its error. */
  send(batch: readonly Proposal[], allowed: readonly string[]): Promise<readonly Settled[]>;
  close(): void;
};

export function writer(pool: pg.Pool, options: WriterOptions): Writer {
  let client: pg.PoolClient | null = null;

  async function connected(): Promise<pg.PoolClient> {
    if (client !== null) return client;
    const fresh = await pool.connect();
    // Losing it while idle is no event: the next batch connects again.
    fresh.on('error', () => drop(fresh));
    try {
      // A backend that commits is never cancelled, not by a time limit either (ENGINE 11).
      await fresh
        .query('set statement_timeout = 0; set lock_timeout = 0; set transaction_timeout = 0')
        .catch((error: unknown) => {
          // 42704: transaction_timeout came with PostgreSQL 17.
          if (!(error instanceof pg.DatabaseError) || error.code !== '42704') throw error;
          return fresh.query('set statement_timeout = 0; set lock_timeout = 0');
        });
    } catch (error) {
      fresh.release(true);
      throw error;
    }
    client = fresh;
    return fresh;
  }

  function drop(broken: pg.PoolClient): void {
    if (client !== broken) return;
    client = null;
    broken.release(true);
  }

  async function call(query: CommitCall): Promise<readonly VerdictRow[]> {
    const connection = await connected();
    try {
      const result = await connection.query<VerdictRow>({ ...query, values: [...query.values] });
      return result.rows;
    } catch (error) {
      if (failureOf(error) === 'lost') drop(connection);
      throw error;
    }
  }

  async function send(batch: readonly Proposal[], allowed: readonly string[]): Promise<readonly Settled[]> {
    const query = commitCall(allowed, batch);
    const start = performance.now();
    let lostSince: number | null = null;
    for (let attempt = 0; ; attempt += 1) {
      let rows: readonly VerdictRow[];
      try {
        rows = await call(query);
      } catch (error) {
        const failure = failureOf(error);
        switch (failure) {
          case 'conflict':
            options.onEvent({ event: 'retried', members: batch.length, cause: error });
            await sleep(Math.random() * 2 ** Math.min(attempt, 6));
            break;
          case 'lost':
            lostSince ??= performance.now();
            if (performance.now() - lostSince > options.resendFor) {
              return batch.map(() => new OutcomeUnknown({ cause: error }));
            }
            options.onEvent({ event: 'resent', members: batch.length, cause: error });
            await sleep(Math.min(10 * 2 ** attempt, 500));
            break;
          case 'member': {
            if (batch.length === 1) return [refused(error)];
            options.onEvent({ event: 'split', members: batch.length, cause: error });
            const middle = batch.length >> 1;
            const first = await send(batch.slice(0, middle), allowed);
            return [...first, ...(await send(batch.slice(middle), allowed))];
          }
          case 'all':
            return batch.map(() => refused(error));
          default: {
            const never: never = failure;
            throw never;
          }
        }
        continue;
      }
      options.onEvent({ event: 'batch', members: batch.length, milliseconds: performance.now() - start });
      return batch.map((member, i) => verdictOf(rows[i], member));
    }
  }

  return {
    send,
    close() {
      client?.release(true);
      client = null;
    },
  };
}

function verdictOf(row: VerdictRow | undefined, member: Proposal): Settled {
  if (row !== undefined) return readVerdict(row, member);
  return new OutcomeUnknown({ cause: new Error('commit answered fewer rows than members') });
}

function refused(error: unknown): CommitRefused {
  const code = error instanceof pg.DatabaseError ? (error.code ?? 'XX000') : 'XX000';
  const message = error instanceof Error ? error.message : String(error);
  return new CommitRefused(code, message, { cause: error });
}

/**
 * conflict: rolled back for the sake of another; the same batch again. member: one member's data is at fault.
 * lost: the outcome is unknown. all: rolled back, and would be again.
 * Classes: PostgreSQL, appendix A.
 */
export function failureOf(error: unknown): 'conflict' | 'member' | 'lost' | 'all' {
  if (error instanceof pg.DatabaseError && error.code !== undefined) {
    if (error.code === '40001' || error.code === '40P01') return 'conflict';
    const group = error.code.slice(0, 2);
    // 54: a value beyond a limit, such as an index row's size. 0A: \u0000 in jsonb before it reached class 22.
    if (group === '22' || group === '23' || group === '54') return 'member';
    // 57: shutting down, starting up, or cancelled by somebody else. 53: too many connections, out of memory.
    if (group === '08' || group === '57' || group === '53') return 'lost';
    return 'all';
  }
  // Raised while encoding, before anything was sent.
  if (error instanceof TypeError || error instanceof RangeError) return 'member';
  // pg's own: connection terminated, ended, refused, timed out.
  return 'lost';
}
