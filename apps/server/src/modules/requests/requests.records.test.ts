import { describe, expect, it } from 'vitest';
import type { TestApi } from '../../../../../test/support/api.ts';
import { testServer } from '../../../../../test/support/server.ts';
import { company, DEFINITION, eur, placeOf } from './requests.testkit.ts';

const { api } = await testServer();
const who = await company(api, ['ann', 'bob', 'cyd', 'dan', 'eve', 'fay', 'req']);
const id = (name: string): string => who[name] ?? '';
const as = (name: string) => api.actingFor(id(name));

await api.ok('changeDirectory', {
  body: { changes: [{ change: 'group', group: 'audit', op: 'set', persons: ['fay'] }] },
});
await api.ok('publishDefinition', {
  body: {
    source: `${DEFINITION.replace('definition: spending', 'definition: contract')}number: CON-{year}-{seq}\nretain: contracts\n`,
  },
});
const input = (more: object = {}) => ({
  ...{ definition: 'contract', requester: 'req', fields: { amount: eur('500.00'), iban: 'DE02' } },
  ...more,
});

describe('human numbers', () => {
  it('are the place of the entry in the log, wherever a request is shown', async () => {
    const idempotencyKey = crypto.randomUUID();
    const made = await api.ok('createApprovalRequest', { body: input(), idempotencyKey });
    const number = `CON-${new Date().getUTCFullYear()}-${made.seq}`;
    const request = made.body.id;
    expect(made.body).toMatchObject({ number, retain: 'contracts' });
    const again = await api.ok('createApprovalRequest', { body: input(), idempotencyKey });
    expect(again.raw.toString()).toBe(made.raw.toString());
    expect((await api.ok('getApprovalRequest', { params: { request } })).body.number).toBe(number);
    const { body: listed } = await api.ok('listApprovalRequests', { query: { definition: 'contract' } });
    expect(listed.items[0]).toMatchObject({ id: request, number, retain: 'contracts' });
    const held = await as('ann').ok('holdApprovalRequest', { params: { request }, body: { reason: 'Wait' } });
    expect(held.body.number).toBe(number);
    await as('ann').ok('releaseApprovalRequest', { params: { request }, body: {} });
    const decided = await as('ann').ok('decideAssignment', {
      params: { assignment: await placeOf(api, request, id('ann')) },
      body: { decision: 'approve', revision: made.body.revision.digest },
    });
    expect(decided.body.request).toMatchObject({ id: request, number });
    const next = await api.ok('createApprovalRequest', {
      body: input({ links: [{ kind: 'amends', to: request }] }),
    });
    expect(next.body.number).not.toBe(number);
    const { body: links } = await api.ok('listLinks', { params: { request: next.body.id } });
    expect(links.items[0]?.request.number).toBe(number);
  });

  it('are found by search', async () => {
    const { body } = await api.ok('createApprovalRequest', { body: input() });
    const found = async () =>
      (await api.ok('listApprovalRequests', { query: { q: body.number ?? '' } })).body.items.map((r) => r.id);
    await expect.poll(found).toEqual([body.id]);
  });

  it('are none where the definition has none', async () => {
    const { body } = await api.ok('createApprovalRequest', { body: input({ definition: 'spending' }) });
    expect(body).toMatchObject({ number: null, retain: null });
  });
});

describe('observers', () => {
  const listed = async (one: TestApi) =>
    (await one.ok('listApprovalRequests', { query: { limit: 200 } })).body.items.map((r) => r.id);

  it('know of a confidential request, by themselves or by a group or role as it is now', async () => {
    const observers = [{ group: 'audit' }, { user: 'eve' }];
    const { body } = await api.ok('createApprovalRequest', {
      body: input({ confidential: true, observers }),
    });
    const params = { request: body.id };
    expect(body.observers).toEqual([{ group: 'audit' }, { user: id('eve') }]);
    for (const name of ['fay', 'eve']) {
      expect((await as(name).ok('getApprovalRequest', { params })).body.id).toBe(body.id);
      expect(await listed(as(name))).toContain(body.id);
    }
    const assignment = await placeOf(api, body.id, id('ann'));
    await as('eve').refused('decideAssignment', 'not-eligible', {
      params: { assignment },
      body: { decision: 'approve', revision: body.revision.digest },
    });
    for (const name of ['bob', 'dan']) {
      await as(name).refused('getApprovalRequest', 'not-found', { params });
      expect(await listed(as(name))).not.toContain(body.id);
    }
    await api.ok('changeDirectory', {
      body: { changes: [{ change: 'group', group: 'audit', op: 'set', persons: ['dan'] }] },
    });
    await as('fay').refused('getApprovalRequest', 'not-found', { params });
    expect(await listed(as('fay'))).not.toContain(body.id);
    expect((await as('dan').ok('getApprovalRequest', { params })).body.id).toBe(body.id);
    expect(await listed(as('dan'))).toContain(body.id);
  });

  it('do not know of a draft', async () => {
    const { body } = await as('req').ok('createApprovalRequest', {
      body: input({ draft: true, observers: [{ user: 'eve' }] }),
    });
    await as('eve').refused('getApprovalRequest', 'not-found', { params: { request: body.id } });
  });

  it('are there', async () => {
    await api.refused('createApprovalRequest', 'unknown-person', {
      body: input({ observers: [{ user: 'nobody' }] }),
    });
    const { problem } = await api.refused('createApprovalRequest', 'validation-failed', {
      body: input({ observers: [{ group: 'nobody' }] }),
    });
    expect(problem.errors).toMatchObject([{ field: 'observers[0]', code: 'unknown-observer' }]);
  });
});
