/**
 * The same lifecycle (create, two approvals, outcome recorded) on Countersign, DBOS Transact and Restate, in turns on
 * one machine, each with fsync: PostgreSQL's log for the first two, Restate's own log for the third.
 *   npm run bench:peers -- [--clients 64] [--seconds 8] [--runs 5] [--record]
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openDatabase } from '../lifecycle/database.ts';
import type { Seen } from '../lifecycle/orders.ts';
import { cpuOf, cpuOfPostgres } from '../lifecycle/processes.ts';
import { load, machine } from '../lifecycle/report.ts';
import { countSyncs } from './syncs.ts';
import { countersign, dbos, restate, restateDurability, type System } from './systems.ts';

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '64' },
    seconds: { type: 'string', default: '8' },
    runs: { type: 'string', default: '5' },
    record: { type: 'boolean', default: false },
  },
});
const [clients, seconds, runs] = [Number(values.clients), Number(values.seconds), Number(values.runs)];
/** Until what is hot is compiled. */
const WARM = { seconds: 20, most: 2000 };

type Window = { readonly rate: number; readonly p50: number; readonly p99: number; readonly cpu: number };
type Result = { readonly system: System; readonly windows: Window[]; syncs: string };

const database = await openDatabase();
const results: Result[] = [];
const before = load();
try {
  for (const start of [countersign, dbos, (_: typeof database, n: number) => restate(n)]) {
    const system = await start(database, clients);
    results.push({ system, windows: [], syncs: '' });
    await system.drive(WARM);
  }
  for (let run = 0; run < runs; run += 1) {
    for (const { system, windows } of results) {
      const used = () =>
        system.pids.reduce(
          (sum, pid) => sum + cpuOf(pid),
          system.onPostgres ? cpuOfPostgres(database.pid) : 0,
        );
      const start = used();
      const seen = await system.drive({ seconds, most: Number.MAX_SAFE_INTEGER });
      windows.push(windowOf(seen, used() - start));
      console.error(`${system.name}: ${windows.at(-1)?.rate.toFixed(0)} lifecycles/s`);
    }
  }
  // Traced, and therefore slow: for the proof, not for the rate.
  for (const result of results) {
    const { system } = result;
    const traced = [...system.pids, ...(system.onPostgres ? [database.pid] : [])];
    const count = await countSyncs(traced, system.onPostgres);
    const seen = await system.drive({ seconds: 5, most: Number.MAX_SAFE_INTEGER });
    const { syncs, calls } = await count();
    if (syncs === 0) throw new Error(`${system.name} answered ${seen.commands} calls and synced nothing`);
    result.syncs = `${syncs} × ${calls} for ${seen.commands} calls`;
  }
  const text = report();
  console.log(text);
  if (values.record) writeFileSync(new URL('../results/peers.md', import.meta.url), text);
} finally {
  for (const { system } of results) await system.stop();
  await database.stop();
}

function windowOf(seen: Seen, cpu: number): Window {
  const sorted = [...seen.decide].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
  return {
    rate: seen.lifecycles / seen.seconds,
    p50: at(0.5),
    p99: at(0.99),
    cpu: (cpu / seen.lifecycles) * 1000,
  };
}

/** Then the rates are those of what was left of it. */
function busy(): string {
  const quiet = Number(before.split(' ')[0]) < 1;
  return quiet ? '' : '\n**Preliminary: the machine did other work meanwhile.**';
}

function report(): string {
  const middle = (windows: readonly Window[], pick: (window: Window) => number): number =>
    windows.map(pick).sort((a, b) => a - b)[windows.length >> 1] ?? 0;
  const own = results[0];
  const ratio = (windows: readonly Window[]): string =>
    windows
      .map((window, i) => (own?.windows[i]?.rate ?? 0) / window.rate)
      .sort((a, b) => a - b)
      [windows.length >> 1]?.toFixed(1) ?? '';
  const rows = results.map(({ system, windows, syncs }) =>
    [
      system.name,
      middle(windows, (w) => w.rate).toFixed(0),
      `${ratio(windows)} ×`,
      `${middle(windows, (w) => w.p50).toFixed(1)} / ${middle(windows, (w) => w.p99).toFixed(1)}`,
      middle(windows, (w) => w.cpu).toFixed(2),
      syncs,
    ].join(' | '),
  );
  return `# Side by side

${new Date().toISOString().slice(0, 10)}. ${machine()}. PostgreSQL ${database.version}; ${clients} clients; medians of ${runs} windows of ${seconds} s, the systems in turns. Load average ${before} → ${load()}. Servers, PostgreSQL and driver share the cores.${busy()}

| | lifecycles/s | Countersign does | approval p50 / p99 ms | ms of a core a lifecycle, without the driver | syncs, counted by strace in a window of its own |
| --- | --: | --: | --: | --: | --- |
${rows.map((row) => `| ${row} |`).join('\n')}

A lifecycle is three calls over HTTP: create, two approvals, the outcome recorded with the second. Each is answered when it is durable.
*Countersign* authenticates, validates, routes by a matrix and a condition, keeps idempotency keys and writes the ledger.
*DBOS* is a workflow that receives two messages and records the outcome in a step; *Restate* a virtual object with its state. Both do nothing else: no keys, no validation, no rules, no ledger.

Durability: PostgreSQL with fsync, synchronous_commit and full_page_writes on (checked before the run) for Countersign and DBOS, in two databases of one server. Restate by its own configuration: ${restateDurability()}.
`;
}
