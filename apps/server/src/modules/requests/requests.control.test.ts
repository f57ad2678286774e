import { describe, expect, it } from 'vitest';
import type { TestApi } from '../../../../../test/support/api.ts';
import { testServer } from '../../../../../test/support/server.ts';
import { company, file, placeOf } from './requests.testkit.ts';

const { api } = await testServer();
const who = await company(api);
const person = (name: string): string => who[name] ?? '';

type Filed = { id: string; revision: { digest: string } };
const decide = async (request: Filed, name: string, decision: 'approve' | 'reject' = 'approve') =>
  api.ok('decideAssignment', {
    params: { assignment: await placeOf(api, request.id, person(name)) },
    body: { decision, revision: request.revision.digest },
    actFor: person(name),
  });

describe('rework', () => {
  it('sends back to an earlier step; what it voids is asked again, and history tells', async () => {
    const request = await file(api, '2500.00');
    await decide(request, 'ann');
    await decide(request, 'bob');
    const { body } = await api.ok('reworkAssignment', {
      params: { assignment: await placeOf(api, request.id, person('cyd')) },
      body: { to: 'lead', revision: request.revision.digest, reason: 'Wrong offer' },
      actFor: person('cyd'),
    });
    expect(body.decisions.map((d) => d.standing)).toEqual([false, false]);
    expect(body.assignments.filter((a) => a.status === 'open').map((a) => a.step)).toEqual(['lead']);
    const { body: history } = await api.ok('getHistory', { params: { request: request.id } });
    expect(history.items.map((e) => e.event)).toContainEqual({
      type: 'request.reworked',
      to: 'lead',
      from: 'finance',
      by: person('cyd'),
      reason: 'Wrong offer',
      steps: ['lead', 'finance'],
    });
    await decide(request, 'ann');
    await decide(request, 'bob');
    const last = await decide(request, 'dan');
    expect(last.body.request.outcome).toBe('approved');
  });

  it('is refused to who may not decide, and where nothing came before', async () => {
    const request = await file(api, '2500.00');
    const assignment = await placeOf(api, request.id, person('ann'));
    const body = { to: 'finance', revision: request.revision.digest };
    await api.refused('reworkAssignment', 'not-earlier', {
      params: { assignment },
      body,
      actFor: person('ann'),
    });
    await api.refused('reworkAssignment', 'not-eligible', {
      params: { assignment },
      body,
      actFor: person('eve'),
    });
    await api.refused('reworkAssignment', 'person-required', { params: { assignment }, body });
  });
});

const EMERGENCY = `
definition: emergency
title: Emergency
fields: { amount: { type: money, required: true } }
reasons: { override: { outage: The supplier cannot wait } }
route:
  - approve: finance
    by: { group: finance }
    need: 2
    override:
      by: { role: lead }
      review: { role: audit }
`;

