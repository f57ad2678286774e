import { describe, expect, it } from 'vitest';
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
