import { replayer } from '@countersign/core';
import { describe, expect, test } from 'vitest';
import { query } from '../../../../../test/support/database.ts';
import { testServer } from '../../../../../test/support/server.ts';

const server = await testServer();
const { api } = server;

const { body: made } = await api.ok('changeDirectory', {
  body: {
    changes: [
      ...['omar', 'ines', 'jo', 'kim'].map((userName) => ({ change: 'person', userName }) as const),
      { change: 'person', userName: 'left', active: false },
      { change: 'group', group: 'legal', op: 'set', persons: ['omar'] },
    ],
  },
});
const ids = Object.fromEntries(made.people.map(({ id, userName }) => [userName, id]));
const idOf = (name: string): string => ids[name] ?? '';
const source = 'definition: slot\nfields: {}\nroute:\n  - approve: legal\n    by: { group: legal }\n';
await api.ok('publishDefinition', { body: { source } });

const day = (n: number): string => new Date(Date.now() + n * 86_400_000).toISOString();
const lend = (from: string, to: string, more: object = {}) => ({
  body: { from, to, starts: day(0), ends: day(10), ...more },
});

describe('a delegation', () => {
  test('is granted by the person acted for, shown, and revoked once', async () => {
    const granted = await api.ok('createDelegation', {
      actFor: idOf('omar'),
      body: {
        to: 'ines',
        starts: '2030-02-02T00:00:00+01:00',
        ends: '2030-02-16T00:00:00Z',
        definitions: ['slot', 'slot'],
        limit: { amount: '25000.00', currency: 'EUR' },
        categories: { category: ['travel', 'books', 'travel'] },
      },
    });
    expect(granted.body).toEqual({
      id: expect.stringMatching(/^dlg_/),
      from: idOf('omar'),
      to: idOf('ines'),
      starts: '2030-02-01T23:00:00.000Z',
      ends: '2030-02-16T00:00:00.000Z',
      definitions: ['slot'],
      limit: { amount: '25000.00', currency: 'EUR' },
      categories: { category: ['books', 'travel'] },
      redelegable: false,
      recordedAt: expect.any(String),
      revokedAt: null,
    });
    expect((await api.ok('listDelegations', { query: { to: idOf('ines') } })).body.items).toEqual([
      granted.body,
    ]);
    const params = { delegation: granted.body.id };
    await api.refused('revokeDelegation', 'not-allowed', { params, body: {}, actFor: idOf('ines') });
    const revoked = await api.ok('revokeDelegation', {
      params,
      body: { reason: 'Back early' },
      actFor: idOf('omar'),
    });
    expect(revoked.body).toEqual({ ...granted.body, revokedAt: expect.any(String) });
    await api.refused('revokeDelegation', 'already-revoked', { params, body: {} });
    expect((await api.ok('listDelegations', { query: { to: idOf('ines') } })).body.items).toEqual([
      revoked.body,
    ]);
    await api.refused('revokeDelegation', 'not-found', {
      params: { delegation: 'dlg_018f0000-0000-7000-8000-000000000001' },
      body: {},
    });
  });

  test('is listed by party, and by whether it is in force', async () => {
    const now = (await api.ok('createDelegation', lend('jo', 'kim'))).body;
    const later = (await api.ok('createDelegation', lend('jo', 'kim', { starts: day(1) }))).body;
    const listed = async (query: object, actFor?: string) =>
      (await api.ok('listDelegations', { query, ...(actFor ? { actFor } : {}) })).body.items.map(
        (each) => each.id,
      );
    expect(await listed({ from: idOf('jo') })).toEqual([now.id, later.id]);
    expect(await listed({ from: idOf('jo'), active: 'true' })).toEqual([now.id]);
    expect(await listed({ from: idOf('jo'), active: 'false' })).toEqual([later.id]);
    expect(await listed({}, idOf('kim'))).toEqual([now.id, later.id]);
    expect(await listed({}, idOf('left'))).toEqual([]);
    const first = await api.ok('listDelegations', { query: { from: idOf('jo'), limit: 1 } });
    const cursor = first.body.nextCursor ?? '';
    expect(await listed({ from: idOf('jo'), limit: 1, cursor })).toEqual([later.id]);
  });

  test.each([
    ['to oneself', lend('omar', 'omar'), 'delegation-invalid', 'to'],
    ['that ends before it starts', lend('omar', 'ines', { ends: day(-1) }), 'delegation-invalid', 'ends'],
    ['that is over', lend('omar', 'ines', { starts: day(-3), ends: day(-2) }), 'delegation-invalid', 'ends'],
    [
      'back to who lends to them meanwhile',
      lend('kim', 'jo', { starts: day(5) }),
      'delegation-invalid',
      'to',
    ],
    ['of nobody', { body: { to: 'ines', starts: day(0), ends: day(1) } }, 'person-required', 'from'],
    ['to a stranger', lend('omar', 'nobody'), 'unknown-person', 'to'],
    ['to who has left', lend('omar', 'left'), 'person-inactive', 'to'],
    ['of who has left', lend('left', 'omar'), 'person-inactive', 'from'],
    [
      'for an unknown definition',
      lend('omar', 'ines', { definitions: ['none'] }),
      'unknown-definition',
      'definitions[0]',
    ],
    ['of somebody else', { ...lend('omar', 'ines'), actFor: idOf('jo') }, 'not-allowed', 'from'],
  ] as const)('%s is refused', async (_what, input, code, field) => {
    const before = (await api.ok('getEnvironment')).body.head;
    const { problem } = await api.refused('createDelegation', code, input);
    expect(problem.errors).toContainEqual(expect.objectContaining({ field }));
    const after = (await api.ok('getEnvironment')).body.head;
    // Whoever is refused for who they are (403) stands in the access stream.
    expect(after - before).toBe(problem.status === 403 ? 1 : 0);
  });

  test('may go the other way at another time', async () => {
    await api.ok('createDelegation', lend('kim', 'jo', { starts: day(20), ends: day(30) }));
  });

  test('is decided again from the log alone', async () => {
    const leaves = await query<{ seq: string; leaf: Buffer }>(
      server.database,
      'select seq, leaf from countersign.entry order by seq',
    );
    const replay = replayer();
    const verdicts = leaves.map(({ seq, leaf }) =>
      replay.entry({ seq: Number(seq), ...JSON.parse(leaf.toString()) }),
    );
    expect(
      verdicts.filter(({ verdict }) => verdict === 'different' || verdict === 'not-reproducible'),
    ).toEqual([]);
  });
});
