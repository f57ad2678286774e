import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { countersign } from '../tiers/server.ts';
import type { Acknowledged, Load } from './load.ts';
import { type Postgres, until } from './postgres.ts';

/** What is wrong with the log of a load that has ended; empty when nothing is. `port`: a process that answers. */
export async function faultsOf(
  database: Pick<Postgres, 'query'>,
  load: Load,
  server: { readonly port: number; readonly secret: string },
): Promise<string[]> {
  const wrong = load.failed.map((one) => `failed: ${one}`);
  // The worker ends the last offers three seconds after they were filed.
  const expired = async () => (await statuses(database, 'offer')).get('expired') ?? 0;
  await until('every offer has expired', async () => (await expired()) >= load.offers()).catch((error) => {
    wrong.push(String(error));
  });
  wrong.push(...(await lostOrDoubled(database, load.acknowledged)));
  const orders = await statuses(database, 'order');
  if (orders.get('closed') !== load.decided())
    wrong.push(`${load.decided()} orders were decided, the database says ${JSON.stringify([...orders])}`);
  const offers = await statuses(database, 'offer');
  if (offers.get('expired') !== load.offers() || offers.size !== 1)
    wrong.push(`${load.offers()} offers were filed, the database says ${JSON.stringify([...offers])}`);
  wrong.push(...(await sparse(database)), ...(await firedTwice(database)));
  if (!(await verifies(server))) wrong.push('the export does not verify');
  return wrong;
}

/** Each acknowledgement is the one entry of its command, at the place and with the hash that its receipt names. */
async function lostOrDoubled(
  database: Pick<Postgres, 'query'>,
  acknowledged: readonly Acknowledged[],
): Promise<string[]> {
  const rows = await database.query<{ key: string; seqs: string[]; leaf: string }>(
    `select correlation as key, array_agg(seq::text order by seq) as seqs, min(encode(leaf_hash, 'hex')) as leaf
       from countersign.entry where correlation = any ($1) group by correlation`,
    [acknowledged.map(({ key }) => key)],
  );
  const found = new Map(rows.map((row) => [row.key, row]));
  return acknowledged.flatMap(({ key, what, seq, leaf }) => {
    const row = found.get(key);
    if (row === undefined) return [`lost: ${what} ${key} was acknowledged as ${seq}`];
    if (row.seqs.length > 1) return [`doubled: ${what} ${key} stands at ${row.seqs.join(' and ')}`];
    if (Number(row.seqs[0]) !== seq || row.leaf !== leaf)
      return [`other: ${what} ${key} was acknowledged as ${seq} ${leaf}, is ${row.seqs[0]} ${row.leaf}`];
    return [];
  });
}

async function statuses(database: Pick<Postgres, 'query'>, definition: string): Promise<Map<string, number>> {
  const rows = await database.query<{ status: string; n: number }>(
    `select case when outcome = 'expired' then 'expired' else status end as status, count(*)::int as n
       from countersign.request where definition = $1 group by 1`,
    [definition],
  );
  return new Map(rows.map(({ status, n }) => [status, n]));
}

async function sparse(database: Pick<Postgres, 'query'>): Promise<string[]> {
  const rows = await database.query<{ environment: string; head: string; n: string; last: string }>(
    `select h.environment_id as environment, h.seq as head, count(e.seq) as n, max(e.seq) as last
       from countersign.head h join countersign.entry e using (environment_id)
      group by 1, 2 having h.seq <> count(e.seq) or h.seq <> max(e.seq) or min(e.seq) <> 1`,
  );
  return rows.map((row) => `seq is not dense: ${JSON.stringify(row)}`);
}

/** A timer's firing is an entry; one request has at most one of each. */
async function firedTwice(database: Pick<Postgres, 'query'>): Promise<string[]> {
  const rows = await database.query<{ request: string; n: string }>(
    `select stream_id as request, count(*) as n from countersign.entry,
            lateral (select convert_from(leaf, 'UTF8')::jsonb as doc) l
      where doc #>> '{command,type}' = 'fire' group by 1 having count(*) > 1`,
  );
  return rows.map((row) => `fired more than once: ${JSON.stringify(row)}`);
}

async function verifies(server: { readonly port: number; readonly secret: string }): Promise<boolean> {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'countersign-cluster-proof-'));
  const file = path.join(scratch, 'log.jsonl');
  const env = { COUNTERSIGN_URL: `http://127.0.0.1:${server.port}`, COUNTERSIGN_KEY: server.secret };
  try {
    if ((await countersign(['audit', 'export', '-o', file], env)) !== 0) return false;
    return (await countersign(['audit', 'verify', file], env)) === 0;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
