import type pg from 'pg';
import { digestOf } from '../engine/testing/process.ts';
import { commitCall, type VerdictRow } from './commit-call.ts';
import type { Proposal, ProposedAnswer } from './commit-proposal.ts';

/** The function itself, with a batch of our own making. */
export async function callCommit(pool: pg.Pool, batch: readonly Proposal[]) {
  const allowed = batch.map((member) => member.environment);
  const { name, text, values } = commitCall(allowed, batch);
  const result = await pool.query<VerdictRow>({ name, text, values: [...values] });
  return result.rows.map(({ seq, reason, detail }) => ({
    seq,
    reason,
    ...(detail === null ? {} : { detail }),
  }));
}

export const answer = (key: string, request = 'request'): ProposedAnswer => ({
  principal: 'svc_a',
  key,
  digest: digestOf(request),
  status: 200,
  answer: '{"b":1,"a":2}',
});

/** Until some backend of this database waits for a lock. */
export async function waitForLock(owner: pg.Client): Promise<void> {
  for (;;) {
    // Within a transaction the view would stand still.
    await owner.query('select pg_stat_clear_snapshot()');
    const found = await owner.query(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    if (found.rowCount !== 0) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
