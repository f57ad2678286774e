// Several processes, a standby, a rolling upgrade, backup and restore, on clusters of their own. Takes about ten
// minutes on two cores; writes what came of it to test/results/cluster.md.
//   node test/cluster/run.ts [scenario …]
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { machine, root } from '../tiers/server.ts';
import { logicalBackup, physicalBackup } from './backup.ts';
import type { Outcome } from './outcome.ts';
import { BIN } from './postgres.ts';
import { replicatedFirst } from './replicated.ts';
import { several } from './several.ts';
import { failover } from './standby.ts';
import { upgrade } from './upgrade.ts';

const scenarios: { readonly [name: string]: (scratch: string) => Promise<Outcome> } = {
  'several processes': (scratch) => several(scratch, 5),
  'logical backup': logicalBackup,
  'physical backup': physicalBackup,
  'rolling upgrade': upgrade,
  'replicated first': replicatedFirst,
  'primary killed': (scratch) => failover(scratch, 'kill'),
  'primary frozen': (scratch) => failover(scratch, 'freeze'),
};

if (!existsSync(path.join(BIN, 'pg_basebackup')))
  throw new Error(`${BIN} has no pg_basebackup: apt-get install postgresql-15`);
const wanted = process.argv.slice(2);
const rows: string[] = [];
let failed = 0;
for (const [name, scenario] of Object.entries(scenarios)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n== ${name}`);
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'countersign-cluster-'));
  // PostgreSQL runs as another account than we do.
  chmodSync(scratch, 0o755);
  const started = performance.now();
  const { faults, detail } = await scenario(scratch);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  if (faults.length > 0) failed += 1;
  for (const fault of faults.slice(0, 20)) console.log(`  ${fault}`);
  console.log(
    `${name}: ${faults.length === 0 ? 'passed' : `FAILED (${faults.length} faults, ${scratch})`} in ${seconds} s. ${detail}`,
  );
  rows.push(`| ${name} | ${faults.length === 0 ? 'passed' : 'failed'} | ${seconds} | ${detail} |`);
  if (faults.length === 0) rmSync(scratch, { recursive: true, force: true });
}
if (wanted.length === 0)
  writeFileSync(
    path.join(root, 'test/results/cluster.md'),
    `# Last recorded cluster run\n\n${new Date().toISOString().slice(0, 10)}, ${machine()}, PostgreSQL of ${BIN}, fsync on.\n\n| scenario | result | seconds | what |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`,
  );
console.log(`\n${rows.length - failed} passed, ${failed} failed, 0 skipped`);
process.exit(failed === 0 ? 0 : 1);
