import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, line, type Request } from '../faults/line.ts';
import { root } from '../tiers/server.ts';
import { archiving, copyCluster, copyKeys, dump, loadDump, playLog } from './backup-steps.ts';
import { type Load, populate, post, startLoad, type World } from './load.ts';
import type { Outcome } from './outcome.ts';
import { newCluster, type Postgres } from './postgres.ts';
import { faultsOf } from './proof.ts';
import { environmentOf, noteFile, type Server, secretOf, server } from './servers.ts';

const IBAN = 'DE89370400440532013000';
const DOCUMENT = `%PDF-1.7 ${'a paper '.repeat(1000)}`;

type Before = {
  readonly world: World;
  readonly load: Load;
  /** A request with personal data and its document, from before the backup. */
  readonly request: string;
  readonly document: string;
};

/** pg_dump and the documents, restored into a new server on a new machine. */
export async function logicalBackup(scratch: string): Promise<Outcome> {
  const faults: string[] = [];
  const data = path.join(scratch, 'data');
  const backup = path.join(scratch, 'postgres', 'backup');
  const database = await newCluster(path.join(scratch, 'postgres', 'old'));
  const before = await deployment(data, database);
  await dump(database, data, backup);
  const keys = path.join(scratch, 'keys');
  copyKeys(data, keys);
  const lost = await afterTheBackup(before);
  await before.server.stop();
  await database.kill();

  // The machine is gone. The keys' own copy is from before the erasure; what must be of today is.
  const today = path.join(scratch, 'today');
  cpSync(data, today, { recursive: true });
  rmSync(data, { recursive: true });
  cpSync(keys, data, { recursive: true });
  for (const name of ['checkpoints', 'keys/erasures.jsonl'])
    cpSync(path.join(today, name), path.join(data, name), { recursive: true });
  cpSync(path.join(backup, 'documents'), path.join(data, 'documents'), { recursive: true });
  const fresh = await newCluster(path.join(scratch, 'postgres', 'new'));
  await loadDump(fresh, backup);
  await declared({ faults, scratch, data, before, database: fresh, lost });
  await fresh.stop();
  return {
    faults,
    detail: `${before.load.acknowledged.length} commands in the dump, ${lost.length} lost and declared, one erasure done again; document and export as they were.`,
  };
}

/** A base backup and the archived log: all of it first, then up to a point in time. */
export async function physicalBackup(scratch: string): Promise<Outcome> {
  const faults: string[] = [];
  const data = path.join(scratch, 'data');
  const place = (name: string) => path.join(scratch, 'postgres', name);
  const settings = archiving(place('archive'));
  const database = await newCluster(place('old'), { settings });
  const before = await deployment(data, database, () => copyCluster(database, data, place('backup')));
  const [point] = await database.query<{ now: string }>('select clock_timestamp()::text as now');
  await sleep(1000);
  const lost = await afterTheBackup(before);
  await before.server.stop();
  const kept = path.join(scratch, 'kept');
  cpSync(data, kept, { recursive: true });
  await database.query('select pg_switch_wal()');
  await database.stop();

  const whole = await playLog(place('backup'), place('archive'), place('whole'));
  const again = await server('whole', { mode: 'all', data, databaseUrl: whole.url() });
  await again.start();
  faults.push(...(await faultsOf(whole, before.load, { port: again.port, secret: before.world.secret })));
  const [found] = await whole.query<{ n: number }>(
    'select count(*)::int as n from countersign.entry where correlation = any ($1)',
    [lost.map(({ headers }) => headers['Correlation-Id'])],
  );
  if (found?.n !== lost.length)
    faults.push(`the whole log brought back ${found?.n} of ${lost.length} commands`);
  await again.stop();
  await whole.stop();

  rmSync(data, { recursive: true });
  cpSync(kept, data, { recursive: true });
  const earlier = await playLog(place('backup'), place('archive'), place('earlier'), point?.now);
  await declared({ faults, scratch, data, before, database: earlier, lost });
  await earlier.stop();
  return {
    faults,
    detail: `${before.load.acknowledged.length} commands; all came back with the whole log, without a word to say. Up to a time: ${lost.length} lost and declared, one erasure done again.`,
  };
}

/** A server that has worked for a while. `meanwhile` runs under load. */
async function deployment(
  data: string,
  database: Postgres,
  meanwhile?: () => Promise<void>,
): Promise<Before & { server: Server }> {
  const one = await server('before', { mode: 'all', data, databaseUrl: database.url() });
  await one.start();
  const world = await populate(one.port, secretOf(data));
  const wire = line(one.port, 10_000);
  const uploaded = await sent(wire.call(upload(world)));
  const fields = { amount: { amount: '2000.00', currency: 'EUR' }, iban: IBAN };
  const body = { definition: 'order', requester: 'req', fields };
  const filed = await sent(wire.call(post(world.secret, '/v1/approval-requests', body, randomUUID())));
  wire.close();
  const load = startLoad(one.port, world, 8);
  await sleep(1000);
  await meanwhile?.();
  for (let i = 0; i < 20; i += 1) await load.acknowledgedAfterNow();
  await load.stop();
  // The offers of the load end by themselves.
  await sleep(4000);
  const id = (answer: Answer): string => JSON.parse(answer.body).id;
  return { server: one, world, load, request: id(filed), document: id(uploaded) };
}

