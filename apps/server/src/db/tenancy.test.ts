import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../../../test/harness/index.ts';
import { digestOf, newEnvironment, proposal, testProcess } from '../engine/testing/process.ts';
import { commitCall, type VerdictRow } from './commit-call.ts';
import type { SliceWrites } from './commit-proposal.ts';

const database = await testDatabase();
const one = testProcess(database.url);
const owner = new pg.Client({ connectionString: database.ownerUrl });
await owner.connect();
afterAll(async () => {
  await one.stop();
  await owner.end();
});

const mine = await fill(await newEnvironment(one.pool));
const other = await fill(await newEnvironment(one.pool));

/** A row in every table, so that an empty one cannot pass for a guarded one. */
async function fill(environment: string): Promise<string> {
  const bytes = Buffer.from('x');
  const writes: SliceWrites = {
    definition_version: [{ definition: 'd', version: 1, digest: 'x', canonical: '{}', source: '' }],
    matrix_version: [
      { matrix: 'm', version: 1, digest: 'x', effective_from: '2026-01-01', canonical: '{}', source: '' },
    ],
    person: [{ person: 'usr_1', active: true, manager: null, email_index: 'aa' }],
    collective: [{ kind: 'group', name: 'g' }],
    membership: [{ kind: 'group', name: 'g', person: 'usr_1' }],
    delegation: [
      {
        delegation: 'dlg_1',
        delegator: 'usr_1',
        delegate: 'usr_2',
        valid_from: '2026-01-01',
        valid_until: '2026-02-01',
        terms: {},
      },
    ],
    document: [{ document: 'doc_1' }],
    document_version: [
      { document: 'doc_1', version: 1, sha256: 'x', size: 1, media_type: 'a/b', file_name: null },
    ],
    service_account: [{ service: 'svc_1', name: 'erp' }],
    api_key: [
      {
        api_key: 'key_1',
        service: 'svc_1',
        token_hash: Buffer.from(digestOf(environment)).toString('hex'),
        scopes: ['*'],
        environments: null,
        object_types: null,
        expires_at: null,
      },
    ],
  };
  const verdict = await one.commits.submit(
    proposal(environment, 'directory', 0, {
      kind: 'directory',
      idempotency: { principal: 'svc_1', key: 'k', digest: digestOf(''), status: 200, answer: '{}' },
      entry: {
        changesAuthority: true,
        projection: {
          writes,
          request: {
            definition: 'd',
            definitionDigest: 'x',
            status: 's',
            outcome: null,
            requester: 'usr_1',
            submitter: 'svc_1',
            externalReference: null,
            dueAt: null,
          },
          assignments: [
            { n: 1, step: 's', person: 'usr_1', status: 'open', group: null, role: null, dueAt: null },
          ],
          timers: [{ key: 'due', due: '2026-01-01T00:00:00.000Z' }],
          businessKeys: [{ kind: 'k', key: 'k', release: false }],
          sealed: [
            {
              item: 'itm_1',
              owner: 'usr_1',
              nonce: bytes,
              ciphertext: bytes,
              wrappedKey: bytes,
              context: 'c',
            },
          ],
        },
      },
    }),
    [environment],
  );
  expect(verdict).toMatchObject({ outcome: 'committed' });
  const read = one.reader.readAs(environment);
  await read.query(
    "select countersign.advance_reader($1, 'webhooks', 1), countersign.set_aside($1, 'webhooks', 1, 'e')",
    [environment],
  );
  await read.query(
    "select countersign.store_tiles($1, '{0}', '{0}', '{1}', array[decode(repeat('00', 32), 'hex')])",
    [environment],
  );
  await read.query("select countersign.store_checkpoint($1, 1, decode(repeat('00', 32), 'hex'), 'note')", [
    environment,
  ]);
  await read.query("select countersign.index_words($1, array['req_1'], array[1], array['word'])", [
    environment,
  ]);
  return environment;
}

type Table = { name: string; forced: boolean; keyed: boolean };

const tables = async (): Promise<readonly Table[]> =>
  (
    await owner.query<Table>(
      `select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
              (select a.attname = 'environment_id' from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
                where i.indrelid = c.oid and i.indisprimary) as keyed
         from pg_class c where c.relnamespace = 'countersign'::regnamespace and c.relkind in ('r', 'p', 'm', 'v', 'f') order by 1`,
    )
  ).rows;

