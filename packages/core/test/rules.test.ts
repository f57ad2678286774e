import { describe, expect, it } from 'vitest';
import {
  as,
  change,
  eur,
  everyone,
  file,
  give,
  group,
  leaves,
  legal,
  now,
  oneStep,
  open,
  place,
  revise,
  role,
  says,
  service,
  types,
  world,
} from './kit.ts';

describe('quorum (SEMANTICS 7–9)', () => {
  it('any: one approval settles the step, and the siblings are no longer required', () => {
    const w = world(oneStep(), [...everyone, legal]);
    file(w);
    expect(open(w)).toEqual(['legal:ann', 'legal:bob', 'legal:cyd']);
    says(w, 'ann', 'approve');
    expect(now(w)).toMatchObject({ status: 'closed', outcome: 'approved' });
    expect(now(w).assignments.map((a) => a.status)).toEqual([
      'decided',
      'no_longer_required',
      'no_longer_required',
    ]);
  });

  it('a late answer gets a conflict that names the cause', () => {
    const w = world(oneStep('2'), [...everyone, legal]);
    file(w);
    const late = place(w, 'cyd');
    const digest = now(w).revision.digest;
    says(w, 'ann', 'approve');
    says(w, 'bob', 'approve');
    const { refusal } = give(w, as('cyd'), {
      type: 'decide',
      assignment: late,
      decision: 'reject',
      revisionDigest: digest,
      reason: null,
      comment: null,
      onBehalfOf: null,
    });
    expect(refusal).toMatchObject({ code: 'request-not-active', data: { outcome: 'approved' } });
  });

  it('one rejection ends the step and the request', () => {
    const w = world(oneStep('all'), [...everyone, legal]);
    file(w);
    says(w, 'ann', 'approve');
    says(w, 'bob', 'reject');
    expect(now(w)).toMatchObject({ status: 'closed', outcome: 'rejected' });
  });

  it('wait: everyone answers first; a quorum out of reach by rejections is rejected', () => {
    const w = world(oneStep('2', '    reject: wait'), [...everyone, legal]);
    file(w);
    says(w, 'ann', 'reject');
    expect(now(w).status).toBe('in_review');
    says(w, 'bob', 'approve');
    says(w, 'cyd', 'approve');
    expect(now(w).outcome).toBe('approved');
  });

  it('an abstention never shrinks the denominator: out of reach by abstention is blocked', () => {
    const w = world(oneStep('all', '    decisions: [approve, reject, abstain]'), [...everyone, legal]);
    file(w);
    says(w, 'ann', 'abstain');
    expect(now(w)).toMatchObject({ status: 'blocked', outcome: null });
  });

  it('abstain is refused where it is not offered', () => {
    const w = world(oneStep(), [...everyone, legal]);
    file(w);
    expect(says(w, 'ann', 'abstain').refusal?.code).toBe('decision-not-offered');
  });

  it('all: the roster freezes; a leaver leaves a vacancy, which blocks until it is filled', () => {
    const w = world(oneStep('all'), [...everyone, legal]);
    file(w);
    says(w, 'ann', 'approve');
    says(w, 'bob', 'approve');
    change(w, leaves('legal', 'cyd'));
    const { events } = give(w, { kind: 'system', system: 'recheck' }, { type: 'recheck' });
    expect(types(events)).toEqual(['assignments.closed', 'step.blocked']);
    expect(now(w).status).toBe('blocked');
    const vacant = now(w).assignments.find((a) => a.status === 'vacant')?.n ?? 0;
    give(w, service, { type: 'reassign', assignment: vacant, to: 'dan', reason: null });
    expect(now(w).status).toBe('in_review');
    says(w, 'dan', 'approve');
    expect(now(w).outcome).toBe('approved');
  });

  it('all: who joins the group later is not on the roster', () => {
    const w = world(oneStep('all'), [...everyone, legal]);
    file(w);
    change(w, group('legal', 'dan'));
    give(w, { kind: 'system', system: 'recheck' }, { type: 'recheck' });
    expect(open(w)).not.toContain('legal:dan');
  });

  it('any follows live membership: a joiner is asked, a leaver no more', () => {
    const w = world(oneStep(), [...everyone, legal]);
    file(w);
    change(w, group('legal', 'dan'), leaves('legal', 'ann'));
    give(w, { kind: 'system', system: 'recheck' }, { type: 'recheck' });
    expect(open(w)).toEqual(['legal:bob', 'legal:cyd', 'legal:dan']);
  });

  it('half of three is two', () => {
    const w = world(oneStep('50%'), [...everyone, legal]);
    file(w);
    says(w, 'ann', 'approve');
    expect(now(w).status).toBe('in_review');
    says(w, 'bob', 'approve');
    expect(now(w).outcome).toBe('approved');
  });
});

