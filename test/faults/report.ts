import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { machine } from '../tiers/server.ts';
import type { Recovered } from './kills.ts';
import type { Phase } from './overload.ts';
import type { Played } from './stage.ts';
import { root } from './subject.ts';

/** What came of one part, in Markdown. */
export type Section = { readonly ok: boolean; readonly lines: readonly string[] };

export function summary(played: Played<unknown>, more: readonly string[] = []): Section {
  const { wrong, acknowledged, entries, statuses, slowest } = played;
  const answers = Object.entries(statuses).map(([status, count]) => `${status}: ${count}`);
  const verdict =
    wrong.length === 0
      ? 'None was lost, none applied twice; the log is dense and verifies, and each state is the fold of its events.'
      : `**${wrong.length} wrong**, the first: ${wrong[0]}`;
  const slow = `Answers and silences by status: ${answers.join(', ')}; the slowest ${Math.round(slowest)} ms.`;
  return {
    ok: wrong.length === 0,
    lines: [
      `${acknowledged} commands acknowledged, ${entries} entries. ${verdict}`,
      ...(answers.length === 0 ? [] : [slow]),
      ...more,
    ],
  };
}

/** From a kill to the first new command that was accepted, by what was killed. */
export function recoveries(all: readonly Recovered[]): readonly string[] {
  const kinds = [...new Set(all.map(({ kind }) => kind))].sort();
  const row = (name: string, of: readonly Recovered[]): string => {
    const sorted = of.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
    const within = sorted.filter((one) => one <= 3000).length;
    const cells = [name, sorted.length, seconds(middle(sorted)), seconds(sorted.at(-1) ?? 0), within];
    return `| ${cells.join(' | ')} |`;
  };
  return [
    '| killed (-9) | times | median recovery, s | worst, s | within 3 s |',
    '| --- | --- | --- | --- | --- |',
    ...kinds.map((kind) =>
      row(
        kind,
        all.filter((one) => one.kind === kind),
      ),
    ),
    row('all', all),
  ];
}

export function table(phases: readonly Phase[]): readonly string[] {
  const ms = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
  return [
    '| load | offered/s | accepted/s | refused/s | accepted p50, ms | p99, ms | refused p50, ms | p99, ms | RSS, MiB |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...phases.map((p) => {
      const rates = [p.offeredPerSecond, p.acceptedPerSecond, p.rejectedPerSecond].map(Math.round);
      const times = [p.accepted.p50, p.accepted.p99, p.rejected.p50, p.rejected.p99].map(ms);
      return `| ${[p.name, ...rates, ...times, p.memory.most].join(' | ')} |`;
    }),
  ];
}

export const spread = (values: readonly number[]): string => {
  const sorted = [...values].sort((a, b) => a - b);
  return `${Math.round(middle(sorted))} ms in the median, ${Math.round(sorted.at(-1) ?? 0)} ms at most`;
};

const middle = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? 0;
const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(2);

const FILE = path.join(root, 'test/results/faults.md');
const HEAD = `# Last recorded faults

What each part does, and what it shows: \`docs/explanation/faults.md\`. One section is one run of
\`npm run test:faults -- <name>\`. Driver, server and PostgreSQL share the machine; where its load average is above
the number of processors, others used it too, and times are upper bounds.
`;

/** Replaces the part's section and leaves the others as they were. */
export function record(name: string, { ok, lines }: Section): void {
  const old = existsSync(FILE) ? readFileSync(FILE, 'utf8').split('\n## ').slice(1) : [];
  const when = `${new Date().toISOString().slice(0, 10)}, ${machine()}; load average ${os.loadavg()[1]?.toFixed(1)}.`;
  const section = [name, '', `${ok ? 'Passed' : '**Failed**'}, ${when}`, '', ...lines.map(whole), ''].join(
    '\n',
  );
  const others = old.filter((one) => one.split('\n')[0] !== name);
  const sections = [...others, section].sort().map((one) => `\n## ${one.trimEnd()}\n`);
  mkdirSync(path.dirname(FILE), { recursive: true });
  writeFileSync(FILE, HEAD + sections.join(''));
}

/** From ten on, fractions of a millisecond say nothing. A line of its own is a paragraph. */
const whole = (line: string): string =>
  line.startsWith('|') || line === '' ? line : `${line.replace(/(\d{2,})\.\d+ ms/g, '$1 ms')}\n`;
