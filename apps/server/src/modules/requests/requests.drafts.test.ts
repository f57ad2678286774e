import { describe, expect, it } from 'vitest';
import { testServer } from '../../../../../test/support/server.ts';
import { company, eur } from './requests.testkit.ts';

const { api } = await testServer();
const who = await company(api);
const person = (name: string): string => who[name] ?? '';
const as = (name: string) => api.actingFor(person(name));

let reference = 0;
/** Filed by eve for req, in favour of dan. */
const draft = async (more: object = {}) => {
  reference += 1;
  const body = {
    definition: 'spending',
    requester: 'req',
    beneficiary: 'dan',
    externalReference: `D-${reference}`,
    draft: true,
    ...more,
  };
  return (await as('eve').ok('createApprovalRequest', { body })).body;
};
const at = (request: string) => ({ params: { request } });
const idsOf = async (name: string, query: object = {}): Promise<string[]> =>
  (await as(name).ok('listApprovalRequests', { query: { limit: 200, ...query } })).body.items.map(
    (r) => r.id,
  );

describe('drafts', () => {
  it('are begun with nothing, edited, completed and submitted', async () => {
    const begun = await draft();
    expect(begun).toMatchObject({ status: 'draft', submittedAt: null, revision: { fields: {} } });
    const { problem } = await as('req').refused('submitApprovalRequest', 'validation-failed', {
      ...at(begun.id),
      body: {},
    });
    expect(problem.errors).toEqual([expect.objectContaining({ field: 'fields.amount', code: 'required' })]);
    const body = { expected: begun.revision.digest, fields: { amount: eur('10.00'), iban: 'DE0012' } };
    const edited = (await as('req').ok('reviseApprovalRequest', { ...at(begun.id), body })).body;
    expect(edited).toMatchObject({ status: 'draft', revision: { number: 2, fields: { iban: 'DE0012' } } });
    const filed = (await as('eve').ok('submitApprovalRequest', { ...at(begun.id), body: {} })).body;
    expect(filed).toMatchObject({ status: 'in_review', assignments: [{ person: person('ann') }] });
  });

  it('are known to their requester and submitter, and to nobody else before they are submitted', async () => {
    const { id, externalReference } = await draft({ fields: { amount: eur('1.00'), purpose: 'Zirconium' } });
    for (const name of ['req', 'eve']) {
      expect((await as(name).ok('getApprovalRequest', at(id))).body.id).toBe(id);
      expect(await idsOf(name)).toContain(id);
    }
    const strangers = [as('dan'), as('ann'), api];
    for (const one of strangers) {
      await one.refused('getApprovalRequest', 'not-found', at(id));
      await one.refused('getHistory', 'not-found', at(id));
      await one.refused('explainApprovalRequest', 'not-found', at(id));
      await one.refused('submitApprovalRequest', 'not-found', { ...at(id), body: {} });
      await one.refused('cancelApprovalRequest', 'not-found', { ...at(id), body: {} });
      const body = { expected: 'a'.repeat(64), fields: {} };
      await one.refused('reviseApprovalRequest', 'not-found', { ...at(id), body });
      const queries: object[] = [{}, { status: 'draft' }, { q: 'zirconium' }, { externalReference }];
      for (const query of queries) {
        const { body: page } = await one.ok('listApprovalRequests', { query: { limit: 200, ...query } });
        expect(page.items.map((r) => r.id)).not.toContain(id);
      }
    }
    await as('req').ok('submitApprovalRequest', { ...at(id), body: {} });
    for (const one of strangers) expect((await one.ok('getApprovalRequest', at(id))).body.id).toBe(id);
    expect(await idsOf('dan', { externalReference })).toEqual([id]);
  });

  it('that are cancelled stay with whom they were known to, reopened or not', async () => {
    const { id } = await draft();
    await as('req').ok('cancelApprovalRequest', { ...at(id), body: {} });
    await as('ann').refused('getApprovalRequest', 'not-found', at(id));
    await as('req').ok('reopenApprovalRequest', { ...at(id), body: {} });
    await as('ann').refused('getApprovalRequest', 'not-found', at(id));
    expect(await idsOf('req')).toContain(id);
  });

  it('take no business key until they are submitted: the first that is submitted has it', async () => {
    const fields = { amount: eur('1.00') };
    const one = await draft({ externalReference: 'D-same', fields });
    const two = await draft({ externalReference: 'D-same', fields });
    await as('req').ok('submitApprovalRequest', { ...at(two.id), body: {} });
    const { problem } = await as('req').refused('submitApprovalRequest', 'open-request-exists', {
      ...at(one.id),
      body: {},
    });
    expect(problem.data).toMatchObject({ request: two.id });
    await as('req').ok('cancelApprovalRequest', { ...at(two.id), body: {} });
    await as('req').ok('submitApprovalRequest', { ...at(one.id), body: {} });
  });
});
