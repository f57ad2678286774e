import { describe, expect, it } from 'vitest';
import type { DirectoryEvent } from '../src/facts/directory.ts';
import { answer, board, eur, everyone, legal, moves, one, recheck, vacant, why } from './attack-kit.ts';
import {
  as,
  change,
  delegates,
  file,
  give,
  group,
  leaves,
  now,
  open,
  place,
  recorded,
  revise,
  says,
  types,
  world,
} from './kit.ts';

/** Ways to get past the rules that were tried, each by the rule that it attacked. */
describe('one person, one place (SEMANTICS 8, 13)', () => {
  it('nobody decides for a principal who has acted for somebody else already', () => {
    const w = world(one('3'), [
      ...everyone,
      group('legal', 'ann', 'bob', 'cyd', 'dan'),
      delegates('ann', 'bob'),
      delegates('bob', 'eve'),
    ]);
    file(w);
    says(w, 'bob', 'approve', { for: 'ann', name: true });
    const { refusal } = moves(w, place(w, 'cyd'), 'bob');
    expect(refusal).toMatchObject({ code: 'not-eligible', data: { reason: 'one-place-each' } });
  });

  it('a vacancy is not given back to somebody who has acted for another meanwhile', () => {
    const w = world(one('all'), [...everyone, legal, delegates('ann', 'bob'), delegates('bob', 'eve')]);
    file(w);
    recheck(w, leaves('legal', 'bob'));
    says(w, 'bob', 'approve', { for: 'ann' });
    recheck(w, group('legal', 'bob'));
    expect(open(w)).toEqual(['legal:cyd']);
    says(w, 'cyd', 'approve');
    expect(now(w)).toMatchObject({ status: 'blocked', outcome: null });
  });

  it('a vacancy is not doubled by moving another place to the person who left it', () => {
    const w = world(one('all'), [...everyone, legal, delegates('cyd', 'dan'), delegates('cyd', 'eve')]);
    file(w);
    recheck(w, leaves('legal', 'cyd'));
    expect(moves(w, place(w, 'ann'), 'cyd').refusal?.data).toMatchObject({ reason: 'one-place-each' });
  });

  it('all: who decided for a colleague leaves their own place vacant, to be filled by somebody else', () => {
    const w = world(one('all'), [...everyone, legal, delegates('ann', 'bob')]);
    file(w);
    says(w, 'bob', 'approve', { for: 'ann', name: true });
    says(w, 'cyd', 'approve');
    expect(now(w).status).toBe('blocked');
    expect(now(w).assignments.find((a) => a.status === 'vacant')?.person).toBe('bob');
    moves(w, vacant(w), 'dan');
    says(w, 'dan', 'approve');
    expect(now(w).outcome).toBe('approved');
  });

  it('all: that vacancy is there again after a revision that touches nothing reviewed', () => {
    const w = world(one('all', '    reviews: [amount]'), [...everyone, legal, delegates('ann', 'bob')]);
    file(w, { amount: eur('1') });
    says(w, 'bob', 'approve', { for: 'ann', name: true });
    says(w, 'cyd', 'approve');
    revise(w, as('req'), { amount: eur('1'), note: 'x' });
    expect(now(w).status).toBe('blocked');
    moves(w, vacant(w), 'dan');
    says(w, 'dan', 'approve');
    expect(now(w).outcome).toBe('approved');
  });

  it('a reassignment moves a place and never makes a second one, also over a revision', () => {
    const w = world(one('2'), [...everyone, legal]);
    file(w);
    give(w, as('bob'), { type: 'reassign', assignment: place(w, 'bob'), to: 'dan', reason: null });
    expect(open(w)).toEqual(['legal:ann', 'legal:cyd', 'legal:dan']);
    revise(w, as('req'), { note: 'again' });
    expect(open(w)).toEqual(['legal:ann', 'legal:bob', 'legal:cyd']);
  });
});

const two = (more = ''): string => `
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
${more}
  - approve: second
    by: { group: board }
`;

