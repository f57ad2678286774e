import { describe, expect, it } from 'vitest';
import {
  eur,
  everyone,
  file,
  give,
  group,
  legal,
  now,
  oneStep,
  open,
  revise,
  role,
  says,
  service,
  type World,
  world,
} from './kit.ts';

const filed = (yaml: string): World => {
  const w = world(yaml, [...everyone, legal, group('board', 'dan', 'eve'), role('chair', 'ann')]);
  file(w, { note: 'first' });
  return w;
};
const escalate = (w: World): void => {
  w.now = '2026-01-08T09:00:00.000Z';
  give(w, { kind: 'system', system: 'timer' }, { type: 'fire', timer: 'escalate:legal' });
};

describe('rejection (SEMANTICS 7)', () => {
  it('atLeast: so many rejections end the step, and fewer do not keep it from being approved', () => {
    const rejected = filed(oneStep('any', '    reject: { atLeast: 2 }'));
    says(rejected, 'ann', 'reject');
    expect(now(rejected).status).toBe('in_review');
    says(rejected, 'bob', 'reject');
    expect(now(rejected)).toMatchObject({ status: 'closed', outcome: 'rejected' });
    const approved = filed(oneStep('any', '    reject: { atLeast: 2 }'));
    says(approved, 'ann', 'reject');
    says(approved, 'bob', 'approve');
    expect(now(approved)).toMatchObject({ status: 'closed', outcome: 'approved' });
  });

  it('atLeast: is rejected at once where one rejection puts the quorum out of reach', () => {
    const w = filed(oneStep('all', '    reject: { atLeast: 2 }'));
    says(w, 'ann', 'reject');
    expect(now(w)).toMatchObject({ status: 'closed', outcome: 'rejected' });
  });
});

describe('quorum (SEMANTICS 8)', () => {
  it('who is asked by several paths has one place, and one approval', () => {
    const w = filed(oneStep('2').replace('{ group: legal }', '{ any: [{ group: legal }, { role: chair }] }'));
    expect(open(w)).toEqual(['legal:ann', 'legal:bob', 'legal:cyd']);
    expect(now(w).assignments[0]?.via).toEqual([
      { via: 'group', group: 'legal' },
      { via: 'role', role: 'chair' },
    ]);
    says(w, 'ann', 'approve');
    expect(now(w).status).toBe('in_review');
    says(w, 'cyd', 'approve');
    expect(now(w).outcome).toBe('approved');
  });
});

describe('a revision (SEMANTICS 4)', () => {
  it('askAgain: always asks everybody, though nothing that they reviewed has changed', () => {
    const again = '    reviews: [amount]\n    askAgain: ';
    for (const [clause, standing] of [
      ['always', false],
      ['changed', true],
    ] as const) {
      const w = filed(oneStep('2', `${again}${clause}`));
      says(w, 'ann', 'approve');
      revise(w, service, { note: 'second' });
      expect(now(w).decisions).toMatchObject([{ standing }]);
      expect(open(w).includes('legal:ann')).toBe(!standing);
    }
  });
});

describe('escalation (SEMANTICS 17)', () => {
  it('replace: asks others instead, and whoever was asked before may not decide', () => {
    const w = filed(oneStep('any', '    escalate: { after: 2 days, replace: { group: board } }'));
    escalate(w);
    expect(open(w)).toEqual(['legal:dan', 'legal:eve']);
    says(w, 'dan', 'approve');
    expect(now(w).outcome).toBe('approved');
  });

  it('holds no exclusion up: who is excluded is not asked by it', () => {
    const w = world(oneStep('any', '    escalate: { after: 2 days, add: { group: board } }'), [
      ...everyone,
      legal,
      group('board', 'dan', 'req'),
    ]);
    file(w, { amount: eur('1') });
    escalate(w);
    expect(open(w)).toEqual(['legal:ann', 'legal:bob', 'legal:cyd', 'legal:dan']);
  });
});
