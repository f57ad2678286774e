import { expect, test } from 'vitest';
import { testServer } from '../../../../../test/support/server.ts';

const { api } = await testServer({ sandbox: { clock: '2026-01-05T09:00:00.000Z' } });
await api.ok('changeDirectory', {
  body: {
    changes: [
      ...['ann', 'req'].map((userName) => ({ change: 'person' as const, userName })),
      { change: 'role', role: 'lead', op: 'set', persons: ['ann'] },
    ],
  },
});
await api.ok('publishDefinition', {
  body: {
    source: `
definition: letters
title: Letters
route: [{ approve: lead, by: { role: lead } }]
due: { within: 10 days, least: 2 days, most: 20 days }
`,
  },
});
const body = { definition: 'letters', requester: 'req', fields: {} };

test('a request asks for another promise, and keeps it', async () => {
  const made = await api.ok('createApprovalRequest', { body: { ...body, due: '3 days' } });
  expect(made.body.dueAt).toBe('2026-01-08T09:00:00.000Z');
  const { items } = (await api.ok('listEvents', { query: { limit: 200 } })).body;
  expect(items.find(({ event }) => event.type === 'request.created')?.event).toMatchObject({ due: 'P3D' });
  expect((await api.ok('createApprovalRequest', { body })).body.dueAt).toBe('2026-01-15T09:00:00.000Z');
});

test.each([
  ['1 day', 'out-of-range'],
  ['eventually', 'bad-duration'],
])('%s is refused at its field', async (due, code) => {
  const { problem } = await api.refused('createApprovalRequest', 'validation-failed', {
    body: { ...body, due },
  });
  expect(problem.errors).toMatchObject([{ field: 'due', code }]);
});
