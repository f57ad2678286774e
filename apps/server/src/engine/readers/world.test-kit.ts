import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Json } from '@countersign/ledger';
import type { TestDatabase } from '../../../../../test/harness/index.ts';
import { committer } from '../../db/commit.ts';
import type { Projection } from '../../db/commit-proposal.ts';
import { openPool } from '../../db/pool.ts';
import { reader } from '../../db/read.ts';
import { engine } from '../engine.ts';

export const uuidOf = (n: number): string => `018f0000-0000-7000-8000-${String(n).padStart(12, '0')}`;

export type World = Awaited<ReturnType<typeof openWorld>>;

/** A process: pool, reader, committer and engine on a test database, with a directory for what lies outside it. */
export async function openWorld(
  database: TestDatabase,
  options: { data?: string; readers?: () => void } = {},
) {
  const data = options.data ?? fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-readers-'));
  const pool = openPool({ url: database.url, max: 12, applicationName: 'test', onError: () => undefined });
  const commits = committer(pool);
  const read = reader(pool);
  let committed: () => void = options.readers ?? (() => undefined);
  const core = engine({ reader: read, committer: commits, wall: Date.now, onCommitted: () => committed() });
  return {
    pool,
    reader: read,
    engine: core,
    data,
    onCommitted(told: () => void) {
      committed = told;
    },
    async environment(seed: string | null = null): Promise<string> {
      const id = `env_${randomUUID()}`;
      await pool.query('select countersign.create_environment($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)', [
        'org_1',
        'Test',
        id,
        'sandbox',
        id,
        `log.example/${id}`,
        'wall',
        null,
        null,
        seed,
      ]);
      return id;
    },
    /** One entry of a stream that has no rules. */
    async append(
      environment: string,
      stream: string,
      event: { type: string; [member: string]: Json } = { type: 'thing.happened' },
      projection: Projection = {},
    ) {
      const done = await core.execute<{ n: number }, { type: string }, never>({
        id: { environment, kind: 'environment', stream },
        allowed: [environment],
        fold: { schema: 1, evolve: (state) => ({ n: (state?.n ?? 0) + 1 }) },
        command: { type: 'happen', actor: { kind: 'service', service: `svc_${uuidOf(1)}` }, data: {} },
        correlation: null,
        idempotency: null,
        ids: null,
        readsAuthority: false,
        changesAuthority: false,
        movesClock: false,
        decide: () => ({ ok: true, events: [event] }),
        project: () => projection,
        answer: () => ({ status: 200, body: '' }),
        refuse: (refusal) => refusal,
      });
      if (done.outcome !== 'committed') throw new Error(done.outcome);
      return done;
    },
    async close() {
      await commits.close();
      await pool.end();
      if (options.data === undefined) fs.rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Polls until `found` says so; the test's own limit ends it. */
export async function until(found: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await found())) await new Promise((resolve) => setTimeout(resolve, 20));
}