describe('override with review (R22)', async () => {
  await api.ok('publishDefinition', { body: { source: EMERGENCY } });
  await api.ok('changeDirectory', {
    body: { changes: [{ change: 'role', role: 'audit', op: 'set', persons: ['eve'] }] },
  });
  const filed = async () =>
    (
      await api.ok('createApprovalRequest', {
        body: {
          definition: 'emergency',
          requester: 'req',
          fields: { amount: { amount: '5.00', currency: 'EUR' } },
        },
      })
    ).body;
  const overrides = async (name: string) => {
    const { id, revision } = await filed();
    const body = { revision: revision.digest, reason: 'outage', comment: 'Bob was ill' };
    return { params: { request: id, step: 'finance' }, body, actFor: person(name) };
  };

  it('outcome, list, approval token and explanation say overridden; the comment is sealed', async () => {
    const { body } = await api.ok('overrideStep', await overrides('ann'));
    expect(body).toMatchObject({ status: 'closed', outcome: 'approved', overridden: true });
    expect(body.overrides[0]).toMatchObject({ person: person('ann'), reason: 'outage', review: null });
    const params = { request: body.id };
    expect((await api.ok('getApprovalRequest', { params })).body.overridden).toBe(true);
    const { token } = (await api.ok('getApprovalToken', { params })).body;
    const claims = (await api.ok('introspectApprovalToken', { body: { token } })).body;
    expect(claims).toMatchObject({ active: true, overridden: true });
    const { answers } = (await api.ok('explainApprovalRequest', { params })).body;
    expect(answers.find((a) => a.person === null)).toMatchObject({
      verdict: 'approved',
      why: { rule: 'overridden' },
    });
    expect(answers.find((a) => a.person === person('ann'))?.verdict).toBe('overrode');
    const history = JSON.stringify((await api.ok('getHistory', { params })).body);
    expect(history).toContain('override.recorded');
    expect(history).not.toContain('ill');
  });

  it('its comment is read where comments are, by whoever made it and whoever may review it', async () => {
    const { body } = await api.ok('overrideStep', await overrides('ann'));
    const read = async (one: TestApi) =>
      (await one.ok('listComments', { params: { request: body.id } })).body.items;
    const comment = { by: person('ann'), visibility: 'internal', text: 'Bob was ill' };
    for (const name of ['ann', 'eve', 'bob'])
      expect(await read(api.actingFor(person(name)))).toMatchObject([comment]);
    expect(await read(api.actingFor(person('req')))).toEqual([]);
  });

  it('is reviewed by somebody else, once; a bad review raises an exception and the approval stands', async () => {
    const { body } = await api.ok('overrideStep', await overrides('ann'));
    const params = { override: body.overrides[0]?.id ?? '' };
    const bad = { params, body: { finding: 'unjustified' as const, reason: 'Bob was in the office' } };
    await api.refused('reviewOverride', 'not-allowed', { ...bad, actFor: person('ann') });
    const { body: after } = await api.ok('reviewOverride', { ...bad, actFor: person('eve') });
    expect(after).toMatchObject({ outcome: 'approved', statusVersion: body.statusVersion });
    expect(after.overrides[0]?.review).toMatchObject({ by: person('eve'), finding: 'unjustified' });
    await api.refused('reviewOverride', 'already-decided', { ...bad, actFor: person('eve') });
    const { items } = (await api.ok('getHistory', { params: { request: body.id } })).body;
    expect(items.at(-1)?.event).toMatchObject({ type: 'exception.raised', step: 'finance' });
  });

  it('is for those whom the definition names, for a reason of its list', async () => {
    await api.refused('overrideStep', 'not-eligible', await overrides('bob'));
    await api.refused('overrideStep', 'excluded', { ...(await overrides('req')), ...(await asLead('req')) });
    const call = await overrides('ann');
    await api.refused('overrideStep', 'reason-unknown', { ...call, body: { ...call.body, reason: 'hurry' } });
  });

  it('of a confidential request is for who has been told of it, and becomes known to its reviewers', async () => {
    await api.ok('publishDefinition', {
      body: {
        source: EMERGENCY.replace('emergency', 'secret').replace('route:', 'confidential: true\nroute:'),
      },
    });
    const fields = { amount: { amount: '5.00', currency: 'EUR' } };
    const { id, revision } = (
      await api.ok('createApprovalRequest', { body: { definition: 'secret', requester: 'req', fields } })
    ).body;
    const params = { request: id };
    const call = {
      params: { ...params, step: 'finance' },
      body: { revision: revision.digest, reason: 'outage' },
    };
    await api.refused('overrideStep', 'not-found', { ...call, actFor: person('ann') });
    await api.ok('addControl', {
      params: { assignment: await placeOf(api, id, person('bob')) },
      body: { person: 'ann', as: 'adviser', revision: revision.digest },
      actFor: person('bob'),
    });
    await api.refused('getApprovalRequest', 'not-found', { params, actFor: person('eve') });
    const { body } = await api.ok('overrideStep', { ...call, actFor: person('ann') });
    await api.ok('reviewOverride', {
      params: { override: body.overrides[0]?.id ?? '' },
      body: { finding: 'justified' },
      actFor: person('eve'),
    });
  });

  const asLead = async (name: string) => {
    await api.ok('changeDirectory', {
      body: { changes: [{ change: 'role', role: 'lead', op: 'add', persons: [name] }] },
    });
    return { actFor: person(name) };
  };
});

describe('added control', () => {
  const adds = async (request: Filed, by: string, added: string, as: 'approver' | 'adviser') =>
    api.ok('addControl', {
      params: { assignment: await placeOf(api, request.id, person(by)) },
      body: { person: added, as, order: 'before', revision: request.revision.digest, reason: 'Look at this' },
      actFor: person(by),
    });

  it('an added approver is asked like anybody, and the step waits for them', async () => {
    const request = await file(api);
    const { body } = await adds(request, 'ann', 'dan', 'approver');
    expect(body.additions[0]).toMatchObject({ person: person('dan'), by: person('ann'), status: 'asked' });
    const { assignments } = body;
    expect(assignments.find((a) => a.person === person('dan'))?.via).toEqual([
      { via: 'added', by: person('ann') },
    ]);
    await api.refused('decideAssignment', 'added-first', {
      params: { assignment: await placeOf(api, request.id, person('ann')) },
      body: { decision: 'approve', revision: request.revision.digest },
      actFor: person('ann'),
    });
    const why = await api.ok('explainApprovalRequest', { params: { request: request.id } });
    expect(why.body.answers[0]?.waitsFor).toContain(`a decision by ${person('dan')}`);
    await decide(request, 'dan');
    expect((await decide(request, 'ann')).body.request.outcome).toBe('approved');
  });

  it('advice is sealed, and taking control away stands in the history', async () => {
    const request = await file(api);
    const asked = await adds(request, 'ann', 'req', 'adviser');
    const params = { addition: asked.body.additions[0]?.id ?? '' };
    const advice = { comment: 'Anna is on leave' };
    await api.refused('giveAdvice', 'not-allowed', { params, body: advice, actFor: person('bob') });
    await api.ok('giveAdvice', { params, body: advice, actFor: person('req') });
    const shown = await api.ok('listComments', { params: { request: request.id }, actFor: person('ann') });
    expect(shown.body.items).toMatchObject([{ by: person('req'), text: 'Anna is on leave' }]);
    const more = await adds(request, 'ann', 'dan', 'approver');
    const second = { addition: more.body.additions[1]?.id ?? '' };
    const removal = { params: second, body: { reason: 'Wrong person' } };
    await api.refused('takeControlAway', 'not-allowed', { ...removal, actFor: person('req') });
    await api.ok('takeControlAway', { ...removal, actFor: person('ann') });
    const history = JSON.stringify((await api.ok('getHistory', { params: { request: request.id } })).body);
    expect(history).not.toContain('Anna');
    for (const type of ['advice.given', 'control.added', 'control.taken-away', 'Wrong person'])
      expect(history).toContain(type);
    expect((await decide(request, 'ann')).body.request.outcome).toBe('approved');
  });
});
