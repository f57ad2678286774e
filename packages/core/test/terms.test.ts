import { describe, expect, it } from 'vitest';
import { termsOf } from '../src/request/terms.ts';
import {
  as,
  everyone,
  file,
  give,
  legal,
  now,
  oneStep,
  place,
  revise,
  service,
  type World,
  world,
} from './kit.ts';

const text = { sealed: 'itm_1', commitment: 'a'.repeat(64) };
const soon = '2026-02-01T00:00:00.000Z';
const later = '2026-03-01T00:00:00.000Z';

const decides = (w: World, person: string, decision: 'approve' | 'reject', terms: object) =>
  give(w, as(person), {
    type: 'decide',
    assignment: place(w, person),
    decision,
    revisionDigest: now(w).revision.digest,
    reason: null,
    comment: null,
    onBehalfOf: null,
    ...terms,
  });
const filed = (need = '2'): World => {
  const w = world(oneStep(need), [...everyone, legal]);
  file(w);
  return w;
};
const pays = (w: World, state: 'started' | 'done') =>
  give(w, service, {
    type: 'recordEffect',
    effect: 'payment',
    state,
    reference: null,
    statusVersion: now(w).statusVersion,
  });

describe('approvals with terms', () => {
  it('the outcome stands under all conditions, and ends with the first approval that ends', () => {
    const w = filed();
    decides(w, 'ann', 'approve', { conditions: text, validUntil: later });
    decides(w, 'bob', 'approve', { validUntil: soon });
    expect(now(w).outcome).toBe('approved');
    expect(termsOf(now(w))).toEqual({ conditions: [text], validUntil: soon });
  });

  it('without any, there is no end, and a decision is as it was', () => {
    const w = filed('any');
    decides(w, 'ann', 'approve', {});
    expect(termsOf(now(w))).toEqual({ conditions: [], validUntil: null });
    expect(Object.keys(now(w).decisions[0] ?? {})).not.toContain('validUntil');
  });

  it('belong to an approval, and end after it', () => {
    const w = filed();
    expect(decides(w, 'ann', 'reject', { conditions: text }).refusal?.errors).toMatchObject([
      { field: 'conditions', code: 'not-allowed' },
    ]);
    expect(decides(w, 'ann', 'approve', { validUntil: w.now }).refusal?.errors).toMatchObject([
      { field: 'validUntil', code: 'out-of-range' },
    ]);
  });

  it('from its end on nothing is begun on it; what was begun in time is reported', () => {
    const w = filed('any');
    decides(w, 'ann', 'approve', { validUntil: soon });
    w.now = '2026-01-31T23:59:59.999Z';
    expect(pays(w, 'started').refusal).toBeNull();
    w.now = soon;
    expect(pays(w, 'done').refusal).toBeNull();
    const late = filed('any');
    decides(late, 'ann', 'approve', { validUntil: soon });
    late.now = soon;
    for (const state of ['started', 'done'] as const)
      expect(pays(late, state).refusal).toMatchObject({ code: 'approval-ended', data: { validUntil: soon } });
  });

  it('of a voided approval are void', () => {
    const w = filed();
    decides(w, 'ann', 'approve', { conditions: text, validUntil: soon });
    revise(w, as('req'), { note: 'x' });
    expect(termsOf(now(w))).toEqual({ conditions: [], validUntil: null });
  });
});
