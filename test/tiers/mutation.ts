// The mutation score of the two pure packages (Stryker), on a copy of the working tree. Many hours for all of it;
// prints the scores, and writes every survivor to test/results/mutation.survivors.txt.
//   node test/tiers/mutation.ts [globs of files]      default: packages/ledger/src and packages/core/src
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { machine, root } from './server.ts';

type Mutant = {
  /** Killed, Timeout, Survived, NoCoverage, Ignored … */
  readonly status: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: { readonly line: number; readonly column: number } };
};
type Report = {
  readonly files: {
    readonly [file: string]: { readonly source: string; readonly mutants: readonly Mutant[] };
  };
};

const given = process.argv.slice(2);
const globs = given.length > 0 ? given : ['packages/ledger/src/**/*.ts', 'packages/core/src/**/*.ts'];
const scratch = mkdtempSync(path.join(os.tmpdir(), 'countersign-mutation-'));
const copy = path.join(scratch, 'main');

// Stryker changes files in place: in a copy, never here.
const files = execFileSync(
  'git',
  ['ls-files', '-co', '--exclude-standard', 'packages', 'examples', 'docs', 'test/mutation'],
  {
    cwd: root,
    encoding: 'utf8',
  },
);
for (const file of [...files.trim().split('\n'), 'package.json'])
  if (existsSync(path.join(root, file))) cpSync(path.join(root, file), path.join(copy, file));
symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
const shared = path.join(root, '../shared');
if (existsSync(shared)) symlinkSync(shared, path.join(scratch, 'shared'));

const mutate = [...globs, '!**/*.test.ts', '!**/*.test-kit.ts', '!**/test-kit.ts'].join(',');
const stryker = path.join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js');
const { status } = spawnSync(
  process.execPath,
  [stryker, 'run', 'test/mutation/stryker.config.json', '-m', mutate],
  { cwd: copy, stdio: 'inherit' },
);
if (status !== 0) process.exit(status ?? 1);
const report: Report = JSON.parse(readFileSync(path.join(copy, 'reports/mutation/mutation.json'), 'utf8'));
rmSync(scratch, { recursive: true, force: true });

const folders = new Map<string, { killed: number; alive: number }>();
const survivors: string[] = [];
for (const [file, { source, mutants }] of Object.entries(report.files)) {
  const folder = path.dirname(file);
  const score = folders.get(folder) ?? { killed: 0, alive: 0 };
  folders.set(folder, score);
  for (const { status: state, mutatorName, replacement, location } of mutants) {
    if (state === 'Killed' || state === 'Timeout') score.killed += 1;
    if (state !== 'Survived' && state !== 'NoCoverage') continue;
    score.alive += 1;
    const line = source.split('\n')[location.start.line - 1]?.trim() ?? '';
    const to = (replacement ?? '').replace(/\s+/g, ' ').slice(0, 80);
    survivors.push(
      `${file}:${location.start.line}:${location.start.column} ${mutatorName} → ${to}\n    ${line.slice(0, 140)}`,
    );
  }
}
const percent = ({ killed, alive }: { killed: number; alive: number }): string =>
  ((100 * killed) / Math.max(1, killed + alive)).toFixed(1);
const all = [...folders.values()].reduce(
  (a, b) => ({ killed: a.killed + b.killed, alive: a.alive + b.alive }),
  { killed: 0, alive: 0 },
);
const rows = [...folders]
  .sort()
  .map(([name, of]) => `| ${name} | ${of.killed} | ${of.alive} | ${percent(of)} |`);
const text = `${new Date().toISOString().slice(0, 10)}, ${machine()}.\n\n| folder | killed | alive | score, % |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n| all | ${all.killed} | ${all.alive} | ${percent(all)} |\n`;
console.log(text);
writeFileSync(path.join(root, 'test/results/mutation.survivors.txt'), `${survivors.join('\n')}\n`);
process.exit(Number(percent(all)) >= 90 ? 0 : 1);
