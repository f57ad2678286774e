// What fuzzing has found, each by the smallest request that shows it.
import { expect, test } from 'vitest';
import { testServer } from '../../support/server.ts';

const { api } = await testServer({ sandbox: { seed: 'found', clock: '2026-01-01T00:00:00Z' } });
const people = ['ann', 'bob'].map((userName) => ({ change: 'person' as const, userName }));
await api.ok('changeDirectory', { body: { changes: people } });
const lent = { from: 'ann', to: 'bob', starts: '2026-01-01T00:00:00Z', ends: '2026-02-01T00:00:00Z' };

test('in a seeded sandbox a repeated call is answered again, and marked as the stored answer', async () => {
  const call = { body: lent, idempotencyKey: 'twice' };
  const first = await api.ok('createDelegation', call);
  const again = await api.ok('createDelegation', call);
  expect([again.status, again.body, again.seq]).toEqual([201, first.body, first.seq]);
  expect([first, again].map(({ headers }) => headers['idempotency-replayed'])).toEqual([undefined, 'true']);
});

test('a parameter that a route does not know is called so, even one named cursor, and every route says that it may be', async () => {
  const person = (await api.ok('listPeople')).body.items[0]?.id;
  await api.refused('getPerson', 'unknown-field', { params: { person }, query: { cursor: 'x' } });
  for (const id of ['getEnvironment', 'getCheckpoint', 'getHealth', 'getMetrics', 'getHome'] as const)
    await api.refused(id, 'unknown-field', { query: { x: '1' } });
  await api.refused('listAuditEntries', 'invalid-text', { query: { after: '\u0000' } });
});

test('a revision sent again with its key is answered again, though its If-Match names a version that it has changed', async () => {
  const source =
    'definition: memo\ntitle: Memo\nfields: { text: text }\nroute:\n  - { approve: lead, by: { role: lead } }\n';
  await api.ok('publishDefinition', { body: { source } });
  const { body, headers } = await api.ok('createApprovalRequest', {
    body: { definition: 'memo', requester: 'ann', fields: { text: 'a' } },
  });
  const call = {
    params: { request: body.id },
    body: { fields: { text: 'b' } },
    idempotencyKey: 'revise',
    ifMatch: headers.etag ?? '',
  };
  const first = await api.ok('reviseApprovalRequest', call);
  expect((await api.ok('reviseApprovalRequest', call)).body).toEqual(first.body);
});
