import { expect, test } from 'vitest';
import { testServer } from '../../../../../test/support/server.ts';
import { samplePdf } from '../../sandbox/sandbox.pdf.ts';

const { api } = await testServer();
const { body: directory } = await api.ok('changeDirectory', {
  body: {
    changes: [
      ...['ann', 'req'].map((userName) => ({ change: 'person' as const, userName })),
      { change: 'role', role: 'lead', op: 'set', persons: ['ann'] },
    ],
  },
});
const id = (name: string): string => directory.people.find((one) => one.userName === name)?.id ?? '';
await api.ok('publishDefinition', {
  body: {
    source: `
definition: papers
documents: { contract: { accept: [pdf] } }
route: [{ approve: lead, by: { role: lead }, requires: [contract] }]
`,
  },
});

test('an approval waits for the document, is told for which and from whom, and takes it from a revision', async () => {
  const { body } = await api.ok('createApprovalRequest', {
    body: { definition: 'papers', requester: 'req' },
  });
  const at = { params: { request: body.id } };
  const params = { assignment: body.assignments[0]?.id ?? '' };
  const ann = api.actingFor(id('ann'));
  const { problem } = await ann.refused('decideAssignment', 'document-missing', {
    params,
    body: { decision: 'approve', revision: body.revision.digest },
  });
  expect(problem.data).toEqual({ step: 'lead', missing: ['contract'], requester: id('req') });
  expect(problem.errors).toMatchObject([{ field: 'documents.contract', code: 'required' }]);
  const why = (await api.ok('explainApprovalRequest', { ...at, query: { step: 'lead' } })).body.answers;
  expect(why.find(({ person }) => person === null)?.waitsFor).toBe(
    `contract from ${id('req')}, by a revision, before anybody approves`,
  );
  const { body: document } = await api.ok('uploadDocument', { body: samplePdf(['contract']) });
  const revised = await api.actingFor(id('req')).ok('reviseApprovalRequest', {
    ...at,
    body: {
      expected: body.revision.digest,
      documents: { contract: [{ document: document.id, version: 1 }] },
    },
  });
  const place = (await api.ok('listAssignments', { query: { request: body.id } })).body.items[0]?.id ?? '';
  const made = await ann.ok('decideAssignment', {
    params: { assignment: place },
    body: { decision: 'approve', revision: revised.body.revision.digest },
  });
  expect(made.body.decision.standing).toBe(true);
  expect((await api.ok('getApprovalRequest', at)).body.outcome).toBe('approved');
});
