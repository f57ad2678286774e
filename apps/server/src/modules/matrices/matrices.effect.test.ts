import { expect, test } from 'vitest';
import { testServer } from '../../../../../test/support/server.ts';

const { api } = await testServer({ sandbox: { clock: '2026-01-05T08:00:00.000Z' } });

const DEFINITION = `
definition: spending
title: Spending
fields:
  amount: { type: money, required: true }
route:
  - approve: budget
    by: { matrix: spend, amount: =amount }
`;
const matrix = (role: string, upTo = 'no limit') =>
  `matrix: spend\ncurrency: EUR\nrows:\n  - { upTo: ${upTo}, approver: role ${role} }\n`;

const people = ['ann', 'bob', 'req'];
const { body } = await api.ok('changeDirectory', {
  body: {
    changes: [
      ...people.map((userName) => ({ change: 'person' as const, userName })),
      { change: 'role', role: 'lead', op: 'set', persons: ['ann'] },
      { change: 'role', role: 'chief', op: 'set', persons: ['bob'] },
    ],
  },
});
const [ann, bob] = body.people.map(({ id }) => id);

const publish = (source: string, effectiveFrom?: string) =>
  api.ok('publishMatrix', { body: { source, ...(effectiveFrom ? { effectiveFrom } : {}) } });
const clock = (at: string) => api.ok('setClock', { body: { mode: 'frozen', at } });
const file = async () => {
  const fields = { amount: { amount: '500.00', currency: 'EUR' } };
  const made = await api.ok('createApprovalRequest', {
    body: { definition: 'spending', requester: 'req', fields },
  });
  return made.body.id;
};
const statusOf = async (request: string) =>
  (await api.ok('getApprovalRequest', { params: { request } })).body.status;
const asked = async (request: string) =>
  (await api.ok('listAssignments', { query: { request, status: 'open' } })).body.items.map(
    ({ person }) => person,
  );
const takenEffect = async () =>
  (await api.ok('listEvents', { query: { limit: 200 } })).body.items.filter(
    ({ event }) => event.type === 'matrix.took-effect',
  ).length;

test('a matrix that takes effect frees what waited for it, and asks whom it now names, with nobody’s command', async () => {
  await publish(matrix('lead', '100'));
  await api.ok('publishDefinition', { body: { source: DEFINITION } });
  const request = await file();
  expect(await statusOf(request)).toBe('blocked');

  await publish(matrix('lead'), '2026-02-01T00:00:00Z');
  await publish(matrix('chief'), '2026-03-01T00:00:00Z');
  await clock('2026-01-31T23:59:59.999Z');
  expect(await statusOf(request)).toBe('blocked');

  await clock('2026-02-01T00:00:00Z');
  await expect.poll(() => statusOf(request)).toBe('in_review');
  expect(await asked(request)).toEqual([ann]);

  await clock('2026-03-01T00:00:00Z');
  await expect.poll(() => asked(request)).toEqual([bob]);
  // The request may be asked again by the clock before the matrix's own timer has fired.
  await expect.poll(takenEffect).toBe(2);
});

test('one that lowers a limit blocks what it no longer covers', async () => {
  const request = await file();
  expect(await statusOf(request)).toBe('in_review');
  await publish(matrix('chief', '100'), '2026-04-01T00:00:00Z');
  await clock('2026-05-01T00:00:00Z');
  await expect.poll(() => statusOf(request)).toBe('blocked');
  expect(await asked(request)).toEqual([]);
});

test('one that holds from its publication takes effect with it, and not once more', async () => {
  const before = await takenEffect();
  await publish(matrix('lead'));
  await publish(matrix('chief'), '2026-06-01T00:00:00Z');
  await clock('2026-06-02T00:00:00Z');
  await expect.poll(takenEffect).toBe(before + 1);
});
