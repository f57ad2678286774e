import pg from 'pg';
import { expect, test } from 'vitest';
import { testServer } from '../../../../../test/support/server.ts';

const one = await testServer();
const two = await testServer({ beside: one });

const source = (limit: string): string =>
  `# ours\nmatrix: spend\ncurrency: EUR\napprovedBy: group controlling\nrows:\n  - { upTo: ${limit}, approver: role lead }\n`;

test('a change that one process has taken is listed and approved, as it was written, by another', async () => {
  const { body } = await one.api.ok('changeDirectory', {
    body: {
      changes: [
        { change: 'person', userName: 'ann' },
        { change: 'person', userName: 'bob' },
        { change: 'role', role: 'lead', op: 'set', persons: ['ann'] },
        { change: 'group', group: 'controlling', op: 'set', persons: ['ann', 'bob'] },
      ],
    },
  });
  const [ann = '', bob = ''] = body.people.map(({ id }) => id);
  await one.api.ok('publishMatrix', { body: { source: source('100') } });
  // The other process knows of the directory, and of no change that comes now.
  expect((await two.api.ok('listMatrixProposals')).body.items).toEqual([]);
  const made = await one.api.actingFor(ann).ok('publishMatrix', { body: { source: source('200') } });
  const { digest } = made.body;
  expect((await two.api.ok('listMatrixProposals')).body.items).toMatchObject([{ name: 'spend', digest }]);
  await two.api.actingFor(bob).ok('approveMatrix', { params: { name: 'spend' }, body: { digest } });
  const owner = new pg.Client({ connectionString: one.database.ownerUrl });
  await owner.connect();
  const { rows } = await owner.query(
    'select version, source from countersign.matrix_version order by version',
  );
  await owner.end();
  expect(rows).toEqual([
    { version: 1, source: source('100') },
    { version: 2, source: source('200') },
  ]);
});
