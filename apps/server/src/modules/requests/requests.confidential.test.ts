import { routeIds, routeTable } from '@countersign/contract';
import { describe, expect, it } from 'vitest';
import type { TestApi } from '../../../../../test/support/api.ts';
import { testServer } from '../../../../../test/support/server.ts';
import { company, eur, placeOf } from './requests.testkit.ts';

const { api } = await testServer();
const who = await company(api, ['ann', 'bob', 'cyd', 'dan', 'eve', 'fay', 'req']);
const person = (name: string): string => who[name] ?? '';
const as = (name: string) => api.actingFor(person(name));

/** A system with every scope but the one for confidential requests. */
const scopes = [
  'requests:read',
  'requests:write',
  'comments:write',
  'checks:write',
  'effects:write',
] as const;
const others = [
  'decisions:write',
  'approval-tokens:read',
  'events:read',
  'erasures:write',
  'audit:read',
] as const;
const account = (await api.ok('createServiceAccount', { body: { name: 'outsider' } })).body.id;
const key = await api.ok('createApiKey', {
  body: { serviceAccount: account, scopes: [...scopes, ...others] },
});
const system = api.with(key.body.secret);

const fields = { amount: eur('5000.00'), purpose: 'Zirconium' };
const filed = { definition: 'spending', requester: 'req', beneficiary: 'eve', confidential: true, fields };
const secret = (await api.ok('createApprovalRequest', { body: { ...filed, externalReference: 'HR-7' } }))
  .body;
const open = (
  await api.ok('createApprovalRequest', {
    body: { ...filed, confidential: false, links: [{ kind: 'amends', to: secret.id }] },
  })
).body;
const params = { request: secret.id };
const assignment = await placeOf(api, secret.id, person('ann'));

