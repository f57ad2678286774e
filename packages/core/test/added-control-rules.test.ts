import { describe, expect, it } from 'vitest';
import { board, everyone, legal, one, recheck } from './attack-kit.ts';
import {
  adds,
  as,
  change,
  delegates,
  file,
  give,
  group,
  leaves,
  now,
  open,
  recorded,
  revise,
  says,
  sendsBack,
  service,
  types,
  type World,
  world,
} from './kit.ts';

const filed = (need = 'any', more = '', head = ''): World => {
  const w = world(one(need, more, head), [...everyone, legal, board]);
  file(w, { note: 'a' });
  return w;
};
const takes = (w: World, actor: ReturnType<typeof as>, addition = 1) =>
  give(w, actor, { type: 'takeAway', addition, reason: 'not needed' });
const comment = { sealed: 'itm_1', commitment: 'c' };
const advises = (w: World, person: string, addition = 1) =>
  give(w, as(person), { type: 'advise', addition, comment });

describe('an added approver (SEMANTICS 21)', () => {
  it('must approve besides the quorum', () => {
    const w = filed();
    expect(types(adds(w, 'ann', 'dan').events)).toEqual(['control.added', 'assignments.opened']);
    says(w, 'ann', 'approve');
    expect(now(w).outcome).toBeNull();
    says(w, 'dan', 'approve');
    expect(now(w).outcome).toBe('approved');
  });

  it('never counts for the quorum: two of three and one more are three', () => {
    const w = filed('2');
    adds(w, 'ann', 'dan');
    says(w, 'dan', 'approve');
    says(w, 'ann', 'approve');
    expect(now(w).outcome).toBeNull();
    expect(now(w).steps.legal?.status).toBe('open');
    says(w, 'bob', 'approve');
    expect(now(w).steps.legal?.why.inputs).toMatchObject({ approvals: 2, added: 1, addedApprovals: 1 });
    expect(now(w).outcome).toBe('approved');
  });

  it('asked before, answers first; a rejection need not wait', () => {
    const w = filed();
    adds(w, 'ann', 'dan', { order: 'before' });
    expect(says(w, 'bob', 'approve').refusal).toMatchObject({
      code: 'added-first',
      data: { persons: ['dan'] },
    });
    says(w, 'dan', 'approve');
    says(w, 'bob', 'approve');
    expect(now(w).outcome).toBe('approved');
    const other = filed();
    adds(other, 'ann', 'dan', { order: 'before' });
    says(other, 'bob', 'reject');
    expect(now(other).outcome).toBe('rejected');
  });

  it('rejects like anybody, also where the step waits for more rejections', () => {
    for (const more of ['', '    reject: wait', '    reject: { atLeast: 2 }']) {
      const w = filed('any', more);
      adds(w, 'ann', 'dan');
      says(w, 'dan', 'reject');
      expect(now(w).outcome).toBe('rejected');
    }
  });

  it('who abstains or leaves blocks the step, until taken away or back', () => {
    const w = filed('any', '    decisions: [approve, reject, abstain]');
    adds(w, 'ann', 'dan');
    says(w, 'bob', 'approve');
    recheck(w, recorded('dan', { active: false }));
    expect(now(w).status).toBe('blocked');
    recheck(w, recorded('dan'));
    expect(open(w)).toContain('legal:dan');
    says(w, 'dan', 'abstain');
    expect(now(w).status).toBe('blocked');
    takes(w, as('ann'));
    expect(now(w).outcome).toBe('approved');
  });

  it('lifts no separation, and adds nobody who has a place already', () => {
    const w = filed();
    expect(adds(w, 'ann', 'req').refusal).toMatchObject({
      code: 'excluded',
      data: { reason: 'excluded:requester' },
    });
    for (const person of ['bob', 'ann'])
      expect(adds(w, 'ann', person).refusal).toMatchObject({ data: { reason: 'one-place-each' } });
    adds(w, 'ann', 'dan');
    expect(adds(w, 'bob', 'dan').refusal).toMatchObject({ data: { reason: 'added-already' } });
    expect(adds(w, 'ann', 'nobody').refusal?.code).toBe('unknown-person');
  });

  it('is added by who may decide the step, and by nobody else', () => {
    const w = filed();
    expect(adds(w, 'eve', 'dan', { for: 'ann' }).refusal?.code).toBe('not-eligible');
    expect(adds(w, 'req', 'dan', { for: 'ann' }).refusal?.code).toBe('not-eligible');
  });

  it('decides for nobody else in that step', () => {
    const w = filed('2');
    adds(w, 'ann', 'dan');
    change(w, delegates('bob', 'dan'));
    expect(says(w, 'dan', 'approve', { for: 'bob', name: true }).refusal).toMatchObject({
      data: { reason: 'added-approver' },
    });
  });

  it('may let a delegate answer, who then has no other place', () => {
    const w = filed('2');
    adds(w, 'ann', 'dan');
    change(w, delegates('dan', 'cyd'));
    says(w, 'cyd', 'approve', { for: 'dan', name: true });
    expect(open(w)).toEqual(['legal:ann', 'legal:bob']);
    says(w, 'ann', 'approve');
    expect(now(w).outcome).toBeNull();
    says(w, 'bob', 'approve');
    expect(now(w).outcome).toBe('approved');
  });

  it('leaves the frozen roster as it is', () => {
    const w = filed('all');
    adds(w, 'ann', 'dan');
    for (const person of ['ann', 'bob', 'cyd']) says(w, person, 'approve');
    expect(now(w).outcome).toBeNull();
    says(w, 'dan', 'approve');
    expect(now(w).outcome).toBe('approved');
  });

  it('outlasts a revision, a rework and an escalation that replaces', () => {
    const w = filed('any', '    escalate: { after: 2 days, replace: { group: board } }');
    adds(w, 'ann', 'fay');
    revise(w, as('req'), { note: 'b' });
    expect(open(w)).toEqual(['legal:ann', 'legal:bob', 'legal:cyd', 'legal:fay']);
    w.now = '2026-01-09T09:00:00.000Z';
    give(w, { kind: 'system', system: 'timer' }, { type: 'fire', timer: 'escalate:legal' });
    expect(open(w)).toEqual(['legal:fay', 'legal:dan', 'legal:eve']);
    says(w, 'dan', 'approve');
    expect(now(w).outcome).toBeNull();
  });

  it('an approval besides the quorum does not become part of it, when the approver joins the group', () => {
    const w = filed('2', '    reviews: [amount]');
    adds(w, 'ann', 'dan');
    says(w, 'dan', 'approve');
    recheck(w, group('legal', 'dan'));
    says(w, 'ann', 'approve');
    expect(now(w).steps.legal?.status).toBe('open');
    revise(w, as('req'), { note: 'b' });
    expect(open(w)).toContain('legal:dan');
    expect(now(w).decisions.find((d) => d.person === 'dan')?.standing).toBe(false);
  });

  it('who is asked by the step itself and leaves the group may not decide because of the addition', () => {
    const w = filed('2');
    adds(w, 'ann', 'dan');
    change(w, group('legal', 'dan'));
    revise(w, as('req'), { note: 'b' });
    change(w, leaves('legal', 'dan'));
    expect(says(w, 'dan', 'approve').refusal?.code).toBe('not-eligible');
  });

  it('does not pass the place on', () => {
    const w = filed();
    adds(w, 'ann', 'dan');
    const assignment = now(w).assignments.find((a) => a.person === 'dan')?.n ?? 0;
    for (const actor of [as('dan'), service])
      expect(give(w, actor, { type: 'reassign', assignment, to: 'fay', reason: null }).refusal?.code).toBe(
        'not-allowed',
      );
  });
});

