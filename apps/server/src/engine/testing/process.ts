import { createHash, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { type Committer, type CommitterOptions, committer } from '../../db/commit.ts';
import type { Proposal, ProposedEntry } from '../../db/commit-proposal.ts';
import { openPool } from '../../db/pool.ts';
import { type Reader, reader } from '../../db/read.ts';
import { type Engine, engine } from '../engine.ts';

/** Everything that one server process has of the command path. */
export type TestProcess = {
  readonly pool: pg.Pool;
  readonly reader: Reader;
  readonly commits: Committer;
  readonly engine: Engine;
  stop(): Promise<void>;
};

export function testProcess(url: string, options: CommitterOptions = {}, wall = Date.now): TestProcess {
  // A broken idle connection is what some tests make; the pool replaces it.
  const pool = openPool({ url, max: 8, applicationName: 'engine-test', onError: () => undefined });
  const reads = reader(pool);
  // A machine full of tests stands still for seconds; how that is told has tests of its own.
  const commits = committer(pool, { patience: 30_000, ...options });
  return {
    pool,
    reader: reads,
    commits,
    engine: engine({ reader: reads, committer: commits, wall }),
    async stop() {
      await commits.close();
      await pool.end();
    },
  };
}

export async function newEnvironment(
  pool: pg.Pool,
  options: {
    readonly kind?: string;
    readonly frozenAt?: string;
    readonly seed?: string;
    readonly id?: string;
  } = {},
): Promise<string> {
  const id = options.id ?? `env_${randomUUID()}`;
  const frozen = options.frozenAt !== undefined;
  await pool.query('select countersign.create_environment($1, $1, $2, $3, $4, $5, $6, $7, null, $8)', [
    'org_test',
    id,
    options.kind ?? 'sandbox',
    id,
    `test/${id}`,
    frozen ? 'frozen' : 'wall',
    options.frozenAt ?? null,
    options.seed ?? null,
  ]);
  return id;
}

/** A proposal as the pipeline would make it, for tests of the commit alone. */
export function proposal(
  environment: string,
  stream: string,
  version: number,
  over: Partial<Omit<Proposal, 'entry'>> & { readonly entry?: Partial<ProposedEntry> } = {},
): Proposal {
  const leaf =
    over.entry?.leaf ?? Buffer.from(JSON.stringify({ environment, stream, version, nonce: randomUUID() }));
  return {
    environment,
    stream,
    kind: 'request',
    version,
    directory: null,
    clock: null,
    idempotency: null,
    ...over,
    entry: {
      command: `cmd_${randomUUID()}`,
      leaf,
      leafHash: createHash('sha256').update('\0').update(leaf).digest(),
      at: '2026-01-31T09:00:00.000Z',
      correlation: null,
      changesAuthority: false,
      movesClock: false,
      schema: 1,
      state: '{}',
      projection: {},
      ...over.entry,
    },
  };
}

export const refusal = (proposal: Proposal): Proposal => ({ ...proposal, entry: null });

export const newStream = () => `req_${randomUUID()}`;

export const digestOf = (text: string): Uint8Array => createHash('sha256').update(text).digest();

/** Asserts ENGINE 9 on what is stored: dense, chained by version, and no further than the head. */
export async function logOf(reader: Reader, environment: string): Promise<readonly string[]> {
  const rows = await reader
    .readAs(environment)
    .query<{ seq: number; stream_id: string; version: number }>(
      'select seq, stream_id, version from countersign.entry where environment_id = $1 order by seq',
      [environment],
    );
  const head = await reader
    .readAs(environment)
    .query<{ seq: number }>('select seq from countersign.head where environment_id = $1', [environment]);
  const versions = new Map<string, number>();
  rows.forEach((row, i) => {
    if (row.seq !== i + 1) throw new Error(`gap: ${row.seq} stands at ${i + 1}`);
    const before = versions.get(row.stream_id) ?? 0;
    if (row.version !== before + 1) throw new Error(`${row.stream_id}: ${row.version} after ${before}`);
    versions.set(row.stream_id, row.version);
  });
  if (head[0]?.seq !== rows.length) throw new Error(`head ${head[0]?.seq}, ${rows.length} entries`);
  return rows.map((row) => `${row.stream_id}/${row.version}`);
}
