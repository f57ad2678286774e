import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, line, type Request } from '../faults/line.ts';
import { populate, post } from './load.ts';
import type { Outcome } from './outcome.ts';
import { newPair, promote } from './pair.ts';
import { until } from './postgres.ts';
import { secretOf, server, signedSize } from './servers.ts';

/**
 * A command that the standby has not got is never acknowledged: not by a time limit, not when an administrator cancels
 * the wait (PostgreSQL then reports success), and not after a crash that makes it visible on the old primary.
 */
export async function replicatedFirst(scratch: string): Promise<Outcome> {
  const { primary, standby, url } = await newPair(scratch);
  const data = path.join(scratch, 'data');
  const only = await server('all', { mode: 'all', data, databaseUrl: url });
  await only.start();
  const world = await populate(only.port, secretOf(data));
  await only.stop();
  await primary.query(`alter role countersign_app set statement_timeout = '1s'`);
  await only.start();

  const faults: string[] = [];
  const wire = line(only.port, 4000);
  const call = async (request: Request): Promise<Answer | null> => {
    const answer = await wire.call(request);
    return 'headers' in answer && answer.status < 300 ? answer : null;
  };
  const fields = { amount: { amount: '2000.00', currency: 'EUR' } };
  const body = { definition: 'order', requester: 'req', externalReference: 'R-1', fields };
  const file = post(world.secret, '/v1/approval-requests', body, randomUUID());
  const list: Request = {
    method: 'GET',
    path: '/v1/approval-requests',
    headers: { Authorization: `Bearer ${world.secret}` },
    body: '',
  };
  let cancelled = false;
  async function unacknowledged(when: string, milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds;
    while (performance.now() < end) {
      if ((await call(file)) !== null) faults.push(`acknowledged, but not replicated: ${when}`);
      const seen = await call(list);
      // PostgreSQL shows a transaction whose wait was cancelled; nothing can be done about that here.
      if (seen?.body.includes('R-1') && !cancelled) faults.push(`shown, but not replicated: ${when}`);
      await sleep(200);
    }
  }
  const waiting = async () => {
    const rows = await primary.query<{ pid: number }>(
      `select pid from pg_stat_activity where wait_event = 'SyncRep' and application_name = 'countersign-commit'`,
    );
    return rows.map(({ pid }) => pid);
  };

  const signed = () => signedSize(data);
  if ((await call({ ...list, path: '/v1/audit/checkpoint' })) === null) throw new Error('no checkpoint');
  const before = signed();
  standby.freeze();
  // Within the two seconds that a caller waits: first the time limit passes, then the wait is cancelled.
  const waited = call(file);
  await until('the commit waits for its standby', async () => (await waiting()).length > 0);
  await sleep(1100);
  for (const pid of await waiting()) await primary.query('select pg_cancel_backend($1)', [pid]);
  if ((await waited) !== null) faults.push('acknowledged, but not replicated: the wait ended early');
  cancelled = true;
  await unacknowledged('an administrator cancelled the wait', 6000);
  await primary.kill();
  cancelled = false;
  await primary.start();
  const [local] = await primary.query<{ n: number }>('select count(*)::int as n from countersign.request');
  if (local?.n !== 1) faults.push(`this test shows nothing: the old primary has ${local?.n} requests`);
  await unacknowledged('the old primary crashed and recovered', 5000);

  if (signed() !== before)
    faults.push(`signed, but not replicated: ${signed()} entries instead of ${before}`);
  await primary.kill();
  standby.thaw();
  await promote(standby);
  let answer: Answer | null = null;
  await until('the command is acknowledged by the new primary', async () => {
    answer = await call(file);
    return answer !== null;
  });
  const rows = await standby.query<{ seq: string; leaf: string }>(
    `select seq, encode(leaf_hash, 'hex') as leaf from countersign.entry where correlation = $1`,
    [file.headers['Correlation-Id']],
  );
  const { headers } = answer as unknown as Answer;
  if (
    rows.length !== 1 ||
    rows[0]?.seq !== headers['countersign-seq'] ||
    rows[0]?.leaf !== headers['countersign-leaf']
  )
    faults.push(`${JSON.stringify(rows)} is not what the receipt says: ${JSON.stringify(headers)}`);
  wire.close();
  await only.stop();
  await standby.stop();
  return {
    faults,
    detail:
      'A time limit of the login, pg_cancel_backend and a crash while the standby is away: acknowledged once, by the new primary.',
  };
}
