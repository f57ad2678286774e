import { describe, expect, it } from 'vitest';
import { as, eur, everyone, file, give, legal, now, open, revise, service, types, world } from './kit.ts';

const required = `
definition: purchase
title: Purchase
fields:
  amount: { type: money, required: true }
  buyer: { type: person }
documents:
  offer: { required: true }
route:
  - approve: legal
    by: { group: legal }
`;
const draft = (fields = {}) => {
  const w = world(required, [...everyone, legal]);
  return { w, ...file(w, fields, { draft: true, submitter: null }) };
};
const offer = { document: 'doc_1', version: 1, sha256: 'a'.repeat(64) };

describe('drafts', () => {
  it('a draft lacks what it lacks, asks nobody, and has no time running', () => {
    const { w, events } = draft();
    expect(types(events)).toEqual(['request.created']);
    expect(now(w)).toMatchObject({ status: 'draft', submittedAt: null, dueAt: null, assignments: [] });
  });

  it('what is there is checked all the same', () => {
    expect(draft({ amount: 'much' }).refusal?.errors).toMatchObject([{ field: 'fields.amount' }]);
    expect(draft({ colour: 'red' }).refusal?.errors).toMatchObject([{ code: 'unknown-field' }]);
  });

  it('submitting names everything that is missing at once', () => {
    const { w } = draft();
    const { refusal } = give(w, as('req'), { type: 'submit' });
    expect(refusal).toMatchObject({ code: 'validation-failed' });
    expect(refusal?.errors.map((e) => e.field)).toEqual(['fields.amount', 'documents.offer']);
  });

  it('completed piece by piece it is submitted, and only then asks', () => {
    const { w } = draft();
    expect(revise(w, as('req'), { amount: eur('10') }).refusal).toBeNull();
    const { revision } = now(w);
    const content = { fields: { amount: eur('10') }, documents: { offer: [offer] } };
    give(w, as('req'), { type: 'revise', expected: revision.digest, content });
    expect(now(w).status).toBe('draft');
    expect(give(w, as('req'), { type: 'submit' }).refusal).toBeNull();
    expect(open(w)).toEqual(['legal:ann', 'legal:bob', 'legal:cyd']);
  });

  it('once submitted, a revision is complete or refused', () => {
    const { w } = draft();
    const content = { fields: { amount: eur('10') }, documents: { offer: [offer] } };
    give(w, service, { type: 'revise', expected: now(w).revision.digest, content });
    give(w, service, { type: 'submit' });
    expect(revise(w, as('req'), {}).refusal?.errors.map((e) => e.field)).toEqual([
      'fields.amount',
      'documents.offer',
    ]);
  });

  it('a draft that is cancelled and reopened is still asked for what it lacks', () => {
    const { w } = draft();
    give(w, as('req'), { type: 'cancel', reason: null });
    give(w, as('req'), { type: 'reopen', reason: null });
    expect(revise(w, as('req'), {}).refusal?.code).toBe('validation-failed');
    expect(give(w, as('ann'), { type: 'submit' }).refusal?.code).toBe('request-not-active');
  });
});
