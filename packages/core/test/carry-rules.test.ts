import { describe, expect, it } from 'vitest';
import { checkDefinition } from '../src/definition/check.ts';
import {
  adds,
  as,
  change,
  compile,
  delegates,
  eur,
  everyone,
  file,
  group,
  leaves,
  legal,
  now,
  open,
  revise,
  says,
  sendsBack,
  types,
  type World,
  world,
} from './kit.ts';

const yaml = ({ first = '', last = '', head = '' } = {}) => `
definition: carried
title: Carried
fields: { note: { type: text }, amount: { type: money } }
${head}
route:
  - approve: first
    by: { group: legal }
${first}
  - approve: last
    by: { group: second }
    carry: same-person
${last}
`;
const filed = (text = yaml()): World => {
  const w = world(text, [...everyone, legal, group('second', 'ann', 'dan')]);
  file(w, { note: 'a', amount: eur('10') });
  return w;
};

describe('carry: same-person (SEMANTICS 10)', () => {
  it('without it a person decides in each step', () => {
    const w = filed(yaml().replace('    carry: same-person\n', ''));
    says(w, 'ann', 'approve');
    expect(open(w)).toEqual(['last:ann', 'last:dan']);
  });

  it('counts an earlier approval by the same person, as a decision of its own that names its source', () => {
    const w = filed();
    const { events } = says(w, 'ann', 'approve');
    expect(types(events).slice(-5)).toEqual([
      'assignments.opened',
      'decision.recorded',
      'step.approved',
      'assignments.closed',
      'request.approved',
    ]);
    expect(now(w).decisions[1]).toMatchObject({ step: 'last', person: 'ann', carried: 1, revision: 1 });
  });

  it('only of who is asked here', () => {
    const w = filed();
    says(w, 'bob', 'approve');
    expect(open(w)).toEqual(['last:ann', 'last:dan']);
  });

  it('lowers no quorum', () => {
    const w = filed(yaml({ last: '    need: 2' }));
    says(w, 'ann', 'approve');
    expect(open(w)).toEqual(['last:dan']);
    says(w, 'dan', 'approve');
    expect(now(w).outcome).toBe('approved');
  });

  it('only where the earlier step reviewed as much', () => {
    const w = filed(yaml({ first: '    reviews: [note]' }));
    says(w, 'ann', 'approve');
    expect(open(w)).toContain('last:ann');
    const narrow = filed(yaml({ first: '    reviews: [note, amount]', last: '    reviews: [note]' }));
    says(narrow, 'ann', 'approve');
    expect(now(narrow).outcome).toBe('approved');
  });

  it('never where a separation holds', () => {
    const w = filed(yaml({ head: 'separate: [{ different: [first, last] }]' }));
    says(w, 'ann', 'approve');
    expect(open(w)).toEqual(['last:dan']);
  });

  it('only of one’s own: not for somebody, and not through somebody', () => {
    const w = filed();
    change(w, delegates('bob', 'dan'), delegates('ann', 'eve'));
    says(w, 'dan', 'approve', { for: 'bob' });
    expect(open(w)).toEqual(['last:ann', 'last:dan']);
    const through = filed();
    change(through, delegates('ann', 'eve'));
    says(through, 'eve', 'approve', { for: 'ann' });
    expect(open(through)).toEqual(['last:ann', 'last:dan']);
  });

  it('not of an approval that was besides the quorum', () => {
    const w = filed();
    adds(w, 'bob', 'dan');
    says(w, 'dan', 'approve');
    says(w, 'bob', 'approve');
    expect(open(w)).toEqual(['last:ann', 'last:dan']);
  });

  it('not from a step beside it', () => {
    const w = filed(
      yaml()
        .replace('route:\n', 'route:\n  - parallel:\n')
        .replace(/^ {2}(- approve| {2}(by|carry))/gm, '      $1'),
    );
    says(w, 'ann', 'approve', { step: 'first' });
    expect(open(w)).toEqual(['last:ann', 'last:dan']);
  });

  it('a step that was sent back is looked at: nothing is carried into it', () => {
    const w = filed(`${yaml()}  - approve: end\n    by: { group: legal }\n`);
    says(w, 'ann', 'approve');
    expect(open(w)).toEqual(['end:ann', 'end:bob', 'end:cyd']);
    sendsBack(w, 'bob', 'last');
    expect(open(w)).toEqual(['last:ann', 'last:dan']);
  });

  it('falls with its source: who lost the authority of the earlier step is asked in the later one', () => {
    const text = `${yaml({ first: '    reviews: [note]', last: '    reviews: [note]' })}  - approve: end\n    by: { group: legal }\n`;
    const w = filed(text);
    says(w, 'ann', 'approve');
    change(w, leaves('legal', 'ann'));
    revise(w, as('req'), { note: 'a', amount: eur('11') });
    says(w, 'bob', 'approve');
    expect(open(w)).toEqual(['last:ann', 'last:dan']);
    expect(now(w).decisions.find((d) => d.carried === 1)?.standing).toBe(false);
  });

  it('stands over a revision that changes nothing that both reviewed', () => {
    const text = `${yaml({ first: '    reviews: [note]', last: '    reviews: [note]' })}  - approve: end\n    by: { group: legal }\n`;
    const w = filed(text);
    says(w, 'ann', 'approve');
    revise(w, as('req'), { note: 'a', amount: eur('11') });
    expect(open(w)).toEqual(['end:ann', 'end:bob', 'end:cyd']);
  });

  it('waits for those who were added before', () => {
    const w = filed();
    says(w, 'bob', 'approve');
    adds(w, 'dan', 'eve', { order: 'before' });
    revise(w, as('req'), { note: 'b', amount: eur('10') });
    says(w, 'ann', 'approve');
    expect(open(w)).toEqual(['last:ann', 'last:dan', 'last:eve']);
  });
});

it('a definition into which nothing can be carried is warned about', () => {
  const warned = (text: string) => checkDefinition(compile(text).definition).warnings.map((w) => w.path);
  expect(warned(yaml())).toEqual([]);
  expect(warned(yaml({ first: '    reviews: [note]' }))).toEqual(['route[1].carry']);
  expect(warned(yaml({ head: 'separate: [{ different: [first, last] }]' }))).toEqual(['route[1].carry']);
});