describe('a decision stands only while its maker may make it (SEMANTICS 4, 11–13; N7)', () => {
  it('an excluded delegate’s decision is voided by the revision that made them editor', () => {
    const w = world(two().replace('separate:', 'separate:\n  - never: [requester, editor]'), [
      ...everyone,
      legal,
      board,
      delegates('ann', 'fay'),
    ]);
    file(w, { amount: eur('10') }, { beneficiary: 'fay' });
    says(w, 'fay', 'approve', { for: 'ann' });
    revise(w, as('fay'), { amount: eur('10'), note: 'mine' });
    expect(now(w).decisions[0]).toMatchObject({ person: 'fay', standing: false });
    expect(open(w)).toContain('first:ann');
  });

  it('different: who only passed a delegation on has had a part in the decision too', () => {
    const w = world(two(), [
      ...everyone,
      legal,
      group('board', 'dan', 'eve'),
      delegates('ann', 'dan', { redelegable: true }),
      delegates('dan', 'fay'),
    ]);
    file(w, { amount: eur('10') });
    says(w, 'fay', 'approve', { for: 'ann' });
    expect(open(w)).toEqual(['second:eve']);
  });

  it('a decision by a delegation that has ended since does not stand over a revision', () => {
    const w = world(two(), [
      ...everyone,
      legal,
      board,
      delegates('ann', 'fay', { ends: '2026-01-06T00:00:00.000Z' }),
    ]);
    file(w, { amount: eur('10') });
    says(w, 'fay', 'approve', { for: 'ann' });
    w.now = '2026-01-07T09:00:00.000Z';
    revise(w, as('req'), { amount: eur('10'), note: 'later' });
    expect(now(w).decisions[0]?.standing).toBe(false);
  });

  it('whileActive: an approval lapses with its maker, also after its step was settled', () => {
    const w = world(two('    whileActive: true'), [...everyone, legal, board]);
    file(w, { amount: eur('10') });
    says(w, 'ann', 'approve');
    recheck(w, recorded('ann', { active: false }));
    expect(now(w).decisions[0]?.standing).toBe(false);
    expect(open(w)).toEqual(expect.arrayContaining(['first:bob', 'first:cyd']));
    says(w, 'dan', 'approve');
    expect(now(w).outcome).toBeNull();
    says(w, 'bob', 'approve');
    expect(now(w).outcome).toBe('approved');
  });

  it('whileActive: the last decision does not settle the request over an approval that has lapsed', () => {
    const w = world(two('    whileActive: true'), [...everyone, legal, board]);
    file(w, { amount: eur('10') });
    says(w, 'ann', 'approve');
    change(w, recorded('ann', { active: false }));
    says(w, 'dan', 'approve');
    expect(now(w).outcome).toBeNull();
  });
});

describe('limits of a delegation (SEMANTICS 13)', () => {
  it('an amount that is sealed is not known to lie below the limit', () => {
    const yaml = one().replace('amount: { type: money }', 'amount: { type: money, personal: true }');
    const limit = eur('100');
    const w = world(yaml, [...everyone, legal, delegates('ann', 'eve', { limit })]);
    file(w, { amount: { sealed: 'itm_1', commitment: 'ab' } });
    expect(says(w, 'eve', 'approve', { for: 'ann' }).refusal?.code).toBe('delegation-out-of-scope');
  });
});

describe('every step of a chosen path is walked (SEMANTICS 3)', () => {
  const passing = `
definition: passing
title: Passing
fields:
  small: { type: boolean, required: true }
route:
  - choose:
      - when: small
        pass: Small, policy FIN-1
        steps:
          - check: budget
            ask: erp.budget
            within: 1 hour
          - approve: desk
            by: { group: legal }
      - otherwise:
          - approve: legal
            by: { group: legal }
`;
  it('a path that passes for a reason does the steps before it first', () => {
    const w = world(passing, [...everyone, legal]);
    file(w, { small: true });
    expect(now(w)).toMatchObject({ status: 'in_review', outcome: null });
    answer(w, 'budget', 'pass');
    expect(open(w)).toContain('desk:ann');
    const { events } = says(w, 'ann', 'approve');
    expect(types(events)).toContain('branch.passed');
    expect(now(w).outcome).toBe('approved');
  });
  it('a failed check on it rejects', () => {
    const w = world(passing, [...everyone, legal]);
    file(w, { small: true });
    answer(w, 'budget', 'fail');
    expect(now(w).outcome).toBe('rejected');
  });
});

