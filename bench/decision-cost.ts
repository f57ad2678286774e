/**
 * What one decision costs as its world grows: steps, eligible people, delegations, rows of a matrix; and what publishing
 * a definition costs. It should grow no faster than the world, and have no cliff.
 *   node bench/decision-cost.ts [--seconds 0.3] [--record]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  checkDefinition,
  compileDefinition,
  parseDefinition,
} from '../packages/core/src/definition/index.ts';
import { type Case, decideAgain, file, type Made } from './core-cases.ts';
import { asked, byMatrix, delegated, inSequence, sideBySide } from './grown-cases.ts';
import { type Measure, machine, perSecond } from './measure.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '0.3' }, record: { type: 'boolean', default: false } },
});
const seconds = Number(values.seconds);

/** Microseconds (of publishing: milliseconds) of processor time: the median of three runs, and their spread. */
type Cost = { readonly median: number; readonly low: number; readonly high: number };
type Row = {
  readonly what: string;
  readonly size: number;
  readonly costs: { readonly [name: string]: Cost };
};

/** Publishing a definition of this many steps is to take less than a second. */
const MOST_STEPS = 200;
const PUBLISHED_WITHIN_MS = 1000;

const costOf = ({ rate, low, high }: Measure, unit: number): Cost => ({
  ...{ median: unit / rate, low: unit / high, high: unit / low },
});

/** `most` commands after the filing; `as` changes who decides. */
function decisions(
  what: string,
  sizes: readonly number[],
  caseOf: (size: number) => Case,
  most: (size: number) => number,
  as: (made: Made) => Made = (made) => made,
): Row[] {
  return sizes.map((size) => {
    const filed = file(caseOf(size), most(size));
    const cost = (pick: (made: Made) => boolean): Cost => {
      const made = filed.made.filter(pick).map(as);
      return costOf(
        perSecond(() => {
          for (const one of made) {
            const decided = decideAgain(filed, one);
            if (!decided.ok) throw new Error(decided.refusal.message);
          }
          return made.length;
        }, seconds),
        1e6,
      );
    };
    const create = cost((made) => made.before === null);
    const approve = filed.made.some((made) => made.command.data.type === 'decide')
      ? { approve: cost((made) => made.command.data.type === 'decide') }
      : {};
    return tell({ what, size, costs: { create, ...approve } });
  });
}

/** Dan acts for ann. */
const asDelegate = (made: Made): Made =>
  made.before === null
    ? made
    : { ...made, command: { ...made.command, actor: { kind: 'person', person: 'dan' } } };

function publishing(what: string, sizes: readonly number[], caseOf: (size: number) => Case): Row[] {
  return sizes.map((size) => {
    const { yaml } = caseOf(size);
    const check = perSecond(() => {
      const parsed = parseDefinition(yaml);
      if (!parsed.ok) throw new Error(parsed.problems[0]?.message);
      checkDefinition(parsed.definition, parsed.source);
      compileDefinition(parsed.definition);
      return 1;
    }, seconds);
    return tell({ what, size, costs: { publish: costOf(check, 1e3) } });
  });
}

const shown = (n: number): string => (n >= 100 ? Math.round(n).toLocaleString('en-US') : n.toPrecision(3));

function tell(row: Row): Row {
  const costs = Object.entries(row.costs).map(([name, { median }]) => `${name} ${shown(median)}`);
  console.error(`${row.what}, ${row.size}: ${costs.join(', ')}`);
  return row;
}

const began = machine();
const rows: Row[] = [
  ...decisions('steps one after another', [1, 10, 50, 100, 200], inSequence, (n) => n),
  ...decisions('steps side by side', [1, 10, 50, 100, 200], sideBySide, () => 5),
  ...decisions(
    'eligible people, all of whom must approve',
    [1, 10, 100, 1000],
    (n) => asked(n, 'all'),
    () => 20,
  ),
  ...decisions(
    'eligible people, one of whom must approve',
    [1, 10, 100, 1000, 10_000],
    (n) => asked(n, 'any'),
    () => 1,
  ),
  ...decisions(
    'delegations of the one who acts, besides the one that is used',
    [0, 10, 100, 1000],
    delegated,
    () => 1,
    asDelegate,
  ),
  ...decisions('rows of the matrix', [10, 100, 1000, 10_000, 100_000], byMatrix, () => 2),
];
const published: Row[] = publishing(
  'steps, read, checked and compiled',
  [1, 10, 50, 100, MOST_STEPS],
  sideBySide,
);

/** By how much the cost has grown since the row before, of the same kind. */
function growth(all: readonly Row[], at: number, name: string): string {
  const [row, before] = [all[at], all[at - 1]];
  if (!row || before?.what !== row.what || before.size === 0) return '';
  const [now, then] = [row.costs[name], before.costs[name]];
  return now && then ? `× ${(now.median / then.median).toFixed(1)}` : '';
}

function table(all: readonly Row[], names: readonly string[]): string {
  const cell = ({ costs }: Row, name: string): string => {
    const cost = costs[name];
    return cost ? `${shown(cost.median)} (${shown(cost.low)}–${shown(cost.high)})` : '–';
  };
  const lines = all.map((row, at) => {
    const before = all[at - 1];
    const larger =
      before?.what === row.what && before.size > 0 ? `× ${(row.size / before.size).toFixed(1)}` : '';
    const cells = names.flatMap((name) => [cell(row, name), growth(all, at, name)]);
    return `| ${[row.what, row.size.toLocaleString('en-US'), larger, ...cells].join(' | ')} |`;
  });
  const head = names.flatMap((name) => [name, 'grown']);
  return [
    `| | size | larger | ${head.join(' | ')} |`,
    `| --- | --: | --: | ${head.map(() => '--:').join(' | ')} |`,
    ...lines,
  ].join('\n');
}

const slowest = published.find(({ size }) => size === MOST_STEPS)?.costs.publish;
const inTime = slowest !== undefined && slowest.high < PUBLISHED_WITHIN_MS;
const text = `# Last recorded cost of a decision

${began}; afterwards ${machine()}. Processor time of one thread: medians of three runs of ${seconds} s, with the lowest and the highest. *larger* and *grown*: how much larger the world is than in the row before, and by how much the cost has grown. A crowd above 1,000 blocks its step, so nobody approves there.

## Deciding, µs

${table(rows, ['create', 'approve'])}

## Publishing, ms

${table(published, ['publish'])}

${MOST_STEPS} steps in less than a second: ${inTime ? 'yes' : 'NO'}.
`;
console.log(text);
if (values.record) {
  const results = path.join(path.dirname(fileURLToPath(import.meta.url)), 'results');
  mkdirSync(results, { recursive: true });
  writeFileSync(path.join(results, 'decision-cost.md'), text);
  writeFileSync(
    path.join(results, 'decision-cost.json'),
    `${JSON.stringify({ machine: began, rows, published }, null, 2)}\n`,
  );
}
process.exitCode = inTime ? 0 : 1;
