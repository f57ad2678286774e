import { expect, test } from 'vitest';
import { testServer } from '../../../../../test/support/server.ts';

const one = await testServer();
const two = await testServer({ beside: one });

const source = `definition: named
title: Named
fields: { text: { type: text } }
route:
  - approve: desk
    by: { group: desk }
`;
type Change = { change: 'person'; id?: string; userName: string };
const change = async (...changes: Change[]): Promise<readonly string[]> =>
  (await one.api.ok('changeDirectory', { body: { changes } })).body.people.map(({ id }) => id);
const file = async (requester: string): Promise<string> =>
  (await two.api.ok('createApprovalRequest', { body: { definition: 'named', requester } })).body.requester;

test('a name means who bears it when the request is filed, whoever changed it in another process', async () => {
  const [ann = '', bob = ''] = await change(
    { change: 'person', userName: 'ann' },
    { change: 'person', userName: 'bob' },
  );
  const group = { change: 'group' as const, group: 'desk', op: 'set' as const, persons: [ann] };
  await one.api.ok('changeDirectory', { body: { changes: [group] } });
  await one.api.ok('publishDefinition', { body: { source } });
  expect(await file('ann')).toBe(ann);
  await change(
    { change: 'person', id: ann, userName: 'ann.two' },
    { change: 'person', id: bob, userName: 'ann' },
  );
  expect(await file('ann')).toBe(bob);
  expect(await file('ann.two')).toBe(ann);
  await two.api.refused('createApprovalRequest', 'unknown-person', {
    body: { definition: 'named', requester: 'bob' },
  });
});