describe('fail closed (N1)', () => {
  it('a step whose group is empty is blocked and says so; it never passes', () => {
    const w = world(oneStep(), [...everyone, group('legal')]);
    file(w);
    expect(now(w)).toMatchObject({ status: 'blocked', outcome: null });
    expect(now(w).steps.legal?.why.rule).toBe('no-eligible-person');
  });

  it('exclusions that empty a step block it, and name who was excluded and why', () => {
    const w = world(oneStep(), [...everyone, group('legal', 'req')]);
    file(w);
    expect(now(w).steps.legal?.why.persons).toContainEqual({
      person: 'req',
      reason: 'excluded:requester',
    });
  });

  it('a fallback takes over a step that exclusion has emptied', () => {
    const w = world(oneStep('any', '    fallback: { role: counsel }'), [
      ...everyone,
      group('legal', 'req'),
      role('counsel', 'eve'),
    ]);
    file(w);
    expect(open(w)).toEqual(['legal:eve']);
  });

  it('restored authority unblocks', () => {
    const w = world(oneStep(), [...everyone, group('legal')]);
    file(w);
    change(w, group('legal', 'ann'));
    give(w, { kind: 'system', system: 'recheck' }, { type: 'recheck' });
    expect(now(w).status).toBe('in_review');
    says(w, 'ann', 'approve');
    expect(now(w).outcome).toBe('approved');
  });
});

describe('unknown never skips (SEMANTICS 3)', () => {
  const conditional = `
definition: conditional
title: Conditional
limits: { small: 100 EUR }
fields:
  amount: { type: money }
route:
  - choose:
      - when: amount < limits.small
        pass: Small amounts, policy FIN-1
      - otherwise:
          - approve: legal
            by: { group: legal }
`;
  it('a missing value holds and is named; a revision that gives it goes on', () => {
    const w = world(conditional, [...everyone, legal]);
    file(w);
    expect(now(w).status).toBe('on_hold');
    expect(Object.values(now(w).steps)[0]?.missing.join()).toContain('amount');
    revise(w, as('req'), { amount: eur('500') });
    expect(open(w)).toEqual(['legal:ann', 'legal:bob', 'legal:cyd']);
  });
  it('a path without a person passes with its reason', () => {
    const w = world(conditional, [...everyone, legal]);
    const { events } = file(w, { amount: eur('99.99') });
    expect(events.find((e) => e.type === 'branch.passed')).toMatchObject({
      reason: 'Small amounts, policy FIN-1',
    });
    expect(now(w).outcome).toBe('approved');
  });
});

