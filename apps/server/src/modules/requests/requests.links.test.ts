import { describe, expect, it } from 'vitest';
import { testServer } from '../../../../../test/support/server.ts';
import { company, eur, placeOf } from './requests.testkit.ts';

const { api, environment } = await testServer();
const who = await company(api);
const as = (name: string) => api.actingFor(who[name] ?? '');

type Links = { kind: 'amends' | 'reverses' | 'splits' | 'child_of'; to: string }[];
const body = (links: Links, more: object = {}) => ({
  definition: 'spending',
  requester: 'req',
  fields: { amount: eur('1.00') },
  links,
  ...more,
});
const file = async (links: Links = [], more: object = {}) =>
  (await api.ok('createApprovalRequest', { body: body(links, more) })).body.id;
const linked = async (one: typeof api, request: string) =>
  (await one.ok('listLinks', { params: { request } })).body.items.map((l) => [
    l.kind,
    l.direction,
    l.request.id,
  ]);

const approve = async (request: string) =>
  as('ann').ok('decideAssignment', {
    params: { assignment: await placeOf(api, request, who.ann ?? '') },
    body: {
      decision: 'approve',
      revision: (await api.ok('getApprovalRequest', { params: { request } })).body.revision.digest,
    },
  });

describe('links', () => {
  it('are shown in both directions, with the request at the other end', async () => {
    const old = await file();
    const child = await file([{ kind: 'child_of', to: old }]);
    await approve(old);
    const reversal = await file([
      { kind: 'reverses', to: old },
      { kind: 'amends', to: child },
    ]);
    expect(await linked(api, old)).toEqual([
      ['child_of', 'from', child],
      ['reverses', 'from', reversal],
    ]);
    expect(await linked(api, reversal)).toEqual(
      expect.arrayContaining([
        ['reverses', 'to', old],
        ['amends', 'to', child],
      ]),
    );
    const { body: page } = await api.ok('listLinks', { params: { request: old }, query: { limit: 1 } });
    const query = { limit: 1, cursor: page.nextCursor ?? '' };
    const next = await api.ok('listLinks', { params: { request: old }, query });
    expect([page, next.body].flatMap((p) => p.items.map((l) => l.request.id))).toEqual([child, reversal]);
  });

  it('lead to requests of this environment that the filer may know of', async () => {
    const draft = (await as('eve').ok('createApprovalRequest', { body: body([], { draft: true }) })).body.id;
    const nobodys = `req_${environment.slice('env_'.length)}`;
    for (const to of [nobodys, draft]) {
      const { problem } = await api.refused('createApprovalRequest', 'unknown-request', {
        body: body([{ kind: 'amends', to }]),
      });
      expect(problem.errors).toMatchObject([{ field: 'links[0].to', code: 'unknown-request' }]);
      await api.refused('previewApprovalRequest', 'unknown-request', {
        body: body([{ kind: 'amends', to }]),
      });
    }
    const mine = body([{ kind: 'amends', to: draft }]);
    const made = (await as('eve').ok('createApprovalRequest', { body: mine })).body.id;
    expect(await linked(as('eve'), made)).toEqual([['amends', 'to', draft]]);
    expect(await linked(as('ann'), made)).toEqual([]);
  });

  it('reverse only what was approved', async () => {
    const old = await file();
    const { problem } = await api.refused('createApprovalRequest', 'validation-failed', {
      body: body([{ kind: 'reverses', to: old }]),
    });
    expect(problem.errors).toMatchObject([{ field: 'links[0].to', code: 'bad-link' }]);
    await approve(old);
    await file([{ kind: 'reverses', to: old }]);
  });

  it('stand in the event that filed the request', async () => {
    const old = await file();
    const made = await file([{ kind: 'splits', to: old }]);
    const { body: history } = await api.ok('getHistory', { params: { request: made } });
    expect(history.items[0]?.event).toMatchObject({ links: [{ kind: 'splits', to: old }] });
  });
});