test('ENGINE 21: every table forces row-level security, and its key begins with the environment', async () => {
  const found = await tables();
  expect(found.length).toBeGreaterThan(20);
  expect(found.filter((table) => !table.forced)).toEqual([]);
  expect(found.filter((table) => !table.keyed).map((table) => table.name)).toEqual(['organization']);
});

test('ENGINE 21: the application reads every table, and of each only what is its environment’s', async () => {
  for (const { name } of await tables()) {
    if (name === 'organization') continue;
    const rows = await one.reader
      .readAs(mine)
      .query<{ environment_id: string }>(`select environment_id from countersign.${name}`);
    expect([name, new Set(rows.map((row) => row.environment_id))]).toEqual([
      name,
      new Set(rows.length === 0 && emptyByNature.has(name) ? [] : [mine]),
    ]);
    const asked = await one.reader
      .readAs(mine)
      .query(`select 1 from countersign.${name} where environment_id = $1`, [other]);
    expect([name, asked]).toEqual([name, []]);
  }
});
/** Tables of later migrations that this file does not fill: their guard is checked above. */
const emptyByNature = new Set(
  (await tables()).map((table) => table.name).filter((name) => !known().includes(name)),
);
function known(): readonly string[] {
  return 'api_key assignment business_key checkpoint collective definition_version delegation document document_version entry environment head idempotency matrix_version membership person poison reader_position request sealed_value search_text search_token service_account stream tile timer'.split(
    ' ',
  );
}

test('ENGINE 21: a session that has chosen no environment reads nothing', async () => {
  const fresh = new pg.Client({ connectionString: database.url });
  await fresh.connect();
  for (const { name } of await tables()) {
    expect([name, (await fresh.query(`select 1 from countersign.${name}`)).rowCount]).toEqual([name, 0]);
  }
  await fresh.end();
});

test('ENGINE 21: the application writes no table directly', async () => {
  const verbs = [
    (t: string) => `insert into countersign.${t} select * from countersign.${t}`,
    (t: string) =>
      `update countersign.${t} set ${t === 'organization' ? 'organization_id = organization_id' : 'environment_id = environment_id'}`,
    (t: string) => `delete from countersign.${t}`,
    (t: string) => `truncate countersign.${t}`,
    (t: string) => `drop table countersign.${t}`,
    (t: string) => `alter table countersign.${t} disable row level security`,
    (t: string) => `create policy mine on countersign.${t} using (true)`,
  ];
  const app = new pg.Client({ connectionString: database.url });
  await app.connect();
  for (const { name } of await tables()) {
    for (const verb of verbs) {
      await expect(app.query(verb(name)), verb(name)).rejects.toThrow(/permission denied|must be owner/);
    }
  }
  await expect(app.query('set role countersign_owner')).rejects.toThrow(/permission denied/);
  await expect(app.query('create table countersign.mine ()')).rejects.toThrow(/permission denied/);
  await app.end();
});

type Callable = {
  signature: string;
  name: string;
  definer: boolean;
  path: string | null;
  callable: boolean;
  args: string;
};

const functions = async (): Promise<readonly Callable[]> =>
  (
    await owner.query<Callable>(
      `select p.oid::regprocedure::text as signature, p.proname as name, p.prosecdef as definer,
              (select c from unnest(p.proconfig) c where c like 'search_path=%') as path,
              has_function_privilege('countersign_app', p.oid, 'execute') as callable,
              pg_get_function_arguments(p.oid) as args
         from pg_proc p where p.pronamespace = 'countersign'::regnamespace order by 1`,
    )
  ).rows;

test('ENGINE 21: every function pins its search path, and helpers of others cannot be called', async () => {
  const all = await functions();
  expect(all.filter((f) => f.path === null || !f.path.endsWith('pg_temp')).map((f) => f.signature)).toEqual(
    [],
  );
  const internal = ['append_only', 'apply_writes', 'guard_table', 'refuse_rewrite'];
  expect(all.filter((f) => !f.callable && !f.signature.includes('trigger')).map((f) => f.name)).toEqual(
    expect.arrayContaining(internal),
  );
  const anybody = await owner.query(
    "select p.proname from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where p.pronamespace = 'countersign'::regnamespace and a.grantee = 0",
  );
  expect(anybody.rows).toEqual([]);
});

/** Called before an environment is known, or for all of them: what they give is listed in their migration. */
const ACROSS = [
  'commit',
  'create_environment',
  'due_timers',
  'expire_idempotency',
  'find_api_key',
  'find_refused_api_key',
  'set_aside_counts',
  'unread',
];

