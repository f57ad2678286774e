import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { type CommitCall, commitCall } from '../../apps/server/src/db/commit-call.ts';
import { openPool } from '../../apps/server/src/db/pool.ts';
import { type Reader, reader } from '../../apps/server/src/db/read.ts';
import { storedAnswer } from '../../apps/server/src/engine/answers.ts';
import { directories } from '../../apps/server/src/engine/directories.ts';
import { loadEnvironment } from '../../apps/server/src/engine/environments.ts';
import { affectedRequests } from '../../apps/server/src/engine/readers/affected.ts';
import { alreadyGiven } from '../../apps/server/src/engine/readers/commands.ts';
import { readEntries } from '../../apps/server/src/engine/readers/entries.ts';
import { refold, streams } from '../../apps/server/src/engine/streams.ts';
import { buildTree, builtSize, headOf, tileReader } from '../../apps/server/src/engine/tree/index.ts';
import { findDelegation } from '../../apps/server/src/modules/delegations/delegations.queries.ts';
import { testDatabase } from '../harness/index.ts';
import { dump } from './conformance.dump.ts';
import { batches } from './conformance.kit.ts';
import { commit } from './database/commit.ts';
import type { Session } from './database/statement.ts';
import { execute } from './database/statements.ts';
import { newEnvironment, type Tables } from './database/tables.ts';
import { environmentId } from './world/world.ts';

const database = await testDatabase();
const pool = openPool({
  url: database.url,
  max: 4,
  applicationName: 'conformance',
  onError: () => undefined,
});
const owner = new pg.Pool({ connectionString: database.ownerUrl, max: 1 });
afterAll(async () => {
  await pool.end();
  await owner.end();
});

const BATCHES = 200;
const NONE: ReadonlySet<never> = new Set();

async function pair(first: number): Promise<{ tables: Tables; ids: readonly string[] }> {
  const ids = [environmentId(first), environmentId(first + 1)];
  for (const id of ids)
    await pool.query('select countersign.create_environment($1, $1, $2, $3, $2, $4)', [
      'org',
      id,
      'sandbox',
      `simulation/${id}`,
    ]);
  return {
    tables: { environments: new Map(ids.map((id) => [id, newEnvironment(id, null)])), statements: 0 },
    ids,
  };
}

/** The simulated tables, read by the server's own code. */
const simulated = (tables: Tables): Reader => ({
  readAs: (environment) => ({
    async query(text, values = []) {
      const session: Session = { tables, slips: NONE, wall: Date.now(), environment };
      return execute(session, text, values) as never;
    },
  }),
});

const codeOf = (error: unknown): string => {
  if (error instanceof pg.DatabaseError) return `error ${error.code}`;
  throw error;
};

const outcomes = new Set<string>();

test.each([1, 2, 3])(
  'the simulated commit gives the verdicts and the rows of the real one (seed %i)',
  async (seed) => {
    const { tables, ids } = await pair(2 * seed);
    const make = batches(seed, tables);
    for (let i = 0; i < BATCHES; i += 1) {
      const members = make.next([...ids, ...(i % 10 === 0 ? [environmentId(0)] : [])]);
      const call = commitCall(i % 7 === 0 ? ids.slice(0, 1) : [...ids, environmentId(0)], members);
      await compare(tables, call, `batch ${i}`);
      // As after a lost answer.
      if (i % 5 === 0) await compare(tables, call, `batch ${i}, sent again`);
    }
    for (const id of ids) expect(dump.simulated(tables, id)).toEqual(await dump.real(owner, id));
    await reads(tables, ids);
  },
);

test('and every verdict was met', () => {
  const verdicts = ['null', 'replayed', 'idempotency', 'command', 'version', 'authority', 'clock', 'batch'];
  const others = ['business-key', 'environment', 'error 22023', 'error 23514'];
  expect([...outcomes].sort()).toEqual([...verdicts, ...others].sort());
});

