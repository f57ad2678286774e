import { describe, expect, it } from 'vitest';
import type { DirectoryEvent } from '../src/facts/directory.ts';
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
  people,
  place,
  recorded,
  revise,
  role,
  says,
  service,
  types,
  type World,
  world,
} from './kit.ts';

/** Ways to get past the rules that were tried, each by the rule that it attacked. */
const everyone = people('ann', 'bob', 'cyd', 'dan', 'eve', 'fay', 'req');
const legal = group('legal', 'ann', 'bob', 'cyd');
const eur = (amount: string): { amount: string; currency: string } => ({ amount, currency: 'EUR' });
const timer = { kind: 'system', system: 'timer' } as const;
const fire = (w: World, key: string): ReturnType<typeof give> => give(w, timer, { type: 'fire', timer: key });
const recheck = (w: World, ...events: DirectoryEvent[]): ReturnType<typeof give> => {
  change(w, ...events);
  return give(w, { kind: 'system', system: 'recheck' }, { type: 'recheck' });
};
const answer = (w: World, step: string, of: 'pass' | 'fail' | 'unknown'): ReturnType<typeof give> =>
  give(w, service, { type: 'answerCheck', step, answer: of, reference: null });
const moves = (w: World, assignment: number, to: string): ReturnType<typeof give> =>
  give(w, service, { type: 'reassign', assignment, to, reason: null });
const vacant = (w: World): number => now(w).assignments.find((a) => a.status === 'vacant')?.n ?? 0;
const why = (w: World, step: string) => now(w).steps[step]?.why;

const one = (need = 'any', more = '', head = ''): string => `
definition: simple
title: Simple
${head}
fields:
  note: { type: text }
  amount: { type: money }
route:
  - approve: legal
    by: { group: legal }
    need: ${need}
${more}`;

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
const board = group('board', 'dan', 'eve');

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

describe('deadlines are data (SEMANTICS 17)', () => {
  const late = '2026-01-15T09:00:00.000Z';
  const expiring = (need: string, more = ''): string => `${one(need, more)}\nexpire: 10 days\n`;

  it('a change of the directory does not approve after the deadline', () => {
    const w = world(expiring('1', '    reject: wait'), [...everyone, legal]);
    file(w);
    says(w, 'ann', 'approve');
    w.now = late;
    recheck(w, leaves('legal', 'bob', 'cyd'));
    expect(now(w).outcome).not.toBe('approved');
  });

  it('a hold is not released into an approval after the deadline', () => {
    const w = world(expiring('any'), [...everyone, legal]);
    file(w);
    give(w, as('req'), { type: 'hold', reason: 'wait' });
    w.now = late;
    expect(give(w, as('req'), { type: 'release' }).refusal?.code).toBe('deadline-passed');
  });

  it('any alarm at or after the deadline finds the request expired', () => {
    const w = world(expiring('any', '    escalate: { after: 3 days, add: { group: board } }'), [
      ...everyone,
      legal,
      board,
    ]);
    file(w);
    w.now = late;
    fire(w, 'escalate:legal');
    expect(now(w)).toMatchObject({ status: 'closed', outcome: 'expired', timers: {} });
  });

  it('the promised time does not move with every revision', () => {
    const w = world(`${one()}due: 5 days\n`, [...everyone, legal]);
    file(w);
    w.now = '2026-01-07T09:00:00.000Z';
    revise(w, as('req'), { note: 'x' });
    expect(now(w).dueAt).toBe('2026-01-10T09:00:00.000Z');
  });

  const checked = (unknown: string): string => `
definition: checked
title: Checked
fields:
  note: { type: text }
route:
  - check: budget
    ask: erp.budget
    within: 1 hour
    else: { fail: reject, unknown: ${unknown} }
  - approve: legal
    by: { group: legal }
`;
  it('an answer after the time of a check is late, though no timer has fired', () => {
    const w = world(checked('reject'), [...everyone, legal]);
    file(w);
    w.now = '2026-01-05T10:00:00.000Z';
    expect(answer(w, 'budget', 'pass').refusal?.code).toBe('deadline-passed');
    fire(w, 'check:budget');
    expect(now(w).outcome).toBe('rejected');
  });
  it('where the time-out only holds, a late answer lets it go on', () => {
    const w = world(checked('hold'), [...everyone, legal]);
    file(w);
    w.now = '2026-01-05T10:00:00.000Z';
    answer(w, 'budget', 'pass');
    expect(open(w)).toContain('legal:ann');
  });
  it('an answer to a check of an earlier revision is told apart', () => {
    const w = world(checked('hold'), [...everyone, legal]);
    file(w);
    const asked = now(w).revision.digest;
    revise(w, as('req'), { note: 'other' });
    const { refusal } = give(w, service, {
      type: 'answerCheck',
      step: 'budget',
      answer: 'pass',
      reference: null,
      revisionDigest: asked,
    });
    expect(refusal?.code).toBe('revision-mismatch');
  });
  it('a timer of a check that a revision has asked again is not the old one', () => {
    const w = world(checked('reject'), [...everyone, legal]);
    file(w);
    w.now = '2026-01-05T09:30:00.000Z';
    revise(w, as('req'), { note: 'other' });
    w.now = '2026-01-05T10:00:00.000Z';
    expect(fire(w, 'check:budget').refusal?.code).toBe('timer-not-due');
  });
  it('a returned or reopened request has no reminder, escalation or check left', () => {
    const w = world(
      `${one('any', '    remind: [1 hour]\n    escalate: { after: 3 days, add: { group: board } }')}\nexpire: 10 days\n`,
      [...everyone, legal, board],
    );
    file(w);
    says(w, 'ann', 'return');
    expect(Object.keys(now(w).timers)).toEqual(['expire']);
    give(w, as('req'), { type: 'cancel', reason: null });
    give(w, as('req'), { type: 'reopen', reason: null });
    expect(now(w)).toMatchObject({ timers: {}, expiresAt: null });
    w.now = '2026-03-01T09:00:00.000Z';
    revise(w, as('req'), { note: 'again' });
    expect(now(w)).toMatchObject({ status: 'in_review', expiresAt: '2026-03-11T09:00:00.000Z' });
  });
});

