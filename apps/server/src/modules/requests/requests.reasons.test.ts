import { expect, test } from 'vitest';
import { testServer } from '../../../../../test/support/server.ts';

const { api } = await testServer();
const { body: directory } = await api.ok('changeDirectory', {
  body: {
    changes: [
      ...['ann', 'req'].map((userName) => ({ change: 'person' as const, userName })),
      { change: 'role', role: 'lead', op: 'set', persons: ['ann'] },
    ],
  },
});
const ann = api.actingFor(directory.people[0]?.id ?? '');
await api.ok('publishDefinition', {
  body: {
    source: `
definition: letters
title: { en: Letters, de: Briefe }
reasons: { reject: { too-dear: { en: Too dear, de: Zu teuer } } }
route: [{ approve: lead, title: { en: Head of post, de: Poststelle }, by: { role: lead } }]
`,
  },
});

test('a rejection names a code of the catalogue, is told which there are, and shows it', async () => {
  const { body } = await api.ok('createApprovalRequest', {
    body: { definition: 'letters', requester: 'req', fields: {} },
  });
  const params = { assignment: body.assignments[0]?.id ?? '' };
  const decision = { decision: 'reject', revision: body.revision.digest } as const;
  const { problem } = await ann.refused('decideAssignment', 'reason-required', {
    params,
    body: decision,
  });
  expect(problem.data).toMatchObject({ reasons: ['too-dear'] });
  await ann.refused('decideAssignment', 'reason-unknown', {
    params,
    body: { ...decision, reasonCode: 'dear' },
  });
  const made = await ann.ok('decideAssignment', { params, body: { ...decision, reasonCode: 'too-dear' } });
  expect(made.body.decision.reasonCode).toBe('too-dear');
  const read = (await api.ok('getApprovalRequest', { params: { request: body.id } })).body;
  expect(read).toMatchObject({ outcome: 'rejected', decisions: [{ reasonCode: 'too-dear' }] });
});

test('titles and reasons are shown in every language that the definition has', async () => {
  const { body } = await api.ok('createApprovalRequest', {
    body: { definition: 'letters', requester: 'req', fields: {} },
  });
  const title = { en: 'Letters', de: 'Briefe' };
  const stepTitle = { en: 'Head of post', de: 'Poststelle' };
  expect(body.definition.title).toEqual(title);
  expect(body.steps).toMatchObject([{ id: 'lead', title: stepTitle }]);
  const params = { assignment: body.assignments[0]?.id ?? '' };
  expect((await api.ok('getAssignment', { params })).body).toMatchObject({
    ...{ definitionTitle: title, stepTitle },
    reasons: [
      {
        ...{ decision: 'reject', required: true },
        codes: [{ code: 'too-dear', text: { en: 'Too dear', de: 'Zu teuer' } }],
      },
    ],
  });
});
