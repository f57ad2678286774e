import { describe, expect, it } from 'vitest';
import { problemsOf } from '../src/definition/test-kit.ts';
import { wasAsked } from '../src/request/decide/comment.ts';
import { recheck } from './attack-kit.ts';
import {
  as,
  change,
  compile,
  delegates,
  everyone,
  file,
  give,
  legal,
  now,
  open,
  place,
  recorded,
  revise,
  role,
  says,
  sendsBack,
  service,
  types,
  type World,
  world,
} from './kit.ts';

const yaml = (more = '', head = '') => `
definition: emergency
title: Emergency
fields: { note: { type: text }, other: { type: text } }
reasons: { override: { outage: The supplier cannot wait } }
${head}
route:
  - approve: first
    by: { group: legal }
    need: 2
    reviews: [note]
${more}
    override:
      by: { role: duty }
      review: { role: audit }
  - approve: last
    by: { any: [{ group: legal }, { role: duty }] }
`;
const roles = [role('duty', 'dan', 'req', 'ann'), role('audit', 'eve', 'dan')];
const filed = (text = yaml()): World => {
  const w = world(text, [...everyone, legal, ...roles]);
  file(w, { note: 'a' });
  return w;
};
const overrides = (w: World, actor = as('dan'), reason = 'outage', step = 'first') =>
  give(w, actor, {
    type: 'override',
    step,
    revisionDigest: now(w).revision.digest,
    reason,
    comment: null,
  });
const reviews = (
  w: World,
  person: string,
  finding: 'justified' | 'unjustified',
  reason: string | null = null,
) => give(w, as(person), { type: 'reviewOverride', override: 1, finding, reason });

describe('override: one step, by somebody who may, for a reason (SEMANTICS 18, R22)', () => {
  it('settles the step, names code and person, and the route goes on', () => {
    const w = filed();
    const { events } = overrides(w);
    expect(types(events)).toEqual([
      'override.recorded',
      'step.approved',
      'assignments.closed',
      'step.opened',
      'assignments.opened',
    ]);
    expect(now(w).overrides).toEqual([
      expect.objectContaining({ n: 1, step: 'first', person: 'dan', reason: 'outage', standing: true }),
    ]);
    expect(now(w).steps.first).toMatchObject({
      status: 'approved',
      why: { rule: 'overridden', inputs: { reason: 'outage' }, persons: [{ person: 'dan' }] },
    });
    expect(open(w)).toEqual(['last:ann', 'last:bob', 'last:cyd', 'last:dan']);
  });

  it('the outcome says so', () => {
    const w = filed();
    overrides(w);
    const { events } = says(w, 'bob', 'approve');
    expect(events).toContainEqual({ type: 'request.approved', overridden: true });
  });

  it('what is said with it is a comment, for those who decide and those who review', () => {
    const w = filed();
    const comment = { sealed: 'itm_1', commitment: 'c' };
    const { events } = give(w, as('dan'), {
      type: 'override',
      step: 'first',
      revisionDigest: now(w).revision.digest,
      reason: 'outage',
      comment,
    });
    expect(events.slice(0, 2)).toMatchObject([
      { type: 'comment.added', comment: { n: 1, by: 'dan', visibility: 'internal', text: comment } },
      { type: 'override.recorded', comment: 1 },
    ]);
    expect(['dan', 'eve', 'req'].map((one) => wasAsked(now(w), one))).toEqual([true, true, false]);
  });

  it('who may review it is told with it', () => {
    const [event] = overrides(filed()).events;
    expect(event).toMatchObject({ type: 'override.recorded', reviewers: ['eve'] });
  });

  it('takes a person of those whom the definition names, with own authority', () => {
    const w = filed();
    change(w, delegates('dan', 'eve'));
    expect(overrides(w, as('eve')).refusal?.code).toBe('not-eligible');
    expect(overrides(w, service).refusal?.code).toBe('person-required');
    expect(overrides(w, as('dan'), 'because').refusal).toMatchObject({
      code: 'reason-unknown',
      data: { reasons: ['outage'] },
    });
    expect(overrides(w, as('dan'), 'outage', 'last').refusal?.code).toBe('override-not-offered');
    recheck(w, recorded('dan', { active: false }));
    expect(overrides(w).refusal).toMatchObject({ code: 'not-eligible', data: { reason: 'inactive' } });
  });

  it('lifts no separation: the requester does not override', () => {
    expect(overrides(filed(), as('req')).refusal).toMatchObject({
      code: 'excluded',
      data: { reason: 'excluded:requester' },
    });
  });

  it('lifts no separation: who overrides a step does not decide one that needs somebody else, and the other way round', () => {
    const separate = 'separate: [{ different: [first, last] }]';
    const w = filed(yaml('', separate));
    overrides(w);
    expect(open(w)).toEqual(['last:ann', 'last:bob', 'last:cyd']);

    const both = yaml('', separate)
      .replace('route:\n', 'route:\n - parallel:\n')
      .replace(/^ {2}(?=[- ] )(?!note)/gm, '    ');
    const side = filed(both);
    says(side, 'ann', 'approve', { step: 'last' });
    expect(overrides(side, as('ann')).refusal).toMatchObject({
      code: 'excluded',
      data: { reason: 'excluded:different' },
    });
  });

  it('who has had a part in the step does not settle it as well', () => {
    const w = filed();
    says(w, 'ann', 'approve');
    expect(overrides(w, as('ann')).refusal?.code).toBe('already-decided');
  });

  it('opens a blocked step, and no step that waits for a missing fact', () => {
    const w = filed();
    recheck(w, ...['ann', 'bob', 'cyd'].map((one) => recorded(one, { active: false })));
    expect(now(w).status).toBe('blocked');
    expect(overrides(w).refusal).toBeNull();
    const held = filed(yaml('    when: other == "x"'));
    expect(now(held).steps.first?.status).toBe('held');
    expect(overrides(held).refusal?.code).toBe('step-not-open');
  });

  it('does not lift a hold, and comes too late after the first commit', () => {
    const w = filed();
    give(w, as('bob'), { type: 'hold', reason: 'audit' });
    expect(overrides(w).refusal?.code).toBe('on-hold');
    give(w, as('bob'), { type: 'release' });
    const [bob, cyd] = [place(w, 'bob'), place(w, 'cyd')];
    overrides(w);
    for (const [person, assignment] of [
      ['bob', bob],
      ['cyd', cyd],
    ] as const) {
      const decide = {
        type: 'decide',
        assignment,
        decision: 'approve',
        reason: null,
        comment: null,
      } as const;
      const { refusal } = give(w, as(person), {
        ...decide,
        revisionDigest: now(w).revision.digest,
        onBehalfOf: null,
      });
      expect(refusal?.code).toBe('assignment-not-open');
    }
    expect(overrides(w).refusal).toMatchObject({ code: 'step-not-open', data: { stepStatus: 'approved' } });
  });

  it('is refused where nobody else could review it', () => {
    const w = filed();
    recheck(w, recorded('eve', { active: false }));
    expect(overrides(w).refusal?.code).toBe('not-allowed');
  });

  it('does not stand over a revision or a rework: the step asks again', () => {
    const w = filed();
    overrides(w);
    const { events } = revise(w, as('req'), { note: 'a', other: 'x' });
    expect(types(events)).toContain('override.voided');
    expect(open(w)).toEqual(['first:ann', 'first:bob', 'first:cyd']);
    overrides(w);
    sendsBack(w, 'bob', 'first');
    expect(open(w)).toEqual(['first:ann', 'first:bob', 'first:cyd']);
    says(w, 'ann', 'approve');
    says(w, 'bob', 'approve');
    const last = says(w, 'cyd', 'approve');
    expect(last.events).toContainEqual({ type: 'request.approved' });
  });

  it('counts only while its maker is active where the step says so', () => {
    const w = filed(yaml('    whileActive: true'));
    overrides(w);
    recheck(w, recorded('dan', { active: false }));
    expect(now(w).overrides?.[0]?.standing).toBe(false);
    expect(open(w)).toContain('first:ann');
  });
});

