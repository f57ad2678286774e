import { readFileSync } from 'node:fs';
import { replayer } from '@countersign/core';
import { describe, expect, test } from 'vitest';
import { query } from '../../../../../test/support/database.ts';
import { testServer } from '../../../../../test/support/server.ts';

const server = await testServer();
const { api } = server;
const source = (name: string, more = '') =>
  `definition: ${name}\ntitle: { en: Title of ${name} }\nfields:\n  amount: { type: money, required: true }\nroute:\n  - approve: legal\n    by: { group: legal }\n${more}`;
const publish = (text: string) => api.ok('publishDefinition', { body: { source: text } });
const head = async () => (await api.ok('getEnvironment')).body.head;

describe('a definition', () => {
  test('is published as version 1, and read by name, number and digest', async () => {
    const made = await publish(source('one'));
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      name: 'one',
      title: { en: 'Title of one' },
      version: 1,
      seq: made.seq,
      publishedBy: { kind: 'service' },
      source: source('one'),
      format: 'yaml',
      canonical: { definition: 'one' },
      references: { people: [], groups: ['legal'], roles: [], matrices: [] },
    });
    const { versions, ...newest } = (await api.ok('getDefinition', { params: { name: 'one' } })).body;
    expect(newest).toEqual(made.body);
    expect(versions).toHaveLength(1);
    for (const version of ['1', made.body.digest]) {
      const read = await api.ok('getDefinitionVersion', { params: { name: 'one', version } });
      expect(read.body).toEqual(made.body);
    }
    await api.refused('getDefinitionVersion', 'not-found', { params: { name: 'one', version: '2' } });
    await api.refused('getDefinition', 'not-found', { params: { name: 'none' } });
    await api.refused('getDefinition', 'not-found', { params: { name: 'No Name' } });
  });

  test('with the newest content is answered with it, and leaves no entry; older content is a new version', async () => {
    const first = await publish(source('two'));
    const before = await head();
    const same = await publish(`# a comment changes nothing\n${source('two')}`);
    expect(same).toMatchObject({ status: 200, body: first.body, seq: first.seq, leaf: first.leaf });
    expect(await head()).toBe(before);
    const second = await publish(source('two', 'due: 3 days\n'));
    expect(second.body.version).toBe(2);
    const third = await publish(source('two'));
    expect(third.body).toMatchObject({ version: 3, digest: first.body.digest });
    const newest = (await api.ok('getDefinition', { params: { name: 'two' } })).body;
    expect(newest.versions.map((each) => each.version)).toEqual([1, 2, 3]);
    const byDigest = { params: { name: 'two', version: first.body.digest } };
    expect((await api.ok('getDefinitionVersion', byDigest)).body.version).toBe(3);
  });

  test('gives a matrix only columns that it has, and is told the line', async () => {
    await api.ok('changeDirectory', {
      body: {
        changes: [
          { change: 'person', userName: 'lea' },
          { change: 'role', role: 'lead', op: 'set', persons: ['lea'] },
        ],
      },
    });
    const rows = 'rows:\n  - { region: any, upTo: no limit, approver: role lead }\n';
    const matrix = `matrix: regional\ncurrency: EUR\ncolumns: [region]\n${rows}`;
    const asking = (columns: string) =>
      source('columns').replace('{ group: legal }', `{ matrix: regional, amount: =amount${columns} }`);
    await publish(asking(', reigon: EMEA'));
    await api.ok('publishMatrix', { body: { source: matrix } });
    const wrong = { body: { source: asking(', region: EMEA, reigon: EMEA') } };
    const { problem } = await api.refused('publishDefinition', 'definition-invalid', wrong);
    expect(problem.errors).toEqual([
      expect.objectContaining({ field: 'route[0].by.reigon', code: 'unknown-name', line: 7 }),
    ]);
    expect(problem.detail).toMatch(/no column `reigon`. It has `region`./);
    expect((await api.ok('checkDefinition', wrong)).body).toMatchObject({
      ok: false,
      errors: problem.errors,
    });
    const short = (await api.ok('checkDefinition', { body: { source: asking('') } })).body;
    expect([short.ok, short.warnings.map(({ message }) => message)]).toEqual([
      true,
      [expect.stringMatching(/asks for `region`: without it no row matches/)],
    ]);
    await publish(asking(', region: EMEA'));
  });

  test('of one name published by many at once gets each version once', async () => {
    const made = await Promise.all(
      Array.from({ length: 12 }, (_, i) => publish(source('raced', `due: ${i + 1} days\n`))),
    );
    expect(made.map((each) => each.body.version).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 12 }, (_, i) => i + 1),
    );
  });

  test('is answered again under its key, as it was, even after newer versions', async () => {
    const input = { body: { source: source('again') }, idempotencyKey: 'again-1' };
    const first = await api.ok('publishDefinition', input);
    await publish(source('again', 'due: 1 day\n'));
    const replay = await api.ok('publishDefinition', input);
    expect(replay).toMatchObject({ status: 201, body: first.body, seq: first.seq, leaf: first.leaf });
  });

  test('and a matrix of the same name do not meet, nor do names that the log uses itself', async () => {
    await api.ok('changeDirectory', {
      body: { changes: [{ change: 'role', role: 'cfo', op: 'set', persons: [] }] },
    });
    const matrix = 'currency: EUR\nrows:\n  - { upTo: no limit, approver: role cfo }\n';
    for (const name of ['access', 'directory', 'shared']) {
      expect((await publish(source(name))).body.version).toBe(1);
      const made = await api.ok('publishMatrix', { body: { source: `matrix: ${name}\n${matrix}` } });
      expect(made.body).toMatchObject({ version: 1 });
    }
  });

  test('is listed by name, page by page, to keys that cover it', async () => {
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await api.ok('listDefinitions', { query: { limit: 2, ...(cursor ? { cursor } : {}) } });
      names.push(...page.body.items.map((each) => each.name));
      cursor = page.body.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(names).toEqual([...new Set(names)].sort());
    expect(names).toEqual(expect.arrayContaining(['one', 'two']));
    const account = await api.ok('createServiceAccount', { body: { name: 'narrow' } });
    const key = await api.ok('createApiKey', {
      body: {
        serviceAccount: account.body.id,
        scopes: ['definitions:read', 'definitions:write'],
        definitions: ['two'],
      },
    });
    const narrow = api.with(key.body.secret);
    expect((await narrow.ok('listDefinitions')).body.items.map((each) => each.name)).toEqual(['two']);
    await narrow.refused('getDefinition', 'not-found', { params: { name: 'one' } });
    const { problem } = await narrow.refused('publishDefinition', 'forbidden-definition', {
      body: { source: source('one', 'due: 9 days\n') },
    });
    expect(problem.data).toEqual({ definition: 'one' });
  });

  test('stands in the log whole, so that a verifier compiles it from there', async () => {
    const leaves = await query<{ seq: string; leaf: Buffer }>(
      server.database,
      'select seq, leaf from countersign.entry order by seq',
    );
    const replay = replayer();
    const parsed = leaves.map(({ seq, leaf }) => ({ seq: Number(seq), ...JSON.parse(leaf.toString()) }));
    const verdicts = parsed.map((entry) => ({ kind: entry.kind, ...replay.entry(entry) }));
    expect(verdicts.filter(({ kind }) => kind === 'definition').map(({ verdict }) => verdict)).toContain(
      'reproduced',
    );
    expect(verdicts.filter(({ verdict }) => verdict === 'different')).toEqual([]);
    const published = parsed.find((entry) => entry.stream === 'definition/one');
    expect(published.events).toEqual([
      expect.objectContaining({
        type: 'definition.published',
        definition: 'one',
        version: 1,
        canonical: expect.any(Object),
      }),
    ]);
  });
});

