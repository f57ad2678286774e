// The one test command: runs vitest, names what was skipped, and ends with the plain sum of all suites.
//   node test/run.ts [vitest's filters]             everything, on the embedded PostgreSQL or DATABASE_URL
//   node test/run.ts --stateful                     only what may use a database
// COUNTERSIGN_TEST_SUM names a file that collects the sums of several runs.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Sum {
  passed: number;
  failed: number;
  skipped: number;
}

/** What we read of vitest's JSON report. */
interface Report {
  readonly success: boolean;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** `packages` is pure: no file there knows a database. */
const STATEFUL = ['apps/', 'test/'];

function addUp(report: Report): Sum {
  const sum: Sum = { passed: 0, failed: 0, skipped: 0 };
  for (const file of report.testResults) {
    for (const one of file.assertionResults) {
      if (one.status === 'passed') sum.passed += 1;
      else if (one.status === 'failed') sum.failed += 1;
      else {
        sum.skipped += 1;
        console.log(`skipped: ${path.relative(root, file.name)}: ${one.fullName}`);
      }
    }
    // A file that cannot even be loaded has no test to fail.
    const silent = file.status === 'failed' && !file.assertionResults.some((one) => one.status === 'failed');
    if (silent) sum.failed += 1;
  }
  // An error outside every test, for example an unhandled rejection.
  if (!report.success && sum.failed === 0) sum.failed += 1;
  return sum;
}

function vitest(filters: readonly string[], output: string): Promise<number> {
  const program = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const options = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${output}`, ...filters];
  return new Promise((resolve, reject) => {
    spawn(process.execPath, [program, ...options], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
      .once('error', reject)
      .once('exit', (code) => resolve(code ?? 1));
  });
}

const given = process.argv.slice(2);
const stateful = given.includes('--stateful');
const filters = [...(stateful ? STATEFUL : []), ...given.filter((argument) => argument !== '--stateful')];
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-run-'));
const output = path.join(scratch, 'report.json');
const code = await vitest(filters, output);
const report: Report | undefined = fs.existsSync(output)
  ? JSON.parse(fs.readFileSync(output, 'utf8'))
  : undefined;
fs.rmSync(scratch, { recursive: true, force: true });

const sum = report === undefined ? { passed: 0, failed: 1, skipped: 0 } : addUp(report);
if (code !== 0 && sum.failed === 0) sum.failed = 1;
const line = `${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`;
const collect = process.env.COUNTERSIGN_TEST_SUM;
if (collect !== undefined && collect !== '') fs.appendFileSync(collect, `${line}\n`);
console.log(line);
process.exitCode = sum.failed === 0 ? 0 : 1;