describe('a hold by a person', () => {
  const checked = `
definition: checked
title: Checked
fields:
  note: { type: text }
route:
  - parallel:
      - check: budget
        ask: erp.budget
        within: 1 hour
      - approve: legal
        by: { group: legal }
`;
  it('nothing is approved while it lasts, not by an answered check either', () => {
    const w = world(checked, [...everyone, legal]);
    file(w);
    says(w, 'ann', 'approve');
    give(w, as('req'), { type: 'hold', reason: 'fraud?' });
    answer(w, 'budget', 'pass');
    expect(now(w)).toMatchObject({ status: 'on_hold', outcome: null });
    give(w, as('req'), { type: 'release' });
    expect(now(w).outcome).toBe('approved');
  });
  it('a revision does not lift it', () => {
    const w = world(one(), [...everyone, legal]);
    file(w);
    give(w, service, { type: 'hold', reason: 'audit' });
    revise(w, as('req'), { note: 'x' });
    expect(now(w)).toMatchObject({ status: 'on_hold', hold: 'audit' });
    give(w, service, { type: 'release' });
    expect(open(w)).toContain('legal:ann');
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

describe('too many to follow', () => {
  const crowd = Array.from({ length: 1001 }, (_, i) => `p${i}`);
  it('a step with too many eligible persons is blocked, and no fallback decides in their stead', () => {
    const w = world(one('any', '    fallback: { role: counsel }'), [
      ...everyone,
      ...people(...crowd),
      group('legal', ...crowd),
      role('counsel', 'eve'),
    ]);
    file(w);
    expect(now(w).status).toBe('blocked');
    expect(why(w, 'legal')?.facts).toContain('too-many-candidates:1001');
  });
  it('two crowds together are counted together', () => {
    const w = world(
      one().replace('by: { group: legal }', 'by: { any: [{ group: legal }, { group: board }] }'),
      [
        ...everyone,
        ...people(...crowd),
        group('legal', ...crowd.slice(0, 600)),
        group('board', ...crowd.slice(600)),
      ],
    );
    file(w);
    expect(now(w).status).toBe('blocked');
  });
  it('an escalation to a crowd blocks as well', () => {
    const w = world(one('any', '    escalate: { after: 3 days, add: { group: board } }'), [
      ...everyone,
      ...people(...crowd),
      group('legal', ...crowd.slice(0, 600)),
      group('board', ...crowd.slice(600)),
    ]);
    file(w);
    w.now = '2026-01-08T09:00:00.000Z';
    fire(w, 'escalate:legal');
    expect(now(w).status).toBe('blocked');
  });
  it('a group of leavers does not fill the explanation', () => {
    const gone = Array.from({ length: 20_000 }, (_, i) => `g${i}`);
    const w = world(one('any', '    fallback: { group: legal }'), [
      ...everyone,
      ...gone.map((g) => recorded(g, { active: false })),
      group('legal', ...gone),
    ]);
    const started = performance.now();
    file(w);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(why(w, 'legal')?.persons.length).toBeLessThanOrEqual(1000);
    expect(why(w, 'legal')?.inputs).toMatchObject({ barred: 20_000 });
  });
});

describe('why (N11)', () => {
  const conditional = `
definition: conditional
title: Conditional
limits: { large: 100 EUR }
fields:
  amount: { type: money, required: true }
route:
  - approve: legal
    when: amount > limits.large
    by: { group: legal }
  - sequence:
      - approve: desk
        by: { group: board }
    id: second
    when: amount > limits.large
  - approve: last
    by: { group: board }
`;
  it('a required step names the condition and the inputs that require it', () => {
    const w = world(conditional, [...everyone, legal, board]);
    file(w, { amount: eur('500') });
    expect(why(w, 'legal')).toMatchObject({
      rule: 'required',
      clause: 'route[0].when: amount > limits.large',
      inputs: { 'fields.amount': eur('500.00') },
    });
    says(w, 'ann', 'approve');
    expect(why(w, 'second')).toMatchObject({ rule: 'when-true', inputs: { 'fields.amount': eur('500.00') } });
  });
  it('a block that goes on for another reason says the reason of today', () => {
    const w = world(one(), [...everyone, group('legal')]);
    file(w);
    recheck(w, group('legal', 'req'));
    expect(why(w, 'legal')?.persons).toContainEqual({ person: 'req', reason: 'excluded:requester' });
    expect(recheck(w).events).toEqual([]);
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