async function compare(tables: Tables, { text, values }: CommitCall, what: string): Promise<void> {
  const real = await pool.query(text, [...values]).then(({ rows }) => rows, codeOf);
  let ours: unknown;
  try {
    ours = commit(tables, values, NONE);
  } catch (error) {
    ours = codeOf(error);
  }
  expect(ours, what).toEqual(real);
  for (const row of Array.isArray(real) ? real : [{ reason: real }]) outcomes.add(String(row.reason));
}

/** What the server reads, through its own statements, of both. */
async function reads(tables: Tables, ids: readonly string[]): Promise<void> {
  const both = [simulated(tables), reader(pool)] as const;
  const same = async (what: string, read: (from: Reader) => Promise<unknown>) => {
    const [ours, real] = [await read(both[0]), await read(both[1])];
    expect(ours, what).toEqual(real);
  };
  for (const id of ids) {
    const environment = tables.environments.get(id);
    const fold = { schema: 1, evolve: (state: number | null) => (state ?? 0) + 1 };
    await same('environment', (from) => loadEnvironment(from, id));
    for (const { key } of environment?.answers.values() ?? [])
      await same('answer', (from) => storedAnswer(from, id, 'svc_1', key));
    for (const stream of ['req_0', 'req_1', 'req_9', 'directory/all']) {
      const kind = stream.startsWith('req_') ? 'request' : 'directory';
      await same('stream', (from) => streams(from, 1e6).read({ environment: id, stream, kind }, fold));
      await same('entries of a stream', (from) => refold(from, id, stream, 5, fold));
    }
    await same('directory', async (from) => (await directories(from, 1e6).at(id, 0)).revision);
    for (const wanted of ['all', 'authority', 'contents', 'nothing'] as const) {
      const page = { after: 3, to: 40, rows: 20, bytes: 1500 };
      await same(`page of ${wanted}`, async (from) =>
        (await readEntries(from.readAs(id), id, page, wanted)).map(({ seq, stream, leafHash }) => [
          seq,
          stream,
          leafHash.toString('hex'),
        ]),
      );
    }
    await same('given', async (from) =>
      [...(await alreadyGiven(from.readAs(id), id, ['cmd_1', 'cmd_9', 'cmd_x']))].sort(),
    );
    for (const person of ['usr_0', 'usr_1', 'usr_2', 'usr_3']) {
      const touched = {
        persons: [person],
        groups: ['g'],
        roles: [],
        matrices: [],
        revoked: ['dlg_1'],
        gained: true,
      };
      await same('affected', (from) => affectedRequests(from.readAs(id), id, touched));
      await same('affected without group', (from) =>
        affectedRequests(from.readAs(id), id, { ...touched, groups: [], gained: false }),
      );
    }
    for (const { delegation } of environment?.delegations ?? [])
      await same('delegation', (from) => findDelegation(from, id, delegation));
    await same('tree', async (from) => {
      const read = from.readAs(id);
      const size = await headOf(read, id);
      await buildTree(read, id, Math.floor(size / 2));
      await buildTree(read, id, size);
      const tile = await tileReader(read, id)({ level: 0, index: 0, width: 1 });
      return [size, await builtSize(read, id), Buffer.from(tile).toString('hex')];
    });
  }
  const across = async (text: string, values: readonly unknown[]) => {
    const session: Session = { tables, slips: NONE, wall: Date.now(), environment: null };
    const pick = (rows: readonly object[]) =>
      rows.filter((row) => ids.includes((row as { environment_id: string }).environment_id));
    const real = await pool.query(text, [...values]);
    const sorted = (rows: readonly object[]) =>
      rows.map((row) => JSON.stringify(row, Object.keys(row).sort())).sort();
    expect(sorted(pick(execute(session, text, values) as object[]))).toEqual(sorted(pick(real.rows)));
  };
  await across('select * from countersign.unread($1)', ['recheck']);
  await across('select * from countersign.due_timers($1)', [1000]);
}