describe('taking control away is an act of its own', () => {
  it('by who added it, or by a service account; nobody else', () => {
    for (const actor of [as('ann'), service]) {
      const w = filed();
      adds(w, 'ann', 'dan');
      says(w, 'bob', 'approve');
      for (const other of ['req', 'dan', 'bob'])
        expect(takes(w, as(other)).refusal?.code).toBe('not-allowed');
      const { events } = takes(w, actor);
      expect(events[0]).toMatchObject({ type: 'control.taken-away', addition: 1, reason: 'not needed' });
      expect(now(w).outcome).toBe('approved');
    }
  });

  it('leaves what the definition asks for', () => {
    const w = filed('2');
    adds(w, 'ann', 'dan');
    takes(w, as('ann'));
    expect(open(w)).toEqual(['legal:ann', 'legal:bob', 'legal:cyd']);
    says(w, 'ann', 'approve');
    expect(now(w).outcome).toBeNull();
    expect(adds(w, 'bob', 'dan').refusal).toBeNull();
    expect(open(w)).toEqual(['legal:bob', 'legal:cyd', 'legal:dan']);
  });

  it('comes too late after the approval', () => {
    const w = filed('2');
    adds(w, 'ann', 'dan');
    says(w, 'dan', 'approve');
    expect(takes(w, as('ann')).refusal?.code).toBe('answer-not-expected');
  });
});

