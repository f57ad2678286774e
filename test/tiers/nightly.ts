// The long runs: races 10,000 times, properties twenty times as deep, and the 10,357 real declarations imported twice with
// one seed. Takes about half an hour on two cores; writes what came of it to test/results/nightly.md.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { countersign, machine, root, run, startServer } from './server.ts';

type Result = {
  readonly name: string;
  readonly ok: boolean;
  readonly minutes: number;
  readonly detail: string;
};

const results: Result[] = [];
const wanted = new Set(process.argv.slice(2));

async function tier(name: string, work: () => Promise<{ ok: boolean; detail: string }>): Promise<void> {
  if (wanted.size > 0 && !wanted.has(name)) return;
  console.log(`\n== ${name}`);
  const started = performance.now();
  const { ok, detail } = await work();
  const minutes = (performance.now() - started) / 60_000;
  results.push({ name, ok, minutes, detail });
  console.log(`${name}: ${ok ? 'passed' : 'FAILED'} in ${minutes.toFixed(1)} min. ${detail}`);
}

const vitest = async (files: string, env: NodeJS.ProcessEnv): Promise<boolean> =>
  (await run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', files], env)) === 0;

await tier('races', async () => ({
  ok: await vitest('apps/server/src/modules/requests/requests.races.test.ts', { COUNTERSIGN_RACES: '10000' }),
  detail: 'revise/decide, decide/decide and cancel/approve, 10,000 times each, over HTTP.',
}));

await tier('properties', async () => ({
  ok: await vitest('packages/core/test/', { COUNTERSIGN_DEPTH: '20' }),
  detail: 'All properties and random journeys of the core, twenty times as deep.',
}));

await tier('simulation', async () => ({
  ok: (await run(process.execPath, ['test/tiers/simulation.ts', '100000'])) === 0,
  detail: '100,000 seeds of the deterministic simulation, every invariant after every step.',
}));

await tier('model', async () => ({
  ok: (await run(process.execPath, ['test/tiers/model.ts', '100000'])) === 0,
  detail: '100,000 random sequences against the reference model of the semantics.',
}));

type Report = { readonly ok: boolean; readonly root?: string };

async function importOnce(log: string, scratch: string, n: number): Promise<Report & { rootLine: string }> {
  const server = await startServer(['--empty', '--seed', 'uni', '--clock', '2017-01-01T00:00:00Z']);
  try {
    const report = path.join(scratch, `report-${n}.json`);
    const env = { COUNTERSIGN_URL: server.url, COUNTERSIGN_KEY: server.key };
    await countersign(
      ['import', 'xes', log, '--report', report, '--export', path.join(scratch, `log-${n}.jsonl`)],
      env,
    );
    const checkpoint = await fetch(`${server.url}/v1/audit/checkpoint`, {
      headers: { Authorization: `Bearer ${server.key}` },
    });
    const { size, root: top }: { size: number; root: string } = JSON.parse(await checkpoint.text());
    const parsed: Report = JSON.parse(readFileSync(report, 'utf8'));
    return { ...parsed, rootLine: `${size} entries, root ${top}` };
  } finally {
    await server.stop();
  }
}

await tier('declarations', async () => {
  const log = path.join(root, '../shared/data/bpi2020/DomesticDeclarations.xes.gz');
  if (!existsSync(log)) return { ok: false, detail: `The real log is not there: ${path.basename(log)}.` };
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'countersign-nightly-'));
  try {
    const [a, b] = await Promise.all([importOnce(log, scratch, 1), importOnce(log, scratch, 2)]);
    const same = a.rootLine === b.rootLine;
    return {
      ok: a.ok && b.ok && same,
      detail: `10,357 cases twice with one seed: ${a.rootLine}; ${same ? 'the same root' : `another root: ${b.rootLine}`}.`,
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});

const lines = results.map(
  (r) => `| ${r.name} | ${r.ok ? 'passed' : 'failed'} | ${r.minutes.toFixed(1)} | ${r.detail} |`,
);
writeFileSync(
  path.join(root, 'test/results/nightly.md'),
  `# Last recorded nightly run\n\n${new Date().toISOString().slice(0, 10)}, ${machine()}.\n\n| run | result | minutes | what |\n| --- | --- | --- | --- |\n${lines.join('\n')}\n`,
);
const failed = results.filter((r) => !r.ok).length;
console.log(`\n${results.length - failed} passed, ${failed} failed, 0 skipped`);
process.exit(failed === 0 ? 0 : 1);