describe('a check', () => {
  test('says what publishing would say, and what the directory lacks, and leaves no entry', async () => {
    const before = await head();
    const { body } = await api.ok('checkDefinition', { body: { source: source('new') } });
    expect(body).toMatchObject({ ok: true, errors: [], references: { groups: ['legal'] } });
    expect(body.warnings).toEqual([
      expect.objectContaining({ field: 'references.groups[0]', code: 'unknown-group' }),
    ]);
    expect(await head()).toBe(before);
    await api.ok('changeDirectory', {
      body: { changes: [{ change: 'group', group: 'legal', op: 'set', persons: [] }] },
    });
    expect((await api.ok('checkDefinition', { body: { source: source('new') } })).body.warnings).toEqual([]);
  });

  test('names line and column of each error', async () => {
    const { body } = await api.ok('checkDefinition', {
      body: { source: source('bad').replace('by: { group: legal }', 'by: { grup: legal }') },
    });
    expect(body).toMatchObject({ ok: false, digest: null, references: null });
    expect(body.errors[0]).toMatchObject({ line: 7, column: expect.any(Number) });
  });

  test('takes JSON as well', async () => {
    const json = JSON.stringify({
      definition: 'j',
      fields: {},
      route: [{ approve: 'a', by: { group: 'legal' } }],
    });
    expect((await api.ok('checkDefinition', { body: { format: 'json', source: json } })).body.ok).toBe(true);
    const broken = await api.ok('checkDefinition', { body: { format: 'json', source: '{"definition":' } });
    expect(broken.body).toMatchObject({ ok: false, errors: [expect.objectContaining({ line: 1 })] });
  });

  test.each(['expense-declaration', 'purchase-order'])('passes the example %s', async (name) => {
    const file = new URL(`../../../../../examples/${name}/definition.yaml`, import.meta.url);
    const { body } = await api.ok('checkDefinition', { body: { source: readFileSync(file, 'utf8') } });
    expect(body).toMatchObject({ ok: true, errors: [] });
  });
});

