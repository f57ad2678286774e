import { describe, expect, it } from 'vitest';
import { answer, board, everyone, fire, legal } from './attack-kit.ts';
import {
  as,
  change,
  delegates,
  eur,
  file,
  give,
  now,
  open,
  revise,
  role,
  says,
  sendsBack,
  types,
  type World,
  world,
} from './kit.ts';

const three = `
definition: three
title: Three
fields: { amount: { type: money }, note: { type: text } }
separate: [{ different: [first, last] }]
route:
  - approve: first
    by: { group: legal }
    reviews: [note]
    remind: [24 hours]
  - check: budget
    ask: erp.budget
    within: 2 days
  - parallel:
      - approve: left
        by: { group: board }
      - approve: right
        by: { role: fin }
  - approve: last
    by: { any: [{ group: legal }, { role: fin }] }
`;

const filed = (yaml = three): World => {
  const w = world(yaml, [...everyone, legal, board, role('fin', 'fay')]);
  file(w, { note: 'a', amount: eur('10') });
  return w;
};
const upToLast = (): World => {
  const w = filed();
  says(w, 'ann', 'approve');
  answer(w, 'budget', 'pass');
  says(w, 'dan', 'approve');
  says(w, 'fay', 'approve', { step: 'right' });
  return w;
};
const standing = (w: World): string[] =>
  now(w)
    .decisions.filter((d) => d.standing)
    .map((d) => `${d.step}:${d.person}`);

describe('rework: back to an earlier step of the same revision (SEMANTICS 6)', () => {
  it('voids the decisions of that step and of every later one, and asks again from there', () => {
    const w = upToLast();
    const { events } = sendsBack(w, 'bob', 'first');
    expect(types(events)).toEqual([
      'assignments.closed',
      'decision.voided',
      'decision.voided',
      'decision.voided',
      'request.reworked',
      'step.opened',
      'assignments.opened',
    ]);
    expect(now(w).revision.number).toBe(1);
    expect(standing(w)).toEqual([]);
    expect(open(w)).toEqual(['first:ann', 'first:bob', 'first:cyd']);
    expect(now(w).steps.first?.opening).toBe(2);
  });

  it('leaves what came before, and what stands beside it in a parallel', () => {
    const w = upToLast();
    sendsBack(w, 'bob', 'left');
    expect(standing(w)).toEqual(['first:ann', 'right:fay']);
    expect(open(w)).toEqual(['left:dan', 'left:eve']);
  });

  it('asks the checks on the way again', () => {
    const w = upToLast();
    sendsBack(w, 'bob', 'first');
    says(w, 'bob', 'approve');
    expect(now(w).steps.budget).toMatchObject({ status: 'waiting', check: null });
    answer(w, 'budget', 'pass');
    expect(open(w)).toEqual(['left:dan', 'left:eve', 'right:fay']);
  });

  it('drops the alarms of what it takes back', () => {
    const w = filed();
    says(w, 'ann', 'approve');
    expect(Object.keys(now(w).timers)).toEqual(['check:budget']);
    answer(w, 'budget', 'pass');
    sendsBack(w, 'dan', 'first');
    expect(Object.keys(now(w).timers)).toEqual(['remind:first:0']);
    w.now = '2026-01-08T09:00:00.000Z';
    expect(types(fire(w, 'check:budget').events)).toEqual([]);
  });

  it('is for who may decide a later step, on the revision that they saw', () => {
    const w = upToLast();
    expect(sendsBack(w, 'eve', 'first', { for: 'bob' }).refusal?.code).toBe('not-eligible');
    expect(sendsBack(w, 'req', 'first', { for: 'bob' }).refusal?.code).toBe('not-eligible');
    const seen = now(w).revision.digest;
    revise(w, as('req'), { note: 'a', amount: eur('11') });
    answer(w, 'budget', 'pass');
    const assignment = now(w).assignments.findLast((a) => a.person === 'dan')?.n ?? 0;
    const data = {
      type: 'rework',
      assignment,
      to: 'first',
      revisionDigest: seen,
      reason: null,
      onBehalfOf: null,
    } as const;
    expect(give(w, as('dan'), data).refusal?.code).toBe('revision-mismatch');
  });

  it('a delegate may, and the principal is named', () => {
    const w = upToLast();
    change(w, delegates('bob', 'eve'));
    const { events } = sendsBack(w, 'eve', 'left', { for: 'bob' });
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'request.reworked', by: 'eve', onBehalfOf: 'bob' }),
    );
  });

  it('goes to an approved step that comes before, and the refusal names those that do', () => {
    const w = upToLast();
    for (const to of ['last', 'budget', 'nowhere'])
      expect(sendsBack(w, 'bob', to).refusal).toMatchObject({
        code: 'not-earlier',
        data: { earlier: ['first', 'left', 'right'] },
      });
    const early = filed();
    expect(sendsBack(early, 'ann', 'left').refusal).toMatchObject({
      code: 'not-earlier',
      data: { earlier: [] },
    });
  });

  it('a step beside it is not before it', () => {
    const w = filed();
    says(w, 'ann', 'approve');
    answer(w, 'budget', 'pass');
    says(w, 'dan', 'approve');
    expect(sendsBack(w, 'fay', 'left').refusal?.data).toEqual({ earlier: ['first'] });
  });

  it('waits while a person holds the request', () => {
    const w = upToLast();
    give(w, as('bob'), { type: 'hold', reason: 'audit' });
    expect(sendsBack(w, 'bob', 'first').refusal?.code).toBe('on-hold');
  });

  it('lifts no separation: whoever decides the first step anew is not asked in the last', () => {
    const w = upToLast();
    expect(open(w)).toEqual(['last:bob', 'last:cyd', 'last:fay']);
    sendsBack(w, 'cyd', 'first');
    says(w, 'cyd', 'approve');
    answer(w, 'budget', 'pass');
    says(w, 'dan', 'approve');
    says(w, 'fay', 'approve', { step: 'right' });
    expect(open(w)).toEqual(['last:ann', 'last:bob', 'last:fay']);
  });

  const branched = `
definition: branched
title: Branched
fields: { amount: { type: money }, note: { type: text } }
limits: { small: 100 EUR }
route:
  - choose:
      - when: amount < limits.small
        pass: Small, policy FIN-2
        steps:
          - approve: desk
            by: { group: legal }
      - otherwise:
          - approve: board
            by: { group: board }
  - approve: last
    by: { role: fin }
`;

  it('a branch that has passed is under way again', () => {
    const w = filed(branched);
    says(w, 'ann', 'approve');
    expect(now(w).steps['choose-1']?.status).toBe('passed');
    sendsBack(w, 'fay', 'desk');
    expect(now(w).steps['choose-1']?.status).toBe('chosen');
    expect(open(w)).toEqual(['desk:ann', 'desk:bob', 'desk:cyd']);
    says(w, 'bob', 'approve');
    says(w, 'fay', 'approve');
    expect(now(w).outcome).toBe('approved');
  });
});
