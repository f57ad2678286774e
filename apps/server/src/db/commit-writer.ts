import pg from 'pg';
import type { Machine } from '../platform/machine.ts';
import { type CommitCall, commitCall, readVerdict, type VerdictRow } from './commit-call.ts';
import { CommitRefused, DatabaseUnavailable, OutcomeUnknown } from './commit-errors.ts';
import { failureOf } from './commit-failure.ts';
import type { Proposal, Verdict } from './commit-proposal.ts';

export type WriterOptions = {
  /** How long callers wait for a batch, in ms. Its fate is found out however long that takes. */
  readonly patience: number;
  readonly onEvent: (event: WriterEvent) => void;
  readonly machine: Machine;
};

export type WriterEvent =
  | { readonly event: 'batch'; readonly members: number; readonly milliseconds: number }
  | { readonly event: 'resent' | 'retried' | 'split'; readonly members: number; readonly cause: unknown };

export type Settled = Verdict | CommitRefused | OutcomeUnknown | DatabaseUnavailable;

/** Sends one batch at a time over one connection, and knows what each failure means (ENGINE 1, 3, 5). */
export type Writer = {
  /**
   * Never rejects: each member gets a verdict or its error.
   * @param late called once when patience ends before that. A batch that was not sent by then never is.
   */
  send(
    batch: readonly Proposal[],
    allowed: readonly string[],
    late: (error: OutcomeUnknown | DatabaseUnavailable) => void,
  ): Promise<readonly Settled[]>;
  /** Gives up what it does not know yet. */
  close(): void;
};

/**
 * A connection that says nothing for so long is given up, and the batch sent over another: a machine that vanished
 * never closes its connections. It doubles up to the longest, since the batch may just be slow; then the second call
 * waits for the first one's lock and finds what it wrote.
 */
const SILENCE_MS = 5_000;
const LONGEST_SILENCE_MS = 60_000;
const LONGEST_PAUSE_MS = 250;

/**
 * One plan for each statement of the function, made once and by index whatever the tables hold at that moment. Not in the
 * function's own settings: there each call would set them and put them back, seven times.
 */
const PLANS =
  'set plan_cache_mode = force_generic_plan; set jit = off; set enable_seqscan = off; set enable_bitmapscan = off';

type Fate = { sent: boolean; late: boolean; silence: number };

/**
 * Somebody cancelled the wait for the synchronous standby: PostgreSQL warns, and reports success (ENGINE 11). What was
 * written there may be lost with that server. Sent again, the batch locks the head, and its commit waits once more.
 */
class NotReplicated extends Error {
  constructor(options: ErrorOptions) {
    super('The wait for the synchronous standby was cancelled.', options);
    this.name = 'NotReplicated';
  }
}

export function writer(pool: pg.Pool, options: WriterOptions): Writer {
  const { machine, patience, onEvent } = options;
  let client: pg.PoolClient | null = null;
  const closed = new AbortController();

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
      await fresh.query(PLANS);
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

  async function call(
    connection: pg.PoolClient,
    query: CommitCall,
    silence: number,
  ): Promise<readonly VerdictRow[]> {
    const config = { ...query, values: [...query.values], query_timeout: silence };
    let cancelled: unknown = null;
    const notice = (message: { readonly routine?: string | undefined }): void => {
      if (message.routine === 'SyncRepWaitForLSN') cancelled = message;
    };
    connection.on('notice', notice);
    try {
      const result = await connection.query<VerdictRow>(config);
      if (cancelled !== null) throw new NotReplicated({ cause: cancelled });
      return result.rows;
    } finally {
      connection.off('notice', notice);
    }
  }

  async function pause(attempt: number): Promise<void> {
    const milliseconds = Math.min(10 * 2 ** attempt, LONGEST_PAUSE_MS);
    await machine.sleep(milliseconds, { signal: closed.signal }).catch(() => undefined);
  }

  async function settle(
    batch: readonly Proposal[],
    allowed: readonly string[],
    fate: Fate,
  ): Promise<readonly Settled[]> {
    let query: CommitCall | null = null;
    const start = machine.now();
    const none = (cause: unknown) =>
      batch.map(() => (fate.sent ? new OutcomeUnknown({ cause }) : new DatabaseUnavailable({ cause })));
    for (let attempt = 0; ; attempt += 1) {
      let connection: pg.PoolClient;
      try {
        connection = await connected();
      } catch (error) {
        if (closed.signal.aborted) return none(error);
        onEvent({ event: 'resent', members: batch.length, cause: error });
        await pause(attempt);
        continue;
      }
      if (fate.late && !fate.sent) return none(undefined);
      const sentBefore = fate.sent;
      fate.sent = true;
      try {
        query ??= commitCall(allowed, batch);
        const rows = await call(connection, query, fate.silence);
        onEvent({ event: 'batch', members: batch.length, milliseconds: machine.now() - start });
        return batch.map((member, i) => verdictOf(rows[i], member));
      } catch (error) {
        const failure = failureOf(error);
        switch (failure) {
          case 'conflict':
            onEvent({ event: 'retried', members: batch.length, cause: error });
            await machine.sleep(machine.random() * 2 ** Math.min(attempt, 6));
            break;
          case 'lost':
            drop(connection);
            if (closed.signal.aborted) return none(error);
            onEvent({ event: 'resent', members: batch.length, cause: error });
            fate.silence = Math.min(fate.silence * 2, LONGEST_SILENCE_MS);
            await pause(attempt);
            break;
          case 'full':
            // This call wrote nothing; one before it, whose answer was lost, may have.
            if (!sentBefore) return batch.map(() => refused(error));
            onEvent({ event: 'resent', members: batch.length, cause: error });
            await pause(attempt);
            break;
          case 'member': {
            if (batch.length === 1) return [refused(error)];
            onEvent({ event: 'split', members: batch.length, cause: error });
            const middle = batch.length >> 1;
            const first = await settle(batch.slice(0, middle), allowed, fate);
            return [...first, ...(await settle(batch.slice(middle), allowed, fate))];
          }
          case 'all':
            return batch.map(() => refused(error));
          default: {
            const never: never = failure;
            throw never;
          }
        }
      }
    }
  }

  return {
    async send(batch, allowed, late) {
      const fate: Fate = { sent: false, late: false, silence: SILENCE_MS };
      const known = new AbortController();
      machine.sleep(patience, { signal: known.signal }).then(
        () => {
          fate.late = true;
          late(fate.sent ? new OutcomeUnknown() : new DatabaseUnavailable());
        },
        () => undefined,
      );
      try {
        return await settle(batch, allowed, fate);
      } finally {
        known.abort();
      }
    },
    close() {
      closed.abort();
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