test('ENGINE 21: every function for one environment refuses a session that stands in another', async () => {
  const confined = (await functions()).filter((f) => f.callable && f.definer && !ACROSS.includes(f.name));
  expect(confined.length).toBeGreaterThan(5);
  for (const { name, signature, args } of confined) {
    expect([signature, args.split(' ')[0]]).toEqual([signature, 'environment_']);
    const types = args.split(',').map((arg) =>
      arg
        .replace(/ DEFAULT .*/, '')
        .trim()
        .split(' ')
        .slice(1)
        .join(' '),
    );
    const values = types.map((type, i) => (i === 0 ? `'${other}'` : `null::${type}`)).join(', ');
    await expect(
      one.reader.readAs(mine).query(`select countersign.${name}(${values})`),
      signature,
    ).rejects.toThrow(/not in environment/);
  }
});

test('ENGINE 21: commit refuses members outside the caller’s environments, and takes no environment from a row', async () => {
  const batch = [proposal(mine, 'req_a', 0), proposal(other, 'req_b', 0)];
  const { text, values } = commitCall([mine], batch);
  const found = await one.pool.query<VerdictRow>(text, [...values]);
  expect(found.rows.map((row) => row.reason)).toEqual([null, 'environment']);
  expect(found.rows[1]).toMatchObject({ seq: null, directory: null, clock: null });
  expect(await one.commits.submit(proposal(other, 'req_b', 0), [mine])).toEqual({
    outcome: 'foreign-environment',
  });

  const smuggled = JSON.parse(`{"document": [{"environment_id": "${other}", "document": "doc_smuggled"}]}`);
  await one.commits.submit(proposal(mine, 'req_c', 0, { entry: { projection: { writes: smuggled } } }), [
    mine,
  ]);
  const holders = await owner.query(
    "select environment_id from countersign.document where document = 'doc_smuggled'",
  );
  expect(holders.rows).toEqual([{ environment_id: mine }]);
});

test('ENGINE 21: the same ids in two environments are two things', async () => {
  const stream = `req_${randomUUID()}`;
  const command = `cmd_${randomUUID()}`;
  const entry = { command, projection: { businessKeys: [{ kind: 'k', key: 'shared', release: false }] } };
  for (const environment of [mine, other]) {
    const verdict = await one.commits.submit(proposal(environment, stream, 0, { entry }), [environment]);
    expect(verdict.outcome).toBe('committed');
  }
});

test('a checkpoint is never smaller, never of two roots, never beyond the log; a tile only grows', async () => {
  const read = one.reader.readAs(mine);
  const store = (size: number, byte: string) =>
    read.query("select countersign.store_checkpoint($1, $2, decode(repeat($3, 32), 'hex'), 'n')", [
      mine,
      size,
      byte,
    ]);
  await store(1, '00');
  await expect(store(1, '11')).rejects.toThrow(/contradicts the log/);
  await expect(store(0, '00')).rejects.toThrow(/contradicts the log/);
  await expect(store(1_000_000, '00')).rejects.toThrow(/contradicts the log/);
  const tile = (hex: string) =>
    read.query(
      "select countersign.store_tiles($1, '{0}', '{0}', array[$2::smallint], array[decode($3, 'hex')])",
      [mine, hex.length / 64, hex],
    );
  await tile('00'.repeat(32) + '22'.repeat(32));
  await tile('00'.repeat(32));
  await expect(tile('33'.repeat(64))).rejects.toThrow(/would change/);
  expect(await read.query('select width from countersign.tile')).toEqual([{ width: 2 }]);
});

test('the directory is bitemporal: what was known at a seq can still be read', async () => {
  const environment = await newEnvironment(one.pool);
  for (const [version, active, manager] of [
    [0, true, 'usr_9'],
    [1, true, 'usr_8'],
    [2, false, null],
  ] as const) {
    const writes = { person: [{ person: 'usr_1', active, manager }] };
    const member = proposal(environment, 'directory', version, {
      kind: 'directory',
      entry: { changesAuthority: true, projection: { writes } },
    });
    await one.commits.submit(member, [environment]);
  }
  const asOf = (seq: number) =>
    one.reader
      .readAs(environment)
      .query(
        'select manager from countersign.person where recorded_from <= $1 and (recorded_until is null or recorded_until > $1)',
        [seq],
      );
  expect(await asOf(1)).toEqual([{ manager: 'usr_9' }]);
  expect(await asOf(2)).toEqual([{ manager: 'usr_8' }]);
  expect(await asOf(3)).toEqual([{ manager: null }]);
});