describe('drafts', () => {
  it('a revised draft stays a draft, and gets its deadlines when it is submitted', () => {
    const w = world(`${one()}expire: 10 days\ndue: 5 days\n`, [...everyone, legal]);
    file(w, { note: 'a' }, { draft: true });
    revise(w, as('req'), { note: 'b' });
    expect(now(w)).toMatchObject({ status: 'draft', expiresAt: null, dueAt: null, statusVersion: 1 });
    expect(recheck(w).events).toEqual([]);
    give(w, as('req'), { type: 'submit' });
    expect(now(w)).toMatchObject({ status: 'in_review', expiresAt: '2026-01-15T09:00:00.000Z' });
  });
  it('a draft that was cancelled and reopened is submitted by its revision', () => {
    const w = world(one(), [...everyone, legal]);
    file(w, { note: 'a' }, { draft: true });
    give(w, as('req'), { type: 'cancel', reason: null });
    give(w, as('req'), { type: 'reopen', reason: null });
    revise(w, as('req'), { note: 'b' });
    expect(now(w)).toMatchObject({ status: 'in_review', submittedAt: w.now });
  });
});

describe('matrix places (SEMANTICS 15)', () => {
  const spend: DirectoryEvent = {
    type: 'matrix.published',
    version: {
      matrix: 'spend',
      digest: 'd1',
      effectiveFrom: '2026-01-01T00:00:00.000Z',
      currency: 'EUR',
      columns: [],
      ask: 'first',
      climb: false,
      fallback: null,
      rows: [{ id: 'r1', cells: [], upTo: '1000', approver: { user: 'ann' } }],
    },
  };
  const yaml = (by: string): string =>
    one()
      .replace('by: { group: legal }', `by: ${by}`)
      .replace('amount: { type: money }', 'amount: { type: money, required: true }');
  it('a place is not moved past the matrix because other assignees stand beside it', () => {
    const w = world(yaml('{ any: [{ matrix: spend, amount: =amount }, { group: legal }] }'), [
      ...everyone,
      group('legal', 'bob'),
      spend,
    ]);
    file(w, { amount: eur('999') });
    expect(moves(w, place(w, 'ann'), 'fay').refusal).toMatchObject({ data: { reason: 'over-limit' } });
  });
  it('an open step whose amount the matrix can no longer read is blocked, and names what is missing', () => {
    const w = world(yaml('{ matrix: spend, amount: =amount }'), [...everyone, spend]);
    file(w, { amount: eur('999') });
    recheck(w, {
      ...spend,
      version: { ...spend.version, digest: 'd2', currency: 'USD', effectiveFrom: '2026-01-02T00:00:00.000Z' },
    });
    expect(now(w).status).toBe('blocked');
    expect(why(w, 'legal')?.inputs).toHaveProperty('rate to USD', null);
  });
});

describe('who files (SEMANTICS 11)', () => {
  it('a person who files is the submitter and cannot name another in their stead', () => {
    const w = world(one(), [...everyone, legal]);
    const { refusal } = give(w, as('ann'), {
      type: 'create',
      request: 'req_1',
      definition: 'simple',
      definitionDigest: w.definition.digest,
      requester: 'req',
      submitter: 'bob',
      beneficiary: null,
      externalReference: null,
      content: { fields: {}, documents: {} },
      draft: false,
    });
    expect(refusal?.code).toBe('not-allowed');
  });
});
