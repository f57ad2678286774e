import { describe, expect, test } from 'vitest';
import { testServer } from '../../../../../test/support/server.ts';

const { api } = await testServer({ sandbox: { clock: '2026-01-05T08:00:00.000Z' } });

const people = ['ann', 'bob', 'cyd', 'req'];
const { body } = await api.ok('changeDirectory', {
  body: {
    changes: [
      ...people.map((userName) => ({ change: 'person' as const, userName })),
      { change: 'role', role: 'lead', op: 'set', persons: ['cyd'] },
      { change: 'group', group: 'controlling', op: 'set', persons: ['ann', 'bob'] },
      { change: 'group', group: 'friends', op: 'set', persons: ['cyd'] },
    ],
  },
});
const [ann = '', bob = '', cyd = ''] = body.people.map(({ id }) => id);
const by = (person: string) => api.actingFor(person);

const text = (name: string, limit: string, approvedBy = 'group controlling') =>
  `matrix: ${name}\ncurrency: EUR\napprovedBy: ${approvedBy}\nrows:\n  - { upTo: ${limit}, approver: role lead }\n`;
const limitOf = async (name: string) => (await api.ok('getMatrix', { params: { name } })).body.rows[0]?.upTo;
/** A first version, and a change of it by ann. */
async function changed(name: string, more: { approvedBy?: string; effectiveFrom?: string } = {}) {
  const { approvedBy, ...dated } = more;
  await api.ok('publishMatrix', { body: { source: text(name, '100') } });
  const source = text(name, '200', approvedBy);
  const made = await by(ann).ok('publishMatrix', { body: { source, ...dated } });
  expect(made.status).toBe(202);
  return { params: { name }, body: { digest: made.body.digest } };
}

describe('a change of a matrix', () => {
  test('waits until somebody else has approved it, and is shown to whom it waits for', async () => {
    const change = await changed('spend');
    expect(await limitOf('spend')).toBe('100');
    const { items } = (await api.ok('listMatrixProposals')).body;
    expect(items).toMatchObject([
      { name: 'spend', approvers: { group: 'controlling' }, proposedBy: { person: ann }, ...change.body },
    ]);
    const made = await by(bob).ok('approveMatrix', change);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      ...{ version: 2, publishedBy: { person: bob }, proposedBy: { person: ann }, seq: made.seq },
    });
    expect(await limitOf('spend')).toBe('200');
    expect((await api.ok('listMatrixProposals')).body.items).toEqual([]);
    await by(bob).refused('approveMatrix', 'not-found', change);
  });

  test('is refused to its editor, to whom the version in force does not name, and to a key without a person', async () => {
    const change = await changed('own', { approvedBy: 'group friends' });
    await by(ann).refused('approveMatrix', 'own-proposal', change);
    await by(cyd).refused('approveMatrix', 'not-eligible', change);
    await api.refused('approveMatrix', 'person-required', change);
    await api.refused('rejectMatrix', 'person-required', change);
    expect(await limitOf('own')).toBe('100');
    await by(bob).ok('approveMatrix', change);
    // From now on it is the new version's approvers who are asked.
    const next = await by(ann).ok('publishMatrix', { body: { source: text('own', '300') } });
    const body = { digest: next.body.digest };
    await by(bob).refused('approveMatrix', 'not-eligible', { ...change, body });
    await by(cyd).ok('approveMatrix', { ...change, body });
  });

  test('by a service account alone is not approved through that account', async () => {
    await api.ok('publishMatrix', { body: { source: text('service', '100') } });
    const made = await api.ok('publishMatrix', { body: { source: text('service', '200') } });
    const change = { params: { name: 'service' }, body: { digest: made.body.digest } };
    await by(bob).refused('approveMatrix', 'own-proposal', change);
  });

  test('needs the scope: a key that may only publish approves nothing', async () => {
    const change = await changed('scoped');
    const account = (await api.ok('createServiceAccount', { body: { name: 'editor' } })).body.id;
    const scopes = ['matrices:write' as const, 'matrices:read' as const, 'act-for' as const];
    const key = (await api.ok('createApiKey', { body: { serviceAccount: account, scopes } })).body;
    await api.with(key.secret).actingFor(bob).refused('approveMatrix', 'forbidden-scope', change);
  });

  test('is approved as it was seen: a newer one takes its place', async () => {
    const change = await changed('seen');
    const newer = await by(bob).ok('publishMatrix', { body: { source: text('seen', '900') } });
    expect(newer.status).toBe(202);
    await by(bob).refused('approveMatrix', 'proposal-changed', change);
    const body = { digest: newer.body.digest };
    await by(bob).refused('approveMatrix', 'own-proposal', { ...change, body });
    await by(ann).ok('approveMatrix', { ...change, body });
    expect(await limitOf('seen')).toBe('900');
  });

  test('sent again leaves no entry, and rejected or taken back nothing of it stays', async () => {
    const change = await changed('rejected');
    const { head } = (await api.ok('getEnvironment')).body;
    const again = await by(bob).ok('publishMatrix', { body: { source: text('rejected', '200') } });
    expect(again.body.digest).toBe(change.body.digest);
    expect((await api.ok('getEnvironment')).body.head).toBe(head);
    await by(cyd).refused('rejectMatrix', 'not-eligible', change);
    await by(bob).ok('rejectMatrix', { ...change, body: { ...change.body, reason: 'Too much' } });
    await by(bob).refused('approveMatrix', 'not-found', change);
    const mine = await changed('rejected');
    await by(ann).ok('rejectMatrix', mine);
    expect(await limitOf('rejected')).toBe('100');
  });

  test('approved before its date takes effect then; approved after it, from its approval', async () => {
    const ahead = await changed('ahead', { effectiveFrom: '2026-02-01T00:00:00Z' });
    const early = await by(bob).ok('approveMatrix', ahead);
    expect(early.body.effectiveFrom).toBe('2026-02-01T00:00:00.000Z');
    const late = await changed('late', { effectiveFrom: '2026-01-06T00:00:00Z' });
    await api.ok('setClock', { body: { mode: 'frozen', at: '2026-01-10T00:00:00Z' } });
    const made = await by(bob).ok('approveMatrix', late);
    expect(made.body.effectiveFrom).toBe('2026-01-10T00:00:00.000Z');
    expect(made.body.digest).not.toBe(late.body.digest);
  });

  test('stands in the log: proposed, published with its proposal, rejected', async () => {
    const items = (await api.ok('listEvents', { query: { limit: 200 } })).body.items;
    const types = items.filter(({ stream }) => stream === 'matrix/spend').map(({ event }) => event.type);
    expect(types).toEqual(['matrix.published', 'matrix.proposed', 'matrix.published']);
    expect(items.some(({ event }) => event.type === 'matrix.rejected')).toBe(true);
  });
});

test('in a sandbox, a matrix that names no approvers is changed at once', async () => {
  const plain = (limit: string) => text('plain', limit).replace('approvedBy: group controlling\n', '');
  await api.ok('publishMatrix', { body: { source: plain('100') } });
  expect((await api.ok('publishMatrix', { body: { source: plain('200') } })).status).toBe(201);
});
