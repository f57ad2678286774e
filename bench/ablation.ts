/**
 * What ledger, idempotency and explanation cost together: the same lifecycles on the server as it is and on one without
 * them (lifecycle/without.ts, and a commit function that writes and looks up neither entries nor answers), in turns.
 *   node bench/ablation.ts [clients=64] [seconds=6] [rounds=5]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openDatabase, query } from './lifecycle/database.ts';
import { type Measured, measure, median } from './lifecycle/measure.ts';
import { type Driver, type Server, startDriver, startServer } from './lifecycle/processes.ts';
import { load, machine } from './lifecycle/report.ts';
import { setUp } from './lifecycle/setup.ts';

const [clients = 64, seconds = 6, rounds = 5] = process.argv.slice(2).map(Number);
const WARM = { lifecycles: 4000, seconds: 60 };

/** Statements of `countersign.commit`, and what stands for them. Each must be found once. */
const CUTS: readonly (readonly [RegExp, string])[] = [
  [/insert into entry \([^;]*;/, ''],
  [/insert into idempotency \([^;]*;/, ''],
  [
    /\(select e\.seq, e\.leaf_hash from entry e[^)]*\)/,
    '(select null::bigint as seq, null::bytea as leaf_hash)',
  ],
  [/\(select y\.request_digest from idempotency y[^)]*\)/, '(select null::bytea as request_digest)'],
];

async function cutCommit(url: string): Promise<void> {
  const [row] = await query(
    url,
    `select pg_get_functiondef(oid) as text from pg_proc
      where proname = 'commit' and pronamespace = 'countersign'::regnamespace`,
  );
  let text = String(row?.text);
  for (const [from, to] of CUTS) {
    const cut = text.replace(from, to);
    if (cut === text || from.test(cut)) throw new Error(`commit() no longer reads ${from.source}, or twice`);
    text = cut;
  }
  await query(url, text);
}

type Side = {
  readonly server: Server;
  readonly driver: Driver;
  readonly url: string;
  readonly seen: Measured[];
};

const database = await openDatabase();
const scratch = mkdtempSync(path.join(os.tmpdir(), 'countersign-bench-'));

async function side(name: string, cut: boolean): Promise<Side> {
  const url = await database.fresh();
  const options = { database: url, profile: null, preload: null, data: path.join(scratch, name) };
  let server = await startServer(options);
  const cast = await setUp(server.url, server.key);
  if (cut) {
    await server.stop();
    await cutCommit(url);
    server = await startServer({
      ...options,
      preload: new URL('lifecycle/without.ts', import.meta.url).href,
    });
  }
  const echo = { headers: '', body: '' };
  const orders = { kind: 'lifecycle', port: server.port, clients, name, lifecycle: cast, echo } as const;
  const driver = await startDriver(orders);
  await driver.drive(WARM.seconds, WARM.lifecycles);
  return { server, driver, url, seen: [] };
}

const row = (name: string, { lifecycles, cpu }: Measured): string =>
  `| ${name} | ${lifecycles.toFixed(0)} | ${cpu.server.toFixed(0)} | ${cpu.postgres.toFixed(0)} |`;

const before = load();
const whole = await side('whole', false);
const without = await side('without', true);
try {
  for (let round = 0; round < rounds; round += 1) {
    for (const { server, driver, url, seen } of [whole, without])
      seen.push(await measure({ driver, server, postmaster: database.pid, clients, seconds, url }));
  }
  const [a, b] = [median(whole.seen), median(without.seen)];
  const cost = (one: Measured): number => one.cpu.server + one.cpu.postgres;
  process.stdout.write(
    `${machine()}, PostgreSQL ${database.version} with fsync. Medians of ${rounds} windows of ${seconds} s in turns, ` +
      `${clients} clients. Load average ${before} → ${load()}.\n\n` +
      '| | lifecycles/s | µs of a core a command: server | PostgreSQL |\n| --- | --: | --: | --: |\n' +
      `${row('as it is', a)}\n${row('without ledger, idempotency and explanation', b)}\n\n` +
      `They take ${((1 - cost(b) / cost(a)) * 100).toFixed(0)} % of the processor time of a command, and ` +
      `${((1 - a.lifecycles / b.lifecycles) * 100).toFixed(0)} % of the lifecycles.\n`,
  );
} finally {
  for (const { driver, server } of [whole, without]) {
    await driver.stop();
    await server.stop();
  }
  await database.stop();
  rmSync(scratch, { recursive: true, force: true });
}
