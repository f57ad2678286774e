import { describe, expect, it } from 'vitest';
import { answer, board, eur, everyone, fire, legal, one, recheck, why } from './attack-kit.ts';
import {
  as,
  delegates,
  file,
  give,
  group,
  leaves,
  now,
  open,
  people,
  recorded,
  revise,
  role,
  says,
  service,
  world,
} from './kit.ts';

/** Ways to get past the rules that were tried, each by the rule that it attacked. */
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
  it('a hold does not let a failed check be answered again', () => {
    const w = world(checked('reject'), [...everyone, legal]);
    file(w);
    give(w, as('req'), { type: 'hold', reason: 'wait' });
    expect(answer(w, 'budget', 'fail').refusal).toBeNull();
    expect(answer(w, 'budget', 'pass').refusal?.code).toBe('answer-not-expected');
    give(w, as('req'), { type: 'release' });
    expect(now(w).outcome).toBe('rejected');
    const other = world(checked('hold'), [...everyone, legal]);
    file(other);
    give(other, as('req'), { type: 'hold', reason: 'wait' });
    for (const again of ['unknown', 'pass'] as const)
      expect(answer(other, 'budget', again).refusal).toBeNull();
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
    expect(now(w)).toMatchObject({ status: 'on_hold', hold: { reason: 'audit' } });
    give(w, service, { type: 'release' });
    expect(open(w)).toContain('legal:ann');
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

describe('a delegation that begins or ends', () => {
  // Principal and delegate have one place, the principal's (SEMANTICS 13): time changes who may use it, and nobody's place.
  const starts = '2026-01-10T00:00:00.000Z';
  const ends = '2026-01-20T00:00:00.000Z';

  it.each(['any', '2', 'all', '60%'])('asks nobody new and blocks nobody, with need: %s', (need) => {
    const w = world(one(need), [...everyone, legal, delegates('ann', 'dan', { starts, ends })]);
    file(w);
    for (const at of ['2026-01-09T23:59:59.999Z', starts, '2026-01-19T23:59:59.999Z', ends]) {
      w.now = at;
      expect(recheck(w).events).toEqual([]);
    }
  });

  it('frees no step whose principal is gone: it ends with the principal’s authority', () => {
    const w = world(one(), [...everyone, group('legal', 'ann'), delegates('ann', 'dan', { starts, ends })]);
    file(w);
    recheck(w, recorded('ann', { active: false }));
    expect(now(w).status).toBe('blocked');
    w.now = starts;
    expect(recheck(w).events).toEqual([]);
    expect(now(w).status).toBe('blocked');
  });
});
