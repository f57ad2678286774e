import { describe, expect, it } from 'vitest';
import {
  as,
  change,
  delegates,
  eur,
  everyone,
  file,
  leaves,
  legal,
  now,
  oneStep,
  open,
  recorded,
  revise,
  says,
  types,
  world,
} from './kit.ts';

describe('authority is current (SEMANTICS 14, R30)', () => {
  it('who lost the authority since the step opened may not decide', () => {
    const w = world(oneStep(), [...everyone, legal]);
    file(w);
    change(w, leaves('legal', 'ann'));
    expect(says(w, 'ann', 'approve').refusal).toMatchObject({ code: 'not-eligible' });
  });

  it('who was deactivated may not decide', () => {
    const w = world(oneStep(), [...everyone, legal]);
    file(w);
    change(w, recorded('ann', { active: false }));
    expect(says(w, 'ann', 'approve').refusal).toMatchObject({
      code: 'not-eligible',
      data: { reason: 'inactive' },
    });
  });
});

describe('delegation (SEMANTICS 13; N7)', () => {
  it('a delegate decides on behalf of the principal, and both are named', () => {
    const w = world(oneStep(), [...everyone, legal, delegates('ann', 'eve')]);
    file(w);
    says(w, 'eve', 'approve', { for: 'ann' });
    expect(now(w).decisions[0]).toMatchObject({
      person: 'eve',
      principal: 'ann',
      delegations: ['dlg_ann_eve'],
    });
    expect(now(w).outcome).toBe('approved');
  });

  it('without a delegation nobody decides for another', () => {
    const w = world(oneStep(), [...everyone, legal]);
    file(w);
    expect(says(w, 'eve', 'approve', { for: 'ann' }).refusal?.code).toBe('not-eligible');
  });

  it('principal and delegate together have one place', () => {
    const w = world(oneStep('2'), [...everyone, legal, delegates('ann', 'bob')]);
    file(w);
    says(w, 'bob', 'approve', { for: 'ann', name: true });
    expect(open(w)).toEqual(['legal:cyd']);
    expect(now(w).outcome).toBeNull();
  });

  it('own authority comes first: with a place of one’s own the other must be named', () => {
    const w = world(oneStep('2'), [...everyone, legal, delegates('ann', 'bob')]);
    file(w);
    expect(says(w, 'bob', 'approve', { for: 'ann' }).refusal?.code).toBe('name-authority');
  });

  it('the requester cannot decide by somebody’s delegation', () => {
    const w = world(oneStep(), [...everyone, legal, delegates('ann', 'req')]);
    file(w);
    expect(says(w, 'req', 'approve', { for: 'ann' }).refusal).toMatchObject({
      code: 'excluded',
      data: { reason: 'excluded:requester' },
    });
  });

  it('an excluded person between principal and delegate breaks the chain', () => {
    const w = world(oneStep(), [
      ...everyone,
      legal,
      delegates('ann', 'req', { redelegable: true }),
      delegates('req', 'eve'),
    ]);
    file(w);
    expect(says(w, 'eve', 'approve', { for: 'ann' }).refusal?.code).toBe('excluded');
  });

  it('a delegation is dated, ends, and never reaches back before its recording', () => {
    for (const bad of [
      { ends: '2026-01-05T09:00:00.000Z' },
      { starts: '2026-02-01T00:00:00.000Z' },
      { recordedAt: '2026-01-06T00:00:00.000Z' },
    ]) {
      const w = world(oneStep(), [...everyone, legal, delegates('ann', 'eve', bad)]);
      file(w);
      expect(says(w, 'eve', 'approve', { for: 'ann' }).refusal?.code).toBe('not-eligible');
    }
  });

  it('a delegation with a limit covers nothing above it', () => {
    const limit = { amount: '100', currency: 'EUR' };
    const w = world(oneStep(), [...everyone, legal, delegates('ann', 'eve', { limit })]);
    file(w, { amount: { amount: '100.01', currency: 'EUR' } });
    expect(says(w, 'eve', 'approve', { for: 'ann' }).refusal?.code).toBe('delegation-out-of-scope');
  });

  it('it ends with its principal’s authority', () => {
    const w = world(oneStep(), [...everyone, legal, delegates('ann', 'eve')]);
    file(w);
    change(w, recorded('ann', { active: false }));
    expect(says(w, 'eve', 'approve', { for: 'ann' }).refusal?.code).toBe('not-eligible');
  });
});