describe('advice decides nothing', () => {
  it('is given by who was asked, and what waited for it goes on', () => {
    const w = filed();
    adds(w, 'ann', 'eve', { as: 'adviser', order: 'before' });
    expect(open(w)).toEqual(['legal:ann', 'legal:bob', 'legal:cyd']);
    expect(says(w, 'ann', 'approve').refusal?.code).toBe('added-first');
    expect(advises(w, 'dan').refusal?.code).toBe('not-allowed');
    expect(advises(w, 'eve').events).toEqual([
      {
        type: 'comment.added',
        comment: { n: 1, by: 'eve', visibility: 'internal', text: comment, files: [] },
      },
      { type: 'advice.given', addition: 1, comment: 1 },
    ]);
    expect(now(w).additions?.[0]?.status).toBe('advised');
    expect(advises(w, 'eve').refusal?.code).toBe('answer-not-expected');
    says(w, 'ann', 'approve');
    expect(now(w).outcome).toBe('approved');
  });

  it('asked beside the step, holds nothing up', () => {
    const w = filed();
    adds(w, 'ann', 'eve', { as: 'adviser' });
    says(w, 'ann', 'approve');
    expect(now(w).outcome).toBe('approved');
  });

  it('may come from the requester, whom a separation bars from deciding', () => {
    const w = filed();
    expect(adds(w, 'ann', 'req', { as: 'adviser' }).refusal).toBeNull();
    expect(advises(w, 'req').events[0]).toMatchObject({ comment: { by: 'req', visibility: 'requester' } });
  });

  it('is asked for again after a revision: it was about something else', () => {
    const w = filed();
    adds(w, 'ann', 'eve', { as: 'adviser', order: 'before' });
    advises(w, 'eve');
    revise(w, as('req'), { note: 'b' });
    expect(says(w, 'ann', 'approve').refusal?.code).toBe('added-first');
    expect(advises(w, 'eve').refusal).toBeNull();
  });

  it('and after a rework of its step, not of another', () => {
    const two = `${one()}\n  - approve: last\n    by: { group: board }\n`;
    const w = world(two, [...everyone, legal, board]);
    file(w, { note: 'a' });
    adds(w, 'ann', 'fay', { as: 'adviser' });
    advises(w, 'fay');
    says(w, 'ann', 'approve');
    adds(w, 'dan', 'fay', { as: 'adviser' });
    advises(w, 'fay', 2);
    sendsBack(w, 'eve', 'legal');
    expect(now(w).additions?.map((a) => a.status)).toEqual(['asked', 'asked']);
  });
});
