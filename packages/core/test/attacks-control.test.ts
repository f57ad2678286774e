import { describe, expect, it } from 'vitest';
import { board, everyone, fire, legal, moves, one, recheck } from './attack-kit.ts';
import {
  as,
  file,
  give,
  now,
  open,
  place,
  recorded,
  says,
  service,
  types,
  type World,
  world,
} from './kit.ts';

describe('a hold is added control: whom it controls cannot take it away (SEMANTICS 21)', () => {
  const held = (by: ReturnType<typeof as>): World => {
    const w = world(one(), [...everyone, legal]);
    file(w);
    expect(give(w, by, { type: 'hold', reason: 'ask the auditor' }).refusal).toBeNull();
    return w;
  };
  const released = (w: World, by: ReturnType<typeof as>) => give(w, by, { type: 'release' }).refusal?.code;

  it('the requester does not release what an approver or a system has put on hold', () => {
    expect(released(held(as('ann')), as('req'))).toBe('not-allowed');
    expect(released(held(service), as('req'))).toBe('not-allowed');
  });

  it('who is asked, who set it, and a service account release it', () => {
    expect(released(held(as('ann')), as('bob'))).toBeUndefined();
    expect(released(held(as('req')), as('req'))).toBeUndefined();
    expect(released(held(as('req')), as('ann'))).toBeUndefined();
    expect(released(held(as('ann')), service)).toBeUndefined();
    expect(released(held(as('ann')), as('eve'))).toBe('not-allowed');
  });

  it('whoever set it may release it after their place has gone to somebody else', () => {
    const w = held(as('ann'));
    moves(w, place(w, 'ann'), 'eve');
    expect(released(w, as('ann'))).toBeUndefined();
  });
});

describe('an escalation that replaces (SEMANTICS 17)', () => {
  const escalating = (need = 'any') =>
    one(need, '    escalate: { after: 2 days, replace: { group: board } }');
  const late = '2026-01-08T09:00:00.000Z';
  const escalated = (need?: string): World => {
    const w = world(escalating(need), [...everyone, legal, board]);
    file(w);
    moves(w, place(w, 'ann'), 'fay');
    w.now = late;
    expect(types(fire(w, 'escalate:legal').events)).toContain('step.escalated');
    return w;
  };

  it('withdraws the places that were reassigned before it, too', () => {
    const w = escalated();
    expect(open(w)).toEqual(['legal:dan', 'legal:eve']);
    expect(now(w).assignments.find((a) => a.person === 'fay')?.status).toBe('excluded');
  });

  it('leaves them vacant in a frozen roster', () => {
    const w = escalated('all');
    expect(now(w).assignments.find((a) => a.person === 'fay')?.status).toBe('vacant');
  });

  it('keeps what those it asks pass on, over several hands, also when they have left', () => {
    const w = escalated();
    moves(w, place(w, 'dan'), 'fay');
    moves(w, place(w, 'fay'), 'bob');
    expect(open(w)).toEqual(['legal:eve', 'legal:bob']);
    recheck(w, recorded('dan', { active: false }));
    expect(open(w)).toEqual(['legal:eve', 'legal:bob']);
    says(w, 'bob', 'approve');
    expect(now(w).outcome).toBe('approved');
  });
});