const two = `
definition: two-steps
title: Two steps
fields:
  amount: { type: money, required: true }
  note: { type: text }
separate:
  - different: [first, second]
route:
  - approve: first
    by: { group: legal }
    reviews: [amount]
  - approve: second
    by: { group: legal }
`;

describe('separation of duties (N7)', () => {
  it('different: who decided the first step is not asked in the second', () => {
    const w = world(two, [...everyone, legal]);
    file(w, { amount: eur('10') });
    says(w, 'ann', 'approve');
    expect(open(w)).toEqual(['second:bob', 'second:cyd']);
  });

  it('different holds over the whole chain: delegate and principal are both out', () => {
    const w = world(two, [...everyone, legal, delegates('ann', 'eve')]);
    file(w, { amount: eur('10') });
    says(w, 'eve', 'approve', { for: 'ann', step: 'first' });
    expect(open(w)).toEqual(['second:bob', 'second:cyd']);
    change(w, delegates('bob', 'eve'));
    expect(says(w, 'eve', 'approve', { for: 'bob' }).refusal).toMatchObject({
      code: 'excluded',
      data: { reason: 'excluded:different' },
    });
  });
});

describe('revisions (SEMANTICS 4–6, 12; N4, N5)', () => {
  it('a decision on a revision that its maker did not see is refused', () => {
    const w = world(two, [...everyone, legal]);
    file(w, { amount: eur('10') });
    const seen = now(w).revision.digest;
    revise(w, as('req'), { amount: eur('11') });
    expect(says(w, 'ann', 'approve', { digest: seen }).refusal).toMatchObject({ code: 'revision-mismatch' });
  });

  it('an unchanged resubmission is still a new revision', () => {
    const w = world(two, [...everyone, legal]);
    file(w, { amount: eur('10') });
    const before = now(w).revision;
    revise(w, as('req'), { amount: eur('10') });
    expect(now(w).revision).toMatchObject({ number: 2, predecessor: before.digest });
    expect(now(w).revision.digest).not.toBe(before.digest);
  });

  it('a decision stands if nothing that it reviewed has changed', () => {
    const w = world(two, [...everyone, legal]);
    file(w, { amount: eur('10') });
    says(w, 'ann', 'approve');
    const { events } = revise(w, as('req'), { amount: eur('10'), note: 'for the trip' });
    expect(types(events)).toContain('decision.kept');
    expect(open(w)).toEqual(['second:bob', 'second:cyd']);
  });

  it('a change of what it reviewed voids it, and the step asks again', () => {
    const w = world(two, [...everyone, legal]);
    file(w, { amount: eur('10') });
    says(w, 'ann', 'approve');
    revise(w, as('req'), { amount: eur('12') });
    expect(now(w).decisions[0]?.standing).toBe(false);
    expect(open(w)).toContain('first:ann');
  });

  it('a decision of somebody who lost the authority does not stand over a revision', () => {
    const w = world(two, [...everyone, legal]);
    file(w, { amount: eur('10') });
    says(w, 'ann', 'approve');
    change(w, leaves('legal', 'ann'));
    revise(w, as('req'), { amount: eur('10'), note: 'x' });
    expect(now(w).decisions[0]?.standing).toBe(false);
  });

  it('return goes to the requester and withdraws all open assignments; whoever returned it is asked again', () => {
    const w = world(two, [...everyone, legal]);
    file(w, { amount: eur('10') });
    says(w, 'ann', 'return');
    expect(now(w).status).toBe('returned');
    expect(open(w)).toEqual([]);
    revise(w, as('req'), { amount: eur('10') });
    expect(open(w)).toContain('first:ann');
  });

  it('who edits becomes editor and decides no step that reviews the edit, also after a later revision', () => {
    const w = world(two, [...everyone, legal]);
    file(w, { amount: eur('10') });
    revise(w, as('ann'), { amount: eur('11') });
    revise(w, as('req'), { amount: eur('11'), note: 'washed' });
    expect(open(w)).toEqual(['first:bob', 'first:cyd']);
  });
});
