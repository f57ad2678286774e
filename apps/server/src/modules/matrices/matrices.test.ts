import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { testServer } from '../../../../../test/support/server.ts';

const { api } = await testServer();
const roles = ['team-lead', 'finance-lead', 'region-lead', 'cfo'];
await api.ok('changeDirectory', {
  body: {
    changes: [
      { change: 'person', userName: 'amara' },
      ...roles.map((role) => ({ change: 'role' as const, role, op: 'set' as const, persons: ['amara'] })),
    ],
  },
});
const matrix = (name: string, limit = '5000', more = '') =>
  `matrix: ${name}\ncurrency: EUR\n${more}rows:\n  - { upTo: ${limit}, approver: role team-lead }\n  - { upTo: no limit, approver: role cfo }\n`;
/** The version that was made at once: in a sandbox a matrix without `approvedBy` waits for nobody. */
const publish = async (source: string, more: object = {}) => {
  const made = await api.ok('publishMatrix', { body: { source, ...more } });
  if (!('version' in made.body)) throw new Error('it waits for an approval');
  return { ...made, body: made.body };
};
const environment = async () => (await api.ok('getEnvironment')).body;

describe('an authority matrix', () => {
  test('is published in rank order, changes authority, and is read by name, number and digest', async () => {
    const made = await publish(matrix('spend'));
    expect(made.status).toBe(201);
    expect((await environment()).directoryRevision).toBe(made.seq);
    expect(made.body).toMatchObject({
      name: 'spend',
      version: 1,
      currency: 'EUR',
      columns: [],
      ask: 'first',
      climb: false,
      fallback: null,
      approvedBy: null,
      proposedBy: null,
      seq: made.seq,
      rows: [
        { id: 'row-1', cells: [], upTo: '5000', approver: { role: 'team-lead' } },
        { id: 'row-2', cells: [], upTo: null, approver: { role: 'cfo' } },
      ],
    });
    const { versions, ...newest } = (await api.ok('getMatrix', { params: { name: 'spend' } })).body;
    expect(newest).toEqual(made.body);
    expect(versions).toEqual([
      expect.objectContaining({ version: 1, effectiveFrom: made.body.effectiveFrom }),
    ]);
    for (const version of ['1', made.body.digest]) {
      expect((await api.ok('getMatrixVersion', { params: { name: 'spend', version } })).body).toEqual(
        made.body,
      );
    }
    await api.refused('getMatrixVersion', 'not-found', { params: { name: 'spend', version: '2' } });
  });

  test('with the newest content leaves no entry, whether it says its date or not', async () => {
    const first = await publish(matrix('same'));
    const { head } = await environment();
    expect(await publish(matrix('same'))).toMatchObject({
      status: 200,
      body: first.body,
      seq: first.seq,
      leaf: first.leaf,
    });
    expect((await environment()).head).toBe(head);
    const second = await publish(matrix('same', '6000'), { effectiveFrom: '2030-01-01T00:00:00+02:00' });
    expect(second.body).toMatchObject({ version: 2, effectiveFrom: '2029-12-31T22:00:00.000Z' });
    const dated = await publish(matrix('same', '6000', 'effectiveFrom: 2030-06-01\n'));
    expect(dated.body).toMatchObject({ version: 3, effectiveFrom: '2030-06-01T00:00:00.000Z' });
    const listed = (await api.ok('listMatrices', { query: { limit: 200 } })).body.items;
    expect(listed.find(({ name }) => name === 'same')).toMatchObject({ version: 3, currency: 'EUR' });
  });

  test('is taken as a table: the example', async () => {
    const file = new URL('../../../../../examples/purchase-order/matrix.yaml', import.meta.url);
    const made = await publish(readFileSync(file, 'utf8'));
    expect(made.body.columns).toEqual(['region']);
    expect(made.body.rows).toHaveLength(5);
  });

  test.each([
    ['two rows that are one', `${matrix('x')}  - { upTo: 5000, approver: role cfo }\n`, 'matrix-invalid'],
    ['two currencies', matrix('x', '5 USD'), 'matrix-invalid'],
    ['a climb without a fallback', matrix('x', '5', 'climb: true\n'), 'matrix-invalid'],
    ['a fallback nobody knows', matrix('x', '5', 'climb: true\nfallback: role cof\n'), 'unknown-role'],
    ['approvers nobody knows', matrix('x', '5', 'approvedBy: group none\n'), 'unknown-group'],
    ['no YAML', 'matrix: [', 'matrix-invalid'],
    ['an unknown role', matrix('x').replace('cfo', 'cof'), 'unknown-role'],
    ['an unknown group', matrix('x').replace('role cfo', 'group none'), 'unknown-group'],
    ['an unknown person', matrix('x').replace('role cfo', 'user usr_none'), 'unknown-person'],
  ] as const)('with %s is refused', async (_what, source, code) => {
    const { head } = await environment();
    const { problem } = await api.refused('publishMatrix', code, { body: { source } });
    expect(problem.errors[0]?.field).toEqual(expect.any(String));
    expect((await environment()).head).toBe(head);
  });
});

test('a check tells errors and warnings with their lines, and writes nothing', async () => {
  const { head } = await environment();
  const check = async (source: string) => (await api.ok('checkMatrix', { body: { source } })).body;
  expect(await check(matrix('x', '5 USD'))).toMatchObject({ ok: false, errors: [{ code: 'bad-value' }] });
  expect(await check('matrix: [')).toMatchObject({ ok: false, digest: null });
  const gap = 'matrix: x\ncurrency: EUR\nrows:\n  - { upTo: 5, approver: role cfo }\n';
  expect(await check(gap)).toMatchObject({
    ok: true,
    warnings: [{ code: 'gap', field: 'rows[0]', line: 4 }],
  });
  expect((await environment()).head).toBe(head);
});
