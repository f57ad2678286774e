import pg from 'pg';
import { afterAll } from 'vitest';
import { testDatabase } from '../../../../test/harness/index.ts';
import { digestOf, testProcess } from '../engine/testing/process.ts';
import { commitCall, type VerdictRow } from './commit-call.ts';
import type { Proposal, ProposedAnswer } from './commit-proposal.ts';

/** A database with one process on it, and its owner, until the file's tests are over. */
export async function commitWorld() {
  const database = await testDatabase();
  const events: string[] = [];
  const one = testProcess(database.url, { onEvent: (event) => events.push(event.event) });
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  afterAll(async () => {
    await one.stop();
    await owner.end();
  });
  return {
    database,
    events,
    one,
    owner,
    submit: (member: Proposal) => one.commits.submit(member, [member.environment]),
    call: (batch: readonly Proposal[]) => callCommit(one.pool, batch),
  };
}

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
