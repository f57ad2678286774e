import type { RouteId } from '@countersign/contract';
import { describe, expect, test } from 'vitest';
import type { Input } from '../../../../test/support/api.ts';
import { testServer } from '../../../../test/support/server.ts';
import { company, eur, file, placeOf } from '../modules/requests/requests.testkit.ts';

const { api } = await testServer();
const names = ['ann', 'bob', 'cyd', 'dan', 'eve', 'req', 'sid', 'tom'];
const who = await company(api, names);
const person = (name: string): string => who[name] ?? '';

/** What a name meant, nobody bears any more. */
const rename = (name: string) =>
  api.ok('changeDirectory', {
    body: { changes: [{ change: 'person', id: person(name), userName: `${name}-married` }] },
  });
const bringBack = (name: string) =>
  api.ok('changeDirectory', { body: { changes: [{ change: 'person', id: person(name), userName: name }] } });

/** Sent under one key, before and after the world has changed: the second answer is the first. */
async function repeated<Id extends RouteId>(
  id: Id,
  input: Input<Id>,
  meanwhile: () => Promise<unknown>,
): Promise<void> {
  const call = { ...input, idempotencyKey: `${id}-${calls++}` };
  const first = await api.ok(id, call);
  await meanwhile();
  // Under another key it is refused now, and that is what must not hide the answer.
  const fresh = await api.any(id, input as object);
  expect(fresh.status).toBeGreaterThanOrEqual(400);
  const again = await api.ok(id, call);
  expect([again.status, again.seq, again.leaf]).toEqual([first.status, first.seq, first.leaf]);
  expect(again.headers['idempotency-replayed']).toBe('true');
}
let calls = 0;

const request = (more: object = {}) => ({
  body: { definition: 'spending', requester: 'req', fields: { amount: eur('5.00') }, ...more },
});

describe('a call sent again under its key gets its first answer, whatever would be refused now', () => {
  test('filing, when nobody bears the name of the requester any more', async () => {
    await repeated('createApprovalRequest', request({ requester: 'sid' }), () => rename('sid'));
    await bringBack('sid');
  });

  test('filing, when a newer version takes no such value', async () => {
    const source = (max: number) =>
      `definition: terse\ntitle: Terse\nfields: { note: { type: text, personal: true, max: ${max} } }\nroute:\n  - approve: lead\n    by: { role: lead }\n`;
    await api.ok('publishDefinition', { body: { source: source(100) } });
    const call = { body: { definition: 'terse', requester: 'req', fields: { note: 'rather long' } } };
    await repeated('createApprovalRequest', call, () =>
      api.ok('publishDefinition', { body: { source: source(3) } }),
    );
  });

  test('revising, when the personal data of the request is erased', async () => {
    const { id, revision } = await file(api, '10.00', { iban: 'DE02120300000000202051' });
    const body = {
      expected: revision.digest,
      fields: { amount: eur('11.00'), iban: 'DE89370400440532013000' },
    };
    await repeated('reviseApprovalRequest', { params: { request: id }, body }, () =>
      api.ok('createErasure', { body: { subject: id } }),
    );
  });

  test('deciding, when whoever wrote the comment is erased', async () => {
    await api.ok('changeDirectory', {
      body: { changes: [{ change: 'role', role: 'lead', op: 'set', persons: ['ann', 'tom'] }] },
    });
    const { id, revision } = await file(api);
    const call = {
      params: { assignment: await placeOf(api, id, person('tom')) },
      body: { decision: 'approve' as const, revision: revision.digest, comment: 'Fine with me.' },
      actFor: person('tom'),
    };
    await repeated('decideAssignment', call, () =>
      api.ok('createErasure', { body: { subject: person('tom') } }),
    );
  });

  test('reassigning, when nobody bears the name any more', async () => {
    const { id } = await file(api);
    const call = {
      params: { assignment: await placeOf(api, id, person('ann')) },
      body: { to: 'eve', reason: 'Away.' },
      actFor: person('ann'),
    };
    await repeated('reassignAssignment', call, () => rename('eve'));
    await bringBack('eve');
  });

  test('delegating, when nobody bears the name any more', async () => {
    const body = {
      from: 'bob',
      to: 'eve',
      starts: '2026-01-01T00:00:00Z',
      ends: '2036-01-01T00:00:00Z',
    };
    await repeated('createDelegation', { body }, () => rename('eve'));
    await bringBack('eve');
  });

  test('recording an effect, when its token is good no longer', async () => {
    const { id, revision } = await file(api);
    await api.ok('decideAssignment', {
      params: { assignment: await placeOf(api, id, person('ann')) },
      body: { decision: 'approve', revision: revision.digest },
      actFor: person('ann'),
    });
    const { token } = (await api.ok('getApprovalToken', { params: { request: id } })).body;
    const body = { effect: 'payment', state: 'started' as const, token, reference: 'P-1' };
    await repeated('recordEffect', { params: { request: id }, body }, () =>
      api.ok('reopenApprovalRequest', { params: { request: id }, body: {}, actFor: person('ann') }),
    );
  });
});

test('another body under the key is told as such, also where it would be refused for itself', async () => {
  const idempotencyKey = 'filed-once';
  await api.ok('createApprovalRequest', { ...request(), idempotencyKey });
  await api.refused('createApprovalRequest', 'idempotency-key-reused', {
    ...request({ requester: 'nobody' }),
    idempotencyKey,
  });
});

test('a key that is narrowed to other definitions learns no stored answer of its account', async () => {
  await api.ok('publishDefinition', {
    body: {
      source: 'definition: other\ntitle: Other\nroute:\n  - approve: lead\n    by: { role: lead }\n',
    },
  });
  const account = (await api.ok('createServiceAccount', { body: { name: 'erp' } })).body.id;
  const key = async (definitions?: string[]) =>
    api.with(
      (
        await api.ok('createApiKey', {
          body: {
            serviceAccount: account,
            scopes: ['requests:write'],
            ...(definitions === undefined ? {} : { definitions }),
          },
        })
      ).body.secret ?? '',
    );
  const [wide, narrow] = [await key(), await key(['other'])];
  await wide.ok('createApprovalRequest', { ...request(), idempotencyKey: 'whose' });
  await narrow.refused('createApprovalRequest', 'forbidden-definition', {
    ...request(),
    idempotencyKey: 'whose',
  });
});
