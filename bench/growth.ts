/**
 * The same figures with 10,000, 100,000 and 1,000,000 requests in the database: whole lifecycles, an inbox, lists, search,
 * proofs. The requests are copies of two real ones (test/growth/multiply.ts); one in fifty is open.
 *   node bench/growth.ts [--sizes 10000,100000,1000000] [--seconds 8] [--record]
 * A million takes about 17 GB of disk. DATABASE_URL: a PostgreSQL of yours, as superuser, on this machine.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { multiply } from '../test/growth/multiply.ts';
import { patterns } from './growth/patterns.ts';
import { type Figure, figures } from './growth/questions.ts';
import { openDatabase, query } from './lifecycle/database.ts';
import { type Measured, measure, median } from './lifecycle/measure.ts';
import { type Server, startDriver, startServer } from './lifecycle/processes.ts';
import { load, machine } from './lifecycle/report.ts';
import { setUp } from './lifecycle/setup.ts';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,100000,1000000' },
    seconds: { type: 'string', default: '8' },
    record: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const tell = (line: string): void => console.error(line);

type Row = {
  readonly requests: number;
  readonly entries: number;
  readonly gigabytes: number;
  /** From the start of the process to its first answer; of the tree, to the first checkpoint. */
  readonly tree: number;
  readonly lifecycles: readonly Measured[];
  readonly figures: readonly Figure[];
};

const database = await openDatabase();
const url = await database.fresh();
const data = mkdtempSync(path.join(os.tmpdir(), 'countersign-bench-'));
const start = (): Promise<Server> => startServer({ database: url, profile: null, preload: null, data });
const began = load();
const rows: Row[] = [];
try {
  const first = await start();
  const { cast, copied } = await setUp(first.url, first.key)
    .then(async (made) => ({ cast: made, copied: await patterns(first, made) }))
    .finally(() => first.stop());
  let have = 0;
  for (const size of values.sizes.split(',').map(Number)) {
    await multiply(url, copied, size - have, tell);
    await query(url, 'vacuum analyze');
    await query(url, 'checkpoint');
    have = size;
    const server = await start();
    try {
      const asked = performance.now();
      await fetch(`${server.url}/v1/audit/checkpoint`, {
        headers: { Authorization: `Bearer ${server.key}` },
        signal: AbortSignal.timeout(900_000),
      });
      const tree = (performance.now() - asked) / 1000;
      tell(`tree and checkpoint after ${tree.toFixed(1)} s`);
      const asks = await figures(server, copied, size);
      const lifecycles: Measured[] = [];
      for (const clients of [16, 64]) {
        const driver = await startDriver({
          kind: 'lifecycle',
          port: server.port,
          clients,
          name: `g${size}c${clients}`,
          lifecycle: cast,
          echo: { headers: '', body: '' },
        });
        await driver.drive(30, 2000);
        const windows: Measured[] = [];
        for (let run = 0; run < 3; run += 1)
          windows.push(await measure({ driver, server, postmaster: database.pid, clients, seconds, url }));
        await driver.stop();
        lifecycles.push(median(windows));
      }
      const [sums] = await query(
        url,
        `select (select sum(seq) from countersign.head) as entries, pg_database_size(current_database()) as bytes`,
      );
      rows.push({
        requests: size,
        entries: Number(sums?.entries),
        gigabytes: Number(sums?.bytes) / 1e9,
        tree,
        lifecycles,
        figures: asks,
      });
    } finally {
      await server.stop();
    }
  }
} finally {
  await database.stop();
  rmSync(data, { recursive: true, force: true });
}

const ms = (n: number): string => n.toFixed(1);
const whole = (n: number): string => Math.round(n).toLocaleString('en-US');
const line = (what: string, of: (row: Row) => string): string => `| ${what} | ${rows.map(of).join(' | ')} |`;
const text = `# Last recorded growth

${machine()}, PostgreSQL ${database.version} with fsync. Load average ${began} → ${load()}. Lifecycles: medians of three windows of ${seconds} s, server, PostgreSQL and driver on the same cores. The others: p50 / p99 in ms of 200 calls in turn, client included. One request in fifty is open.

| | ${rows.map(({ requests }) => `${whole(requests)} requests`).join(' | ')} |
| --- | ${rows.map(() => '--:').join(' | ')} |
${[
  line('entries of the log', ({ entries }) => whole(entries)),
  line('database, GB', ({ gigabytes }) => gigabytes.toFixed(1)),
  ...[0, 1].flatMap((i) => [
    line(`lifecycles/s at ${rows[0]?.lifecycles[i]?.clients} clients`, (row) =>
      whole(row.lifecycles[i]?.lifecycles ?? 0),
    ),
    line(
      `decision p50 / p99 at ${rows[0]?.lifecycles[i]?.clients} clients`,
      (row) => `${ms(row.lifecycles[i]?.decide.p50 ?? 0)} / ${ms(row.lifecycles[i]?.decide.p99 ?? 0)}`,
    ),
    line(
      `µs of a core a command: server / PostgreSQL, ${rows[0]?.lifecycles[i]?.clients} clients`,
      (row) =>
        `${whole(row.lifecycles[i]?.cpu.server ?? 0)} / ${whole(row.lifecycles[i]?.cpu.postgres ?? 0)}`,
    ),
  ]),
  ...(rows[0]?.figures ?? []).map(({ what }, i) =>
    line(what, (row) => `${ms(row.figures[i]?.p50 ?? 0)} / ${ms(row.figures[i]?.p99 ?? 0)}`),
  ),
  line('the tree of what was copied, built at once, s', ({ tree }) => tree.toFixed(1)),
].join('\n')}
`;
console.log(text);
if (values.record) {
  const at = fileURLToPath(new URL('results/', import.meta.url));
  mkdirSync(at, { recursive: true });
  writeFileSync(path.join(at, 'growth.md'), text);
  writeFileSync(path.join(at, 'growth.json'), `${JSON.stringify(rows, null, 2)}\n`);
}