describe('publishing is refused', () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(',')}]`).join('\n')}\n`;
  test.each([
    ['of what is no YAML', 'definition: [', 'definition-invalid'],
    ['of a YAML bomb', bomb, 'definition-invalid'],
    ['of a member that stands twice', `${source('x')}route: []\n`, 'definition-invalid'],
    ['of a tag', 'definition: !!js/function x\n', 'definition-invalid'],
    [
      'of a condition on what is no field',
      source('x').replace('by:', 'when: amont > 1\n    by:'),
      'definition-invalid',
    ],
    [
      'of a part that comes later',
      `${source('x')}fulfil:\n  - write: crm.opportunity\n    set: { status: Approved }\n`,
      'not-yet',
    ],
    [
      'of a quorum that nobody can reach',
      source('x').replace('{ group: legal }', '{ user: usr_1 }\n    need: 2'),
      'definition-unsatisfiable',
    ],
  ] as const)('%s', async (_what, text, code) => {
    const before = await head();
    const { problem } = await api.refused('publishDefinition', code, { body: { source: text } });
    expect(problem.errors[0]).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
    expect(await head()).toBe(before);
  });

  test('of NUL, of too much, of nothing, and for who left', async () => {
    await api.refused('publishDefinition', 'invalid-text', { body: { source: `${source('x')}\u0000` } });
    await api.refused('publishDefinition', 'validation-failed', { body: { source: 'x'.repeat(262_145) } });
    await api.refused('publishDefinition', 'validation-failed', { body: { source: '' } });
    await api.refused('publishDefinition', 'validation-failed', { body: { source: 'x', format: 'toml' } });
    await api.refused('publishDefinition', 'act-for-refused', {
      body: { source: source('x') },
      actFor: 'usr_018f0000-0000-7000-8000-000000000001',
    });
  });
});
