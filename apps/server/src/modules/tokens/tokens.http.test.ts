import { createRemoteJWKSet, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { testServer } from '../../../../../test/support/server.ts';

const server = await testServer();
const { api } = server;
const definition = (name: string): string => `
definition: ${name}
title: Spending
fields: { amount: { type: money, required: true } }
route:
  - approve: lead
    by: { role: lead }
reopen: { by: { role: lead } }
`;
const { people } = (
  await api.ok('changeDirectory', {
    body: {
      changes: [
        { change: 'person', userName: 'ann' },
        { change: 'person', userName: 'req' },
        { change: 'role', role: 'lead', op: 'set', persons: ['ann'] },
      ],
    },
  })
).body;
const ann = api.actingFor(people[0]?.id ?? '');
for (const name of ['spending', 'travel'])
  await api.ok('publishDefinition', { body: { source: definition(name) } });

async function file() {
  const fields = { amount: { amount: '12.00', currency: 'EUR' } };
  return (
    await api.ok('createApprovalRequest', { body: { definition: 'spending', requester: 'req', fields } })
  ).body;
}
async function approved() {
  const { id, revision, assignments } = await file();
  await ann.ok('decideAssignment', {
    params: { assignment: assignments[0]?.id ?? '' },
    body: { decision: 'approve', revision: revision.digest },
  });
  return { request: id, revision: revision.digest };
}
const tokenOf = async (request: string) => (await api.ok('getApprovalToken', { params: { request } })).body;
const ask = async (token: string) => (await api.ok('introspectApprovalToken', { body: { token } })).body;

test('a downstream system checks it offline by the published keys', async () => {
  const { request, revision } = await approved();
  const { token, statusVersion } = await tokenOf(request);
  const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', server.url));
  const { payload } = await jwtVerify(token, keys, { issuer: server.url, subject: request });
  expect(payload).toMatchObject({
    environment: server.environment,
    outcome: 'approved',
    revision,
    statusVersion,
  });
});

test('introspection says that it is good, until the request is reopened', async () => {
  const { request } = await approved();
  const { token } = await tokenOf(request);
  expect(await ask(token)).toMatchObject({
    active: true,
    sub: request,
    definition: 'spending',
    overridden: false,
  });
  await ann.ok('reopenApprovalRequest', { params: { request }, body: {} });
  expect(await ask(token)).toEqual({ active: false });
  await api.refused('recordEffect', 'approval-token-stale', {
    params: { request },
    body: { effect: 'payment', state: 'done', token },
  });
});

test('there is none for a request that is not approved', async () => {
  const { id } = await file();
  const { problem } = await api.refused('getApprovalToken', 'effect-not-allowed', {
    params: { request: id },
  });
  expect(problem.data).toMatchObject({ status: 'in_review', outcome: null });
});

test('a key that is narrowed to other definitions sees neither request nor token', async () => {
  const { request } = await approved();
  const { token } = await tokenOf(request);
  const account = (await api.ok('createServiceAccount', { body: { name: 'travel-desk' } })).body.id;
  const narrow = { serviceAccount: account, scopes: ['approval-tokens:read' as const] };
  const made = await api.ok('createApiKey', { body: { ...narrow, definitions: ['travel'] } });
  const desk = api.with(made.body.secret);
  await desk.refused('getApprovalToken', 'not-found', { params: { request } });
  expect((await desk.ok('introspectApprovalToken', { body: { token } })).body).toEqual({ active: false });
});

test('what authorizes is not kept by any cache on the way', async () => {
  const { request } = await approved();
  const { headers } = await api.ok('getApprovalToken', { params: { request } });
  expect(headers['cache-control']).toBe('no-store');
});
