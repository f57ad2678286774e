/**
 * Whole lifecycles over HTTP against a server started as a user starts it, on a PostgreSQL with fsync: create, two
 * approvals by two people, outcome, every answer checked; and two limits in the same run.
 *   node bench/lifecycle.ts [--clients 1,16,64] [--seconds 8] [--runs 3] [--profile <dir>] [--no-limits] [--record]
 * DATABASE_URL: a PostgreSQL of yours, as superuser, on this machine. Default: the embedded one.
 */
import { parseArgs } from 'node:util';
import { openDatabase, query } from './lifecycle/database.ts';
import { floor, rowSizes } from './lifecycle/floor.ts';
import { type Measured, measure, median } from './lifecycle/measure.ts';
import { startDriver, startEcho, startServer } from './lifecycle/processes.ts';
import { load, print, type Report, record } from './lifecycle/report.ts';
import { setUp } from './lifecycle/setup.ts';

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '1,16,64' },
    seconds: { type: 'string', default: '8' },
    runs: { type: 'string', default: '3' },
    profile: { type: 'string' },
    record: { type: 'boolean', default: false },
    'no-limits': { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const runs = Number(values.runs);
/** Until V8 has compiled what is hot; at most so long on a machine that does other work. */
const WARM = { lifecycles: 4000, seconds: 60 };

const database = await openDatabase();
const url = await database.fresh();
const server = await startServer({ database: url, profile: values.profile ?? null, preload: null });
try {
  const cast = await setUp(server.url, server.key);
  const before = load();
  const results: Measured[] = [];
  for (const clients of values.clients.split(',').map(Number)) {
    const driver = await startDriver({
      kind: 'lifecycle',
      port: server.port,
      clients,
      name: `c${clients}`,
      lifecycle: cast,
      echo: { headers: '', body: '' },
    });
    await driver.drive(WARM.seconds, WARM.lifecycles);
    const measured: Measured[] = [];
    for (let run = 0; run < runs; run += 1)
      measured.push(await measure({ driver, server, postmaster: database.pid, clients, seconds, url }));
    await driver.stop();
    results.push(median(measured));
  }
  const sizes = await rowSizes(url);
  const most = Math.max(...results.map(({ clients }) => clients));
  const limits = !values['no-limits'];
  const report: Report = {
    results,
    echo: limits ? await echo(most, sizes.answer) : null,
    floor: limits ? await floor(url, sizes, most, seconds) : null,
    rows: sizes,
    database: { version: database.version, bytes: await sizeOf(url) },
    load: [before, load()],
    runs,
    seconds,
  };
  print(report);
  if (values.record) record(report);
} finally {
  await server.stop();
  await database.stop();
}

/** Calls a second of a bare node:http server, with bodies and headers of the same length. */
async function echo(clients: number, answer: number): Promise<number> {
  const served = await startEcho(answer);
  const driver = await startDriver({
    kind: 'echo',
    port: served.port,
    clients,
    name: 'echo',
    lifecycle: { requesters: [], regions: [], filing: '', deciding: '' },
    echo: {
      headers: `Countersign-Act-For: usr_${'0'.repeat(36)}\r\nIdempotency-Key: ${'k'.repeat(20)}\r\n`,
      body: JSON.stringify({ decision: 'approve', revision: 'd'.repeat(64) }),
    },
  });
  await driver.drive(1);
  const rates: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const seen = await driver.drive(Math.min(seconds, 4));
    rates.push(seen.commands / seen.seconds);
  }
  await driver.stop();
  await served.stop();
  return rates.sort((a, b) => a - b)[rates.length >> 1] ?? 0;
}

async function sizeOf(database: string): Promise<number> {
  const [row] = await query(database, 'select pg_database_size(current_database()) as bytes');
  return Number(row?.bytes);
}
