import { describe, expect, test } from 'vitest';
import { testServer } from '../../../../../test/support/server.ts';

const { api } = await testServer();

const people = ['ann', 'bob', 'cyd', 'dan', 'eve', 'req'];
const { body } = await api.ok('changeDirectory', {
  body: {
    changes: [
      ...people.map((userName) => ({ change: 'person' as const, userName })),
      { change: 'role', role: 'lead', op: 'set', persons: ['ann'] },
      { change: 'role', role: 'chief', op: 'set', persons: ['bob'] },
      { change: 'group', group: 'desk', op: 'set', persons: ['cyd'] },
      { change: 'group', group: 'board', op: 'set', persons: ['dan'] },
    ],
  },
});
const [ann, bob, cyd, dan, eve] = body.people.map(({ id }) => id);

const rows = 'rows:\n  - { upTo: 100, approver: role lead }\n  - { upTo: no limit, approver: role chief }\n';
for (const [name, head] of [
  ['climbing', 'climb: true\nfallback: group board\n'],
  ['plain', ''],
  ['laddered', 'ask: chain\n'],
] as const)
  await api.ok('publishMatrix', { body: { source: `matrix: ${name}\ncurrency: EUR\n${head}${rows}` } });
for (const [name, by] of [
  ['climbs', '{ matrix: climbing, amount: =amount }'],
  ['stays', '{ matrix: plain, amount: =amount }'],
  ['ladder', '{ matrix: laddered, amount: =amount }'],
  ['falls', '{ group: desk }\n    fallback: { group: board }'],
])
  await api.ok('publishDefinition', {
    body: {
      source: `definition: ${name}\ntitle: T\nfields: { amount: { type: money, required: true } }\nroute:\n  - approve: budget\n    by: ${by}\n`,
    },
  });

const file = async (definition: string, amount = '50.00') =>
  (
    await api.ok('createApprovalRequest', {
      body: { definition, requester: 'req', fields: { amount: { amount, currency: 'EUR' } } },
    })
  ).body.id;
const asked = async (request: string) =>
  (await api.ok('listAssignments', { query: { request, status: 'open' } })).body.items.map(
    ({ person }) => person,
  );
const active = (userName: string, is: boolean) =>
  api.ok('changeDirectory', { body: { changes: [{ change: 'person', userName, active: is }] } });
const holders = (op: 'add' | 'remove', role: string, person: string) =>
  api.ok('changeDirectory', { body: { changes: [{ change: 'role', role, op, persons: [person] }] } });

describe('who is asked follows who is there', () => {
  test('a leaver’s row climbs, and comes back when somebody joins the role', async () => {
    const request = await file('climbs');
    expect(await asked(request)).toEqual([ann]);
    await active('ann', false);
    await expect.poll(() => asked(request)).toEqual([bob]);
    const { answers } = (await api.ok('explainApprovalRequest', { params: { request } })).body;
    expect(answers[0]?.instead).toMatchObject([{ rule: 'climbed', facts: ['matrix:climbing#row-1'] }]);
    await holders('add', 'lead', 'eve');
    await expect.poll(() => asked(request)).toEqual([eve]);
    await holders('remove', 'lead', 'eve');
    await active('ann', true);
    await expect.poll(() => asked(request)).toEqual([ann]);
  });

  test('whoever joins the role of a row is asked beside those who have it', async () => {
    const request = await file('stays');
    expect(await asked(request)).toEqual([ann]);
    await holders('add', 'lead', 'eve');
    await expect.poll(async () => (await asked(request)).toSorted()).toEqual([ann, eve].toSorted());
    await holders('remove', 'lead', 'eve');
    await expect.poll(() => asked(request)).toEqual([ann]);
  });

  test('a fallback is asked when the last one leaves, says so, and is asked no more when they are back', async () => {
    const request = await file('falls');
    expect(await asked(request)).toEqual([cyd]);
    await active('cyd', false);
    await expect.poll(() => asked(request)).toEqual([dan]);
    const { answers } = (await api.ok('explainApprovalRequest', { params: { request } })).body;
    expect(answers[0]?.instead).toMatchObject([
      { rule: 'fallback-asked', clause: 'route[0].fallback', persons: [{ person: cyd, reason: 'inactive' }] },
    ]);
    await active('cyd', true);
    await expect.poll(() => asked(request)).toEqual([cyd]);
  });
});

test('a chain shows its rungs in the request, its preview, its reasons and its events', async () => {
  const draft = {
    definition: 'ladder',
    requester: 'req',
    fields: { amount: { amount: '500', currency: 'EUR' } },
  };
  const previewed = (await api.ok('previewApprovalRequest', { body: draft })).body.steps[0];
  expect(previewed?.rungs).toMatchObject([
    { rung: 'role:lead', status: 'open', persons: [ann] },
    { rung: 'role:chief', status: 'waiting', persons: [bob] },
  ]);
  const request = await file('ladder', '500.00');
  const made = (await api.ok('getApprovalRequest', { params: { request } })).body;
  expect(made.assignments).toMatchObject([{ person: ann, rung: 'role:lead' }]);
  const decide = (person = '', assignment = '') =>
    api.ok('decideAssignment', {
      params: { assignment },
      actFor: person,
      body: { decision: 'approve', revision: made.revision.digest },
    });
  await decide(ann, made.assignments[0]?.id);
  const next = (await api.ok('getApprovalRequest', { params: { request } })).body;
  expect(next.steps[0]?.rungs).toMatchObject([
    { rung: 'role:lead', status: 'approved' },
    { rung: 'role:chief', status: 'open' },
  ]);
  const { answers } = (await api.ok('explainApprovalRequest', { params: { request } })).body;
  expect(answers.find(({ person }) => person === ann)).toMatchObject({
    rung: 'role:lead',
    verdict: 'decided',
  });
  await decide(bob, next.assignments[1]?.id);
  const done = (await api.ok('getApprovalRequest', { params: { request } })).body;
  expect(done.outcome).toBe('approved');
  const types = (await api.ok('listEvents', { query: { limit: 200 } })).body.items.map(
    ({ event }) => event.type,
  );
  expect(types.filter((type) => type.startsWith('rung.'))).toEqual([
    ...['rung.opened', 'rung.approved', 'rung.opened', 'rung.approved'],
  ]);
});
