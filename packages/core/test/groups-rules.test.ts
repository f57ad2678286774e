import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDefinition } from '../src/definition/check.ts';
import { wanting } from '../src/route/seats.ts';
import { moves, recheck } from './attack-kit.ts';
import {
  adds,
  as,
  change,
  compile,
  delegates,
  everyone,
  file,
  group,
  leaves,
  now,
  open,
  place,
  recorded,
  revise,
  role,
  says,
  type World,
  world,
} from './kit.ts';

const yaml = (need = '{ legal: 1, finance: 2 }', more = '') => `
definition: each
title: Each
fields: { note: { type: text }, other: { type: text } }
route:
  - approve: both
    by: { any: [{ group: legal }, { group: finance }, { role: cfo }] }
    need: ${need}
    reviews: [note]
${more}
`;
const filed = (need?: string, more?: string): World => {
  const w = world(yaml(need, more), [
    ...everyone,
    group('legal', 'ann', 'bob'),
    group('finance', 'bob', 'cyd', 'dan'),
    role('cfo', 'eve'),
  ]);
  file(w, { note: 'a' });
  return w;
};

describe('so many of each group: need: { legal: 1, finance: 2 }', () => {
  it('is met when each has its own', () => {
    const w = filed();
    says(w, 'cyd', 'approve');
    says(w, 'dan', 'approve');
    expect(now(w).outcome).toBeNull();
    says(w, 'ann', 'approve');
    expect(now(w).outcome).toBe('approved');
  });

  it('three of one group do not make up for the other', () => {
    const w = filed('{ legal: 2, finance: 1 }');
    for (const person of ['cyd', 'dan', 'ann']) says(w, person, 'approve');
    expect(now(w).steps.both).toMatchObject({ status: 'open', required: 3 });
    says(w, 'bob', 'approve');
    expect(now(w).outcome).toBe('approved');
  });

  it('who is in both counts for one, wherever that helps', () => {
    const w = filed();
    says(w, 'bob', 'approve');
    says(w, 'cyd', 'approve');
    expect(now(w).outcome).toBeNull();
    says(w, 'dan', 'approve');
    expect(now(w).outcome).toBe('approved');
    const other = filed();
    for (const person of ['bob', 'cyd', 'ann']) says(other, person, 'approve');
    expect(now(other).outcome).toBe('approved');
  });

  it('who is asked for another name may approve, and counts for none', () => {
    const w = filed('{ finance: 1 }');
    says(w, 'eve', 'approve');
    expect(now(w).steps.both?.status).toBe('open');
    says(w, 'dan', 'approve');
    expect(now(w).steps.both?.why.inputs).toMatchObject({ approvals: 2, required: 1, wanting: [] });
  });

  it('blocks, and says of whom approvals are wanting, where too few are left', () => {
    const w = filed();
    recheck(w, recorded('cyd', { active: false }), recorded('dan', { active: false }));
    expect(now(w).steps.both).toMatchObject({
      status: 'blocked',
      why: { inputs: { wanting: ['finance', 'finance', 'legal'] } },
    });
  });

  it('is rejected where rejections put it out of reach', () => {
    const w = filed('{ legal: 1, finance: 3 }', '    reject: wait');
    says(w, 'dan', 'reject');
    expect(now(w).outcome).toBe('rejected');
  });

  it('an approval counts for what its maker was then; a revision asks who has changed groups', () => {
    const w = filed();
    says(w, 'cyd', 'approve');
    change(w, leaves('finance', 'cyd'), group('legal', 'cyd'));
    says(w, 'dan', 'approve');
    expect(now(w).decisions[0]?.countsFor).toEqual(['finance']);
    revise(w, as('req'), { note: 'a', other: 'x' });
    expect(open(w)).toContain('both:cyd');
    expect(now(w).decisions.map((d) => d.standing)).toEqual([false, true]);
  });

  it('a delegate counts for the principal’s group, and both for one', () => {
    const w = filed();
    change(w, delegates('ann', 'cyd'));
    says(w, 'cyd', 'approve', { for: 'ann', name: true });
    expect(now(w).decisions[0]?.countsFor).toEqual(['legal']);
    expect(open(w)).toEqual(['both:bob', 'both:dan', 'both:eve']);
  });

  it('an added approver counts for none', () => {
    const w = filed('{ legal: 1 }');
    change(w, recorded('fay'));
    adds(w, 'ann', 'fay');
    says(w, 'fay', 'approve');
    expect(now(w).outcome).toBeNull();
    says(w, 'bob', 'approve');
    expect(now(w).outcome).toBe('approved');
  });

  it('a place is passed on to those only whom the step itself names', () => {
    const w = filed();
    change(w, recorded('fay'));
    expect(moves(w, place(w, 'ann'), 'fay').refusal).toMatchObject({
      code: 'not-eligible',
      data: { reason: 'not-named' },
    });
  });

  it('names groups and roles that the step asks, one meaning each', () => {
    const problems = (text: string) => checkDefinition(compile(text).definition).problems.map((p) => p.code);
    expect(problems(yaml())).toEqual([]);
    expect(problems(yaml('{ audit: 1 }'))).toEqual(['unknown-name']);
    expect(problems(yaml('{ cfo: 1 }'))).toEqual([]);
    expect(problems(yaml('{ legal: 1 }').replace('role: cfo', 'role: legal'))).toEqual(['duplicate']);
    expect(() => compile(yaml('{}'))).toThrow(/Name at least one group/);
    expect(compile(yaml('{ legal: 1, finance: 2 }')).digest).toBe(
      compile(yaml('{ finance: 2, legal: 1 }')).digest,
    );
  });
});

it('seats are wanting exactly where no way of seating everybody fills them', () => {
  const names = ['a', 'b', 'c'];
  const persons = fc.array(fc.subarray(names), { maxLength: 6 });
  const counts = fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(persons, counts, (people, n) => {
      const of = names.map((name, i) => ({ name, n: n[i] ?? 1 }));
      // The obvious way: every person takes each of their seats, or none, in turn.
      const most = (i: number, free: readonly number[]): number => {
        const own = people[i];
        if (own === undefined) return 0;
        const choices = own.flatMap((name) => {
          const at = names.indexOf(name);
          return (free[at] ?? 0) > 0
            ? [
                1 +
                  most(
                    i + 1,
                    free.map((f, j) => (j === at ? f - 1 : f)),
                  ),
              ]
            : [];
        });
        return Math.max(most(i + 1, free), ...choices);
      };
      const seats = n.reduce((sum, one) => sum + one, 0);
      expect(wanting({ rule: 'each', of }, people).length).toBe(seats - most(0, n));
    }),
    { numRuns: 500 },
  );
});