describe('deadlines (SEMANTICS 17)', () => {
  const timed = `${oneStep('any', '    remind: [24 hours]\n    escalate: { after: 3 days, add: { role: counsel } }')}
expire: 10 days
`;
  const setup = (): ReturnType<typeof world> => {
    const w = world(timed, [...everyone, legal, role('counsel', 'eve')]);
    file(w);
    return w;
  };
  it('a command at or after the deadline is refused though no timer has fired', () => {
    const w = setup();
    w.now = '2026-01-15T09:00:00.000Z';
    expect(says(w, 'ann', 'approve').refusal?.code).toBe('deadline-passed');
    give(w, { kind: 'system', system: 'timer' }, { type: 'fire', timer: 'expire' });
    expect(now(w)).toMatchObject({ status: 'closed', outcome: 'expired', timers: {} });
  });
  it('a timer that is not due does nothing, and one that is gone is no fault', () => {
    const w = setup();
    expect(
      give(w, { kind: 'system', system: 'timer' }, { type: 'fire', timer: 'expire' }).refusal?.code,
    ).toBe('timer-not-due');
    expect(
      give(w, { kind: 'system', system: 'timer' }, { type: 'fire', timer: 'remind:other:0' }).events,
    ).toEqual([]);
  });
  it('escalation adds; silence never approves', () => {
    const w = setup();
    w.now = '2026-01-08T09:00:00.000Z';
    give(w, { kind: 'system', system: 'timer' }, { type: 'fire', timer: 'escalate:legal' });
    expect(open(w)).toEqual(['legal:ann', 'legal:bob', 'legal:cyd', 'legal:eve']);
    expect(now(w).outcome).toBeNull();
  });
  it('a reminder names who is still asked, once', () => {
    const w = setup();
    w.now = '2026-01-06T09:00:00.000Z';
    const { events } = give(
      w,
      { kind: 'system', system: 'timer' },
      { type: 'fire', timer: 'remind:legal:0' },
    );
    expect(events).toMatchObject([{ type: 'reminder.sent', persons: ['ann', 'bob', 'cyd'] }]);
    expect(now(w).timers).not.toHaveProperty('remind:legal:0');
  });
});

describe('endings (SEMANTICS 1, 20)', () => {
  it('the outcome is acted on once, with the status that it was given for', () => {
    const w = world(oneStep(), [...everyone, legal]);
    file(w);
    says(w, 'ann', 'approve');
    const statusVersion = now(w).statusVersion;
    const pay = (state: 'started' | 'done', version = statusVersion): ReturnType<typeof give> =>
      give(w, service, {
        type: 'recordEffect',
        effect: 'payment',
        state,
        reference: null,
        statusVersion: version,
      });
    expect(pay('started', statusVersion - 1).refusal?.code).toBe('effect-not-allowed');
    expect(pay('started').refusal).toBeNull();
    expect(pay('done').refusal).toBeNull();
    expect(pay('done').refusal?.code).toBe('effect-receipted');
    expect(give(w, as('req'), { type: 'reopen', reason: null }).refusal?.code).toBe('effect-receipted');
  });
  it('nothing is acted on before approval', () => {
    const w = world(oneStep(), [...everyone, legal]);
    file(w);
    const { refusal } = give(w, service, {
      type: 'recordEffect',
      effect: 'payment',
      state: 'done',
      reference: null,
      statusVersion: now(w).statusVersion,
    });
    expect(refusal?.code).toBe('effect-not-allowed');
  });
  it('reopening is recorded, and revokes by raising the status version', () => {
    const w = world(oneStep(), [...everyone, legal]);
    file(w);
    says(w, 'ann', 'approve');
    const before = now(w).statusVersion;
    give(w, as('req'), { type: 'reopen', reason: 'wrong amount' });
    expect(now(w)).toMatchObject({ status: 'returned', outcome: null });
    expect(now(w).statusVersion).toBeGreaterThan(before);
  });
  it('an effect that was started before reopening is started again after the next approval', () => {
    const w = world(oneStep(), [...everyone, legal]);
    file(w);
    const start = (): ReturnType<typeof give> =>
      give(w, service, {
        type: 'recordEffect',
        effect: 'payment',
        state: 'started',
        reference: null,
        statusVersion: now(w).statusVersion,
      });
    says(w, 'ann', 'approve');
    expect(start().refusal).toBeNull();
    give(w, as('req'), { type: 'reopen', reason: null });
    expect(now(w).effects).toEqual({});
    revise(w, as('req'), { note: 'again' });
    says(w, 'bob', 'approve');
    expect(start().refusal).toBeNull();
  });
  it('cancel closes, and open assignments are no longer required', () => {
    const w = world(oneStep(), [...everyone, legal]);
    file(w);
    give(w, as('req'), { type: 'cancel', reason: 'not needed' });
    expect(now(w)).toMatchObject({ status: 'closed', outcome: 'cancelled' });
    expect(open(w)).toEqual([]);
  });
});