/** What the backup does not hold: an erasure and two requests, all acknowledged and covered by a checkpoint. */
async function afterTheBackup({
  server: { port },
  world,
  request,
}: Before & { server: Server }): Promise<Request[]> {
  const wire = line(port, 10_000);
  const fields = { amount: { amount: '1.00', currency: 'EUR' } };
  const file = () =>
    post(
      world.secret,
      '/v1/approval-requests',
      { definition: 'order', requester: 'req', fields },
      randomUUID(),
    );
  const requests = [
    file(),
    post(world.secret, '/v1/erasures', { subject: request, reason: 'asked' }, randomUUID()),
    file(),
  ];
  for (const one of requests) await sent(wire.call(one));
  await sent(wire.call(get(world, '/v1/audit/checkpoint')));
  wire.close();
  return requests;
}

type Restored = {
  readonly faults: string[];
  readonly scratch: string;
  readonly data: string;
  readonly before: Before;
  readonly database: Postgres;
  readonly lost: readonly Request[];
};

/** Refused, declared, served: and then the log says so, and nothing erased has come back. */
async function declared({ faults, scratch, data, before, database, lost }: Restored): Promise<void> {
  const expect = (what: string, met: boolean): void => void (met || faults.push(what));
  const note = path.join(scratch, 'before.note');
  cpSync(noteFile(data), note);
  const after = await server('after', { mode: 'all', data, databaseUrl: database.url() });
  const refusal = await after.start().then(
    () => 'it started',
    (error: Error) => error.message,
  );
  expect(`a database that is behind was not refused: ${refusal}`, refusal.includes('The database is behind'));

  const env = { DATABASE_URL: database.url() };
  const declaring = await cli(['restore', 'declare', environmentOf(data), '--data', data], env);
  expect(`the restore was not declared: ${declaring.said}`, declaring.code === 0);
  await after.start();
  const wire = line(after.port, 10_000);
  const request = await sent(wire.call(get(before.world, `/v1/approval-requests/${before.request}`)));
  expect('personal data that was erased after the backup came back', !request.body.includes(IBAN));
  const environment = environmentOf(data);
  const key = path.join(data, 'keys', environment, before.request.slice(-2), before.request);
  expect('the key of what was erased came back', !existsSync(key));
  const content = await sent(
    wire.call(get(before.world, `/v1/documents/${before.document}/versions/1/content`)),
  );
  expect('the document is not what it was', sha256(content.body) === sha256(DOCUMENT));
  // What was lost may be sent again, under its key: it was never done here.
  for (const one of lost.filter(({ path: at }) => at !== '/v1/erasures')) await sent(wire.call(one));
  wire.close();

  const file = path.join(scratch, 'after.jsonl');
  const reach = { COUNTERSIGN_URL: `http://127.0.0.1:${after.port}`, COUNTERSIGN_KEY: before.world.secret };
  const exported = await cli(['audit', 'export', '-o', file], reach);
  expect(`no export: ${exported.said}`, exported.code === 0 && existsSync(file));
  const verified = await cli(['audit', 'verify', file, '--checkpoint', note], {});
  expect(`the export does not verify: ${verified.said}`, verified.code === 0);
  for (const words of ['declares a restore', 'before a declared restore'])
    expect(`the verifier does not say "${words}": ${verified.said}`, verified.said.includes(words));
  writeFileSync(path.join(scratch, 'verified.txt'), verified.said);
  await after.stop();
}

const get = ({ secret }: World, at: string): Request => ({
  method: 'GET',
  path: at,
  headers: { Authorization: `Bearer ${secret}` },
  body: '',
});

const upload = ({ secret }: World): Request => ({
  method: 'POST',
  path: '/v1/documents',
  headers: {
    Authorization: `Bearer ${secret}`,
    'Content-Type': 'application/octet-stream',
    'Idempotency-Key': randomUUID(),
    'Countersign-File-Name': 'order.pdf',
  },
  body: DOCUMENT,
});

async function sent(call: ReturnType<ReturnType<typeof line>['call']>): Promise<Answer> {
  const answer = await call;
  if ('headers' in answer && answer.status < 300) return answer;
  throw new Error(`answered ${JSON.stringify(answer).slice(0, 600)}`);
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'latin1').digest('hex');

function cli(args: readonly string[], env: NodeJS.ProcessEnv): Promise<{ code: number; said: string }> {
  const program = path.join(root, 'packages/cli/bin/countersign.js');
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, ...args],
      { env: { ...process.env, ...env } },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), said: stdout + stderr }),
    );
  });
}