const listed = async (one: TestApi, query: object = {}): Promise<string[]> => {
  const found: string[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: { id: string }[]; nextCursor: string | null } = (
      await one.ok('listApprovalRequests', {
        query: { limit: 1, ...query, ...(cursor === null ? {} : { cursor }) },
      })
    ).body;
    found.push(...page.items.map((r) => r.id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
};
const placesOf = async (one: TestApi, query: object): Promise<string[]> =>
  (await one.ok('listAssignments', { query: { limit: 200, ...query } })).body.items.map((a) => a.request);

const digest = secret.revision.digest;
const uuid = secret.id.slice('req_'.length);
/** Every route that names a request by its path, with a body that would do. A new one must say here what it answers. */
const named: { readonly [route: string]: object } = {
  getApprovalRequest: { params },
  getHistory: { params },
  explainApprovalRequest: { params },
  listLinks: { params },
  listComments: { params },
  getApprovalToken: { params },
  getAssignment: { params: { assignment } },
  addComment: { params, body: { visibility: 'requester', text: 'Oh' } },
  submitApprovalRequest: { params, body: {} },
  reviseApprovalRequest: { params, body: { expected: digest, fields } },
  cancelApprovalRequest: { params, body: {} },
  reopenApprovalRequest: { params, body: {} },
  holdApprovalRequest: { params, body: { reason: 'Stop' } },
  releaseApprovalRequest: { params, body: {} },
  answerCheck: { params: { ...params, step: 'budget' }, body: { answer: 'pass' } },
  recordEffect: { params, body: { effect: 'payment', state: 'done', token: 'x' } },
  decideAssignment: { params: { assignment }, body: { decision: 'approve', revision: digest } },
  reassignAssignment: { params: { assignment }, body: { to: 'fay' } },
  reworkAssignment: { params: { assignment }, body: { to: 'lead', revision: digest } },
  addControl: {
    params: { assignment },
    body: { person: 'fay', as: 'approver', order: 'before', revision: digest },
  },
  giveAdvice: { params: { addition: `add_${uuid}_1` }, body: { comment: 'No' } },
  takeControlAway: { params: { addition: `add_${uuid}_1` }, body: { reason: 'No' } },
  ratifyDecision: { params: { decision: `dec_${uuid}_1` }, body: {} },
  overrideStep: { params: { ...params, step: 'lead' }, body: { revision: digest, reason: 'outage' } },
  reviewOverride: { params: { override: `ovr_${uuid}_1` }, body: { finding: 'justified' } },
};

describe('a confidential request', () => {
  it.each(
    routeIds.filter((id) => /\{(request|assignment|addition|decision|override)\}/.test(routeTable[id].path)),
  )('is not found by a bystander, nor by a system without the scope: %s', async (id) => {
    const input = named[id];
    if (input === undefined) throw new Error(`say what ${id} needs`);
    if (routeTable[id].actFor !== 'none') await as('fay').refused(id, 'not-found', input);
    // Where a person must act, a system is refused before.
    if (routeTable[id].actFor !== 'required') await system.refused(id, 'not-found', input);
  });

  it('is not found by a list of decisions either', async () => {
    const { body } = await as('fay').ok('decideInBulk', {
      body: { decision: 'approve', items: [{ assignment, revision: digest }] },
    });
    expect(body.results).toMatchObject([{ result: 'refused', problem: { code: 'not-found' } }]);
  });

  it('is in no list, search, page or cursor of theirs, whatever they filter by', async () => {
    const queries: object[] = [
      {},
      { status: 'in_review' },
      { q: 'zirconium' },
      { externalReference: 'HR-7' },
      { requester: person('req') },
      { assignee: person('ann') },
      { order: 'updated' },
      { definition: 'spending' },
    ];
    await expect.poll(() => listed(api, { q: 'zirconium' })).toHaveLength(2);
    for (const query of queries) {
      for (const one of [as('fay'), system]) {
        const found = await listed(one, query);
        expect(found).toEqual('externalReference' in query ? [] : [open.id]);
      }
      expect(await listed(as('ann'), query)).toContain(secret.id);
    }
  });

  it('is in no list of assignments of theirs', async () => {
    const queries: object[] = [
      {},
      { person: person('ann') },
      { request: secret.id },
      { role: 'lead' },
      { step: 'lead' },
    ];
    for (const query of queries) {
      for (const one of [as('fay'), system]) expect(await placesOf(one, query)).not.toContain(secret.id);
      expect(await placesOf(as('ann'), query)).toContain(secret.id);
    }
  });

  it('leaves a gap in their events, and is in those of a key with the scope', async () => {
    const of = async (one: TestApi) => (await one.ok('listEvents', { query: { after: 0, limit: 200 } })).body;
    const [theirs, all] = [await of(system), await of(api)];
    expect(all.items.map((e) => e.stream)).toContain(secret.id);
    expect(theirs.items.map((e) => e.stream)).not.toContain(secret.id);
    expect(theirs.items.map((e) => e.stream)).toContain(open.id);
    expect([theirs.nextAfter, theirs.head]).toEqual([all.nextAfter, all.head]);
  });

  it('is not named where it is in the way, is linked to, or is to be erased', async () => {
    const second = { ...filed, externalReference: 'HR-7' };
    for (const id of ['createApprovalRequest', 'previewApprovalRequest'] as const) {
      const { problem } = await as('fay').refused(id, 'open-request-exists', { body: second });
      expect(JSON.stringify(problem)).not.toContain(secret.id);
      const known = await as('req').refused(id, 'open-request-exists', { body: second });
      expect(known.problem.data).toMatchObject({ request: secret.id });
    }
    expect((await as('fay').ok('listLinks', { params: { request: open.id } })).body.items).toEqual([]);
    expect((await as('req').ok('listLinks', { params: { request: open.id } })).body.items).toHaveLength(1);
    const links = [{ kind: 'amends', to: secret.id }];
    await as('fay').refused('createApprovalRequest', 'unknown-request', { body: { ...filed, links } });
    await system.refused('createErasure', 'not-found', { body: { subject: secret.id } });
  });

  it('is known to its participants, and to a system with the scope', async () => {
    for (const one of [as('req'), as('eve'), as('ann'), api]) {
      const { body } = await one.ok('getApprovalRequest', { params });
      expect(body).toMatchObject({ id: secret.id, confidential: true });
    }
  });

  it('is known to a delegate while a place is open that they may use, and to no delegate of its requester', async () => {
    const times = {
      starts: new Date(Date.now() - 1000).toISOString(),
      ends: new Date(Date.now() + 1e6).toISOString(),
    };
    await as('req').ok('createDelegation', { body: { to: 'fay', ...times } });
    await as('fay').refused('getApprovalRequest', 'not-found', { params });
    const other = { to: 'fay', ...times, definitions: ['travel'] };
    await api.ok('publishDefinition', {
      body: { source: 'definition: travel\ntitle: T\nroute:\n  - approve: a\n    by: { role: lead }\n' },
    });
    await as('ann').ok('createDelegation', { body: other });
    await as('ann').ok('createDelegation', {
      body: { ...other, definitions: ['spending'], limit: eur('9000.00') },
    });
    await as('fay').refused('getApprovalRequest', 'not-found', { params });
    const made = await as('ann').ok('createDelegation', { body: { ...other, definitions: ['spending'] } });
    expect(await listed(as('fay'))).toContain(secret.id);
    expect(await placesOf(as('fay'), { mine: true })).toContain(secret.id);
    await as('fay').ok('getApprovalRequest', { params });
    await as('ann').ok('revokeDelegation', { params: { delegation: made.body.id }, body: {} });
    await as('fay').refused('getApprovalRequest', 'not-found', { params });
    expect(await listed(as('fay'))).toEqual([open.id]);
  });

  it('stays known to who has decided, and becomes known to who is asked next', async () => {
    await as('bob').refused('getApprovalRequest', 'not-found', { params });
    const body = { decision: 'approve' as const, revision: digest };
    await as('ann').ok('decideAssignment', { params: { assignment }, body });
    for (const name of ['ann', 'bob', 'cyd', 'dan']) await as(name).ok('getApprovalRequest', { params });
    expect(await listed(as('bob'))).toContain(secret.id);
  });

  it('its token is good for those only who may know of it', async () => {
    for (const name of ['bob', 'cyd']) {
      const place = await placeOf(api, secret.id, person(name));
      const body = { decision: 'approve' as const, revision: digest };
      await as(name).ok('decideAssignment', { params: { assignment: place }, body });
    }
    const { token } = (await api.ok('getApprovalToken', { params })).body;
    expect((await api.ok('introspectApprovalToken', { body: { token } })).body.active).toBe(true);
    expect((await system.ok('introspectApprovalToken', { body: { token } })).body).toEqual({ active: false });
    await system.refused('getApprovalToken', 'not-found', { params });
  });

  it('as a draft is known to requester and submitter only, whatever the scope', async () => {
    const body = { ...filed, draft: true, externalReference: 'HR-8' };
    const draft = (await as('req').ok('createApprovalRequest', { body })).body.id;
    for (const one of [api, as('eve'), as('ann'), system])
      await one.refused('getApprovalRequest', 'not-found', { params: { request: draft } });
    const events = await system.ok('listEvents', { query: { after: 0, limit: 200 } });
    expect(events.body.items.map((e) => e.stream)).not.toContain(draft);
  });
});
