/**
 * Lifecycles through the commit path, without HTTP: create with one assignment, a first decision that opens the
 * next step, a last decision. Three proposals each, CLIENTS at a time.
 *   node bench/commit.ts [clients=64] [seconds=5] [writers=1] [environments=1]
 * Seconds of processor time are those of this process, which makes the proposals too, and of the embedded PostgreSQL
 * with all its backends. DATABASE_OWNER_URL names another, throw-away database.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { committer } from '../apps/server/src/db/commit.ts';
import type { Proposal } from '../apps/server/src/db/commit-proposal.ts';
import { startEmbedded } from '../apps/server/src/db/embedded.ts';
import { migrate } from '../apps/server/src/db/migrate.ts';
import { enableAppLogin } from '../apps/server/src/db/migrate-roles.ts';
import { openPool } from '../apps/server/src/db/pool.ts';
import { cpuOfPostgres } from './lifecycle/processes.ts';

const [clients = 64, seconds = 5, writers = 1, environments = 1] = process.argv.slice(2).map(Number);

const given = process.env.DATABASE_OWNER_URL;
const directory = await fs.mkdtemp(path.join(os.tmpdir(), 'countersign-bench-'));
// Open to pass: a root's PostgreSQL runs as another account, and would stand elsewhere, and stay there.
await fs.chmod(directory, 0o711);
const server = given === undefined ? await startEmbedded({ dataDir: directory, log: () => undefined }) : null;
const ownerUrl = given ?? server?.url('postgres') ?? '';
await migrate({ ownerUrl, log: () => undefined });
const pool = openPool({
  url: await enableAppLogin(ownerUrl),
  max: 4,
  applicationName: 'bench',
  onError: (error) => process.stderr.write(`${error.message}\n`),
});

const names = Array.from({ length: environments }, () => `env_${randomUUID()}`);
for (const name of names) {
  await pool.query('select countersign.create_environment($1, $1, $2, $3, $2, $2)', [
    'org_bench',
    name,
    'staging',
  ]);
}

let members = 0;
let batches = 0;
const commits = committer(pool, {
  writers: writers === 1 ? 1 : 2,
  onEvent: (event) => {
    if (event.event !== 'batch') process.stderr.write(`${event.event} ${String(event.cause)}\n`);
    else {
      members += event.members;
      batches += 1;
    }
  },
});

const hash = (bytes: Uint8Array) => createHash('sha256').update('\0').update(bytes).digest();
const digest = randomBytes(32);
const fields = { customer: 'ACME', dealValue: '120000.00 EUR', region: 'EMEA', discount: '0.12' };

function proposal(environment: string, stream: string, version: number, at: string): Proposal {
  const status = version === 2 ? 'closed' : 'in_review';
  const events = [{ type: 'decision.recorded' }, { type: 'step.approved' }];
  const leaf = Buffer.from(
    JSON.stringify({
      v: 1,
      environment,
      stream,
      version,
      fields,
      events,
      facts: { 'person:usr': 'a'.repeat(64) },
      now: at,
    }),
  );
  const assignment = (n: number, open: boolean) => ({
    n,
    step: `step-${n}`,
    person: `usr_${(version * 7 + n) % 50}`,
    status: open ? 'open' : 'decided',
    group: null,
    role: null,
    dueAt: null,
  });
  const assignments =
    version === 0
      ? [assignment(1, true)]
      : version === 1
        ? [assignment(1, false), assignment(2, true)]
        : [assignment(2, false)];
  return {
    environment,
    stream,
    kind: 'request',
    version,
    directory: 0,
    clock: 0,
    entry: {
      command: `cmd_${randomUUID()}`,
      leaf,
      leafHash: hash(leaf),
      at,
      correlation: null,
      changesAuthority: false,
      movesClock: false,
      schema: 1,
      state: JSON.stringify({
        status,
        fields,
        steps: [
          { id: 'legal', status: 'open' },
          { id: 'finance', status: 'waiting' },
        ],
      }),
      projection: {
        assignments,
        request: {
          definition: 'purchase',
          definitionDigest: 'd'.repeat(64),
          status,
          outcome: version === 2 ? 'approved' : null,
          requester: 'usr_1',
          submitter: 'svc_1',
          externalReference: null,
          dueAt: null,
        },
      },
    },
    idempotency: { principal: 'svc_1', key: randomUUID(), digest, status: 200, answer: `{"id":"${stream}"}` },
  };
}

const databaseCpu = () => (server === null ? Number.NaN : cpuOfPostgres(server.pid));

let latencies: number[] = [];
let lifecycles = 0;
let lost = 0;

async function run(milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      const environment = names[client % names.length] ?? '';
      while (performance.now() < end) {
        const stream = `req_${randomUUID()}`;
        for (let version = 0; version < 3; version += 1) {
          const sent = performance.now();
          const verdict = await commits.submit(
            proposal(environment, stream, version, new Date().toISOString()),
            names,
          );
          latencies.push(performance.now() - sent);
          if (verdict.outcome !== 'committed') lost += 1;
        }
        lifecycles += 1;
      }
    }),
  );
}

// Plans, caches and compiled code are those of a server that has run a while.
await run(1000);
latencies = [];
lifecycles = members = batches = lost = 0;
const start = performance.now();
const before = { node: process.cpuUsage(), database: databaseCpu() };
await run(seconds * 1000);
const node = process.cpuUsage(before.node);
const cpu = { node: node.user + node.system, database: (databaseCpu() - before.database) * 1e6 };
const commands = lifecycles * 3;
const took = (performance.now() - start) / 1000;
latencies.sort((a, b) => a - b);
const percentile = (share: number) => latencies[Math.floor(latencies.length * share)]?.toFixed(1);
process.stdout.write(
  `${clients} clients, ${writers} writers, ${environments} environments: ${(lifecycles / took).toFixed(0)} lifecycles/s, ` +
    `${(commands / took).toFixed(0)} commands/s, p50 ${percentile(0.5)} ms, p99 ${percentile(0.99)} ms, ` +
    `${(members / batches).toFixed(1)} a batch, ${lost} not committed; ` +
    `processor per command: node ${(cpu.node / commands).toFixed(0)} us, PostgreSQL ${(cpu.database / commands).toFixed(0)} us; ` +
    `RSS ${(process.memoryUsage.rss() / (1 << 20)).toFixed(0)} MiB\n`,
);
await commits.close();
await pool.end();
await server?.stop();
await fs.rm(directory, { recursive: true, force: true });
