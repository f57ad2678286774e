import { describe, expect, it } from 'vitest';
import { testServer } from '../../../../../test/support/server.ts';
import { company, file, placeOf } from './requests.testkit.ts';

const { api } = await testServer();
const who = await company(api);
const ann = api.actingFor(who.ann ?? '');

const approve = async (terms: { conditions?: string; validUntil?: string }) => {
  const { id, revision } = await file(api);
  const assignment = await placeOf(api, id, who.ann ?? '');
  const body = { decision: 'approve' as const, revision: revision.digest, ...terms };
  const made = await ann.ok('decideAssignment', { params: { assignment }, body });
  return { id, made: made.body };
};
const introspect = async (token: string) =>
  (await api.ok('introspectApprovalToken', { body: { token } })).body;

describe('an approval with terms', () => {
  it('shows its conditions to its readers, and they are sealed in the log', async () => {
    const { id, made } = await approve({ conditions: 'Two offers for Vera' });
    expect(made.decision.conditions).toMatchObject({ sealed: expect.any(String) });
    const { body } = await api.ok('getApprovalRequest', { params: { request: id } });
    expect(body.decisions).toMatchObject([{ conditions: 'Two offers for Vera', validUntil: null }]);
    const history = await api.ok('getHistory', { params: { request: id } });
    expect(JSON.stringify(history.body)).not.toContain('Vera');
  });

  it('names conditions and end in outcome and token, and after the end neither token nor effect is good', async () => {
    const validUntil = new Date(Date.now() + 120_000).toISOString();
    const { id, made } = await approve({ conditions: 'Two offers', validUntil });
    expect(made.request).toMatchObject({ outcome: 'approved', validUntil });
    const { token } = (await api.ok('getApprovalToken', { params: { request: id } })).body;
    const said = await introspect(token);
    expect(said).toMatchObject({ active: true, validUntil, conditions: [made.decision.conditions] });
    await api.ok('setClock', { body: { mode: 'frozen', at: validUntil } });
    expect(await introspect(token)).toEqual({ active: false });
    const { problem } = await api.refused('getApprovalToken', 'approval-ended', { params: { request: id } });
    expect(problem.data).toMatchObject({ validUntil });
    await api.refused('recordEffect', 'approval-ended', {
      params: { request: id },
      body: { effect: 'payment', state: 'started', token },
    });
  });

  it('has terms only as an approval', async () => {
    const { id, revision } = await file(api);
    const assignment = await placeOf(api, id, who.ann ?? '');
    const body = { decision: 'reject', revision: revision.digest, conditions: 'None' };
    await ann.refused('decideAssignment', 'validation-failed', { params: { assignment }, body });
  });
});