describe('the review of an override is a separate, later act', () => {
  const approved = (): World => {
    const w = filed();
    overrides(w);
    says(w, 'bob', 'approve');
    return w;
  };

  it('a good one is recorded, also when the request is closed', () => {
    const w = approved();
    const before = now(w).statusVersion;
    expect(types(reviews(w, 'eve', 'justified').events)).toEqual(['override.reviewed']);
    expect(now(w).overrides?.[0]?.review).toMatchObject({ by: 'eve', finding: 'justified' });
    expect(now(w).statusVersion).toBe(before);
  });

  it('a bad one raises an exception and rewrites nothing', () => {
    const w = approved();
    const before = now(w);
    expect(types(reviews(w, 'eve', 'unjustified', 'Nobody was away').events)).toEqual([
      'override.reviewed',
      'exception.raised',
    ]);
    expect(now(w)).toMatchObject({ status: 'closed', outcome: 'approved', decisions: before.decisions });
    expect(now(w).overrides?.[0]?.standing).toBe(true);
  });

  it('says why where it is bad, and comes once, from somebody else who may', () => {
    const w = approved();
    expect(reviews(w, 'eve', 'unjustified').refusal?.code).toBe('validation-failed');
    expect(reviews(w, 'dan', 'justified').refusal?.code).toBe('not-allowed');
    expect(reviews(w, 'bob', 'justified').refusal?.code).toBe('not-eligible');
    reviews(w, 'eve', 'justified');
    expect(reviews(w, 'eve', 'justified').refusal?.code).toBe('already-decided');
  });
});

it('a definition that lets one person override and review is refused, and so is one without reasons', () => {
  const clause = (by: string, review: string, reasons = 'reasons: { override: { a: A } }\n') =>
    `definition: x\n${reasons}route:\n  - approve: a\n    by: { group: g }\n    override: { by: ${by}, review: ${review} }\n`;
  const [one, other] = ['{ user: usr_1 }', '{ user: usr_2 }'];
  expect(() => compile(clause(one, one))).toThrow(/Nobody reviews their own override/);
  expect(problemsOf(clause(one, other, ''))).toEqual(['missing-key 5:15 route[0].override']);
  expect(() => compile(clause(one, other, 'reasons: { override: {} }\n'))).toThrow(
    /catalogue without a code/,
  );
  expect(compile(clause(one, other)).approveSteps[0]?.override).toEqual({
    by: { by: 'user', user: 'usr_1' },
    review: { by: 'user', user: 'usr_2' },
  });
});
