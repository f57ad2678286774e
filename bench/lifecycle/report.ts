import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Floor, RowSizes } from './floor.ts';
import type { Measured } from './measure.ts';

export type Report = {
  readonly results: readonly Measured[];
  /** Calls a second of a bare node:http server; null: not taken. */
  readonly echo: number | null;
  readonly floor: Floor;
  readonly rows: RowSizes;
  readonly database: { readonly version: string; readonly bytes: number };
  /** Load average before and after. */
  readonly load: readonly string[];
  readonly runs: number;
  readonly seconds: number;
};

export const load = (): string =>
  os
    .loadavg()
    .map((each) => each.toFixed(1))
    .join(' ');

export const machine = (): string =>
  `${os.cpus().length} × ${os.cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, ` +
  `${os.type()} ${os.release()} ${os.arch()}, Node ${process.versions.node}`;

const whole = (n: number): string => Math.round(n).toLocaleString('en-US');
const ms = (n: number): string => n.toFixed(1);

function table(results: readonly Measured[]): string {
  const rows = results.map(({ clients, lifecycles, commands, create, decide, cpu, memory }) =>
    [
      String(clients),
      whole(lifecycles),
      whole(commands),
      `${ms(decide.p50)} / ${ms(decide.p99)}`,
      `${ms(create.p50)} / ${ms(create.p99)}`,
      `${whole(cpu.server)} / ${whole(cpu.postgres)} / ${whole(cpu.driver)}`,
      whole(memory),
    ].join(' | '),
  );
  return [
    '| clients | lifecycles/s | commands/s | decision p50 / p99 ms | create p50 / p99 ms | µs of a core a command: server / PostgreSQL / driver | server RSS MiB |',
    '| --: | --: | --: | --: | --: | --: | --: |',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n');
}

const NOT_TAKEN = 'not taken (`--no-limits`, or no pgbench here)';

function text(report: Report): string {
  const best = Math.max(...report.results.map(({ commands }) => commands));
  const share = (of: number): string => `${((best / of) * 100).toFixed(0)} %`;
  return `${machine()}, PostgreSQL ${report.database.version} with fsync. Medians of ${report.runs} windows of ${report.seconds} s. Load average ${report.load.join(' → ')}. Server, PostgreSQL and driver share the cores.

${table(report.results)}

Limits in the same run, at ${Math.max(...report.results.map(({ clients }) => clients))} clients:

- a bare \`node:http\` server with the same driver: ${report.echo === null ? NOT_TAKEN : `${whole(report.echo)} calls/s; Countersign does ${share(report.echo)} of it`};
- the same rows by pgbench, one statement a command: ${report.floor === null ? NOT_TAKEN : `${whole(report.floor.commands)} commands/s; Countersign does ${share(report.floor.commands)} of it`}.

Bytes a command writes: leaf ${report.rows.leaf}, state ${report.rows.state}, answer ${report.rows.answer}. The database has ${whole(report.database.bytes / 2 ** 20)} MiB afterwards.
`;
}

export const print = (report: Report): void => void process.stdout.write(text(report));

/** Keeps it in bench/results, as JSON and as a page. */
export function record(report: Report): void {
  const directory = fileURLToPath(new URL('../results/', import.meta.url));
  mkdirSync(directory, { recursive: true });
  const at = new Date().toISOString();
  writeFileSync(
    `${directory}lifecycle.json`,
    `${JSON.stringify({ at, machine: machine(), ...report }, null, 2)}\n`,
  );
  writeFileSync(`${directory}lifecycle.md`, `# Lifecycle over HTTP\n\n${at.slice(0, 10)}. ${text(report)}`);
}
