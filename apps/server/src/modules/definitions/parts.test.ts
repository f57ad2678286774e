import { replayer } from '@countersign/core';
import { describe, expect, test } from 'vitest';
import { query } from '../../../../../test/support/database.ts';
import { testServer } from '../../../../../test/support/server.ts';

const server = await testServer();
const { api } = server;
const publish = (text: string) => api.ok('publishDefinition', { body: { source: text } });
const part = (name: string, usual: string): string => `definition: ${name}
limits: { usual: ${usual} EUR }
money: { currency: EUR }
parameters:
  amount: money
  threshold: { type: money, default: =limits.usual }
route:
  - approve: audit
    when: amount > threshold
    by: { group: audit }
`;
const whole = (name: string, used: string, given = 'amount: =total'): string => `definition: ${name}
money: { currency: EUR }
fields:
  total: { type: money, required: true }
route:
  - use: ${used}
    id: check
    with: { ${given} }
  - approve: finance
    by: { group: finance }
`;

describe('a definition that uses a part', () => {
  test('pins its digest and tells of a newer version, until it is published again', async () => {
    const first = (await publish(part('pinned', '100'))).body;
    const one = (await publish(whole('pins', 'pinned'))).body;
    expect(one.parts).toEqual([{ name: 'pinned', version: 1, digest: first.digest, newest: 1 }]);
    expect(one.references.groups).toEqual(['audit', 'finance']);
    const second = (await publish(part('pinned', '200'))).body;
    const listed = async () =>
      (await api.ok('listDefinitions')).body.items.find(({ name }) => name === 'pins')?.parts;
    expect(await listed()).toEqual([{ name: 'pinned', version: 1, digest: first.digest, newest: 2 }]);
    const read = (await api.ok('getDefinition', { params: { name: 'pins' } })).body;
    expect(read).toMatchObject({ version: 1, digest: one.digest, parts: [{ version: 1, newest: 2 }] });
    const again = await publish(whole('pins', 'pinned'));
    expect(again).toMatchObject({ status: 201, body: { version: 2, parts: [{ version: 2, newest: 2 }] } });
    expect(again.body.digest).not.toBe(one.digest);
    expect(await listed()).toEqual([{ name: 'pinned', version: 2, digest: second.digest, newest: 2 }]);
    expect((await publish(whole('pins', 'pinned'))).status).toBe(200);
    const old = await api.ok('getDefinitionVersion', { params: { name: 'pins', version: '1' } });
    expect(old.body.parts).toEqual([{ name: 'pinned', version: 1, digest: first.digest, newest: 2 }]);
  });

  test('is checked and refused with line and column', async () => {
    await publish(part('checked', '100'));
    const body = { source: whole('checks', 'checked', 'amount: total, treshold: =total') };
    const check = (await api.ok('checkDefinition', { body })).body;
    expect(check).toMatchObject({ ok: false, digest: null, parts: [] });
    expect(check.errors).toEqual([
      expect.objectContaining({ field: 'route[0].with.amount', code: 'bad-condition', line: 8, column: 13 }),
      expect.objectContaining({ field: 'route[0].with.treshold', code: 'unknown-key', line: 8, column: 28 }),
    ]);
    const { problem } = await api.refused('publishDefinition', 'definition-invalid', { body });
    expect(problem.errors).toEqual(check.errors);
    const unknown = { body: { source: whole('checks', 'nothing-such') } };
    expect((await api.refused('publishDefinition', 'definition-invalid', unknown)).problem.detail).toMatch(
      /^Line 6, column 10: There is no published part `nothing-such`/,
    );
    const good = (await api.ok('checkDefinition', { body: { source: whole('checks', 'checked') } })).body;
    expect(good).toMatchObject({ ok: true, parts: [{ name: 'checked', version: 1, newest: 1 }] });
  });

  test('does not see parts that its key does not cover', async () => {
    await publish(part('hidden', '100'));
    await publish(part('seen', '100'));
    const account = await api.ok('createServiceAccount', { body: { name: 'narrow' } });
    const key = await api.ok('createApiKey', {
      body: {
        serviceAccount: account.body.id,
        scopes: ['definitions:read', 'definitions:write'],
        definitions: ['seen'],
      },
    });
    const narrow = api.with(key.body.secret);
    const { problem } = await narrow.refused('publishDefinition', 'definition-invalid', {
      body: { source: whole('seen', 'hidden') },
    });
    expect(problem.detail).toMatch(/There is no published part `hidden`/);
  });

  test('is filed and decided on, and its part alone is not; the log replays', async () => {
    await api.ok('changeDirectory', {
      body: {
        changes: [
          { change: 'person', userName: 'ana' },
          { change: 'person', userName: 'ben' },
          { change: 'group', group: 'audit', op: 'set', persons: ['ana'] },
          { change: 'group', group: 'finance', op: 'set', persons: ['ana'] },
        ],
      },
    });
    await publish(part('decided', '100'));
    await publish(whole('decides', 'decided'));
    const filing = { requester: 'ben', fields: { total: { amount: '150', currency: 'EUR' } } };
    const made = await api.ok('createApprovalRequest', { body: { ...filing, definition: 'decides' } });
    const { steps } = made.body;
    expect(steps.map(({ id, status }) => `${id} ${status}`)).toEqual(['check-audit open']);
    await api.refused('createApprovalRequest', 'definition-is-part', {
      body: { definition: 'decided', requester: 'ben', fields: {} },
    });
    const leaves = await query<{ seq: string; leaf: Buffer }>(
      server.database,
      'select seq, leaf from countersign.entry order by seq',
    );
    const replay = replayer();
    const entries = leaves.map(({ seq, leaf }) => ({ seq: Number(seq), ...JSON.parse(leaf.toString()) }));
    const verdicts = entries.map((entry) => replay.entry(entry));
    expect(verdicts.filter(({ verdict }) => verdict === 'different')).toEqual([]);
    const event = entries.find(({ stream }) => stream === 'definition/pins')?.events[0];
    expect(event.parts).toEqual([expect.objectContaining({ name: 'pinned', version: 1 })]);
  });
});
