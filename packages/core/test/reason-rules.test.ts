import { describe, expect, it } from 'vitest';
import type { DecisionKind } from '../src/definition/model.ts';
import { parsed, problemsOf, warningsOf } from '../src/definition/test-kit.ts';
import { as, file, give, now, place, world } from './kit.ts';

const RULES = (
  more = '',
  reasons = '{ reject: { dear: { en: Too dear, de: Zu teuer }, twice: Filed twice } }',
) => `
definition: letters
title: Letters
reasons: ${reasons}
route:
  - approve: lead
    by: { user: ann }
${more}`;

const decided = (decision: DecisionKind, reasonCode?: string, more = '') => {
  const w = world(RULES(more).replace('user: ann', 'user: usr_ann'), [
    { type: 'person.recorded', person: 'usr_ann', active: true, manager: null, profile: {} },
    { type: 'person.recorded', person: 'req', active: true, manager: null, profile: {} },
  ]);
  file(w);
  const { refusal } = give(w, as('usr_ann'), {
    type: 'decide',
    assignment: place(w, 'usr_ann'),
    decision,
    revisionDigest: now(w).revision.digest,
    reason: null,
    comment: null,
    onBehalfOf: null,
    ...(reasonCode === undefined ? {} : { reasonCode }),
  });
  return { w, refusal };
};

describe('a decision that has a catalogue gives one of its codes (SEMANTICS 24)', () => {
  it('records it', () => {
    const { w } = decided('reject', 'twice');
    expect(now(w)).toMatchObject({ outcome: 'rejected', decisions: [{ reasonCode: 'twice' }] });
  });

  it.each([
    ['reject', undefined, 'reason-required'],
    ['reject', 'unclear', 'reason-unknown'],
    ['approve', 'twice', 'reason-unknown'],
  ] as const)('%s with %s: %s', (decision, code, refused) => {
    const { w, refusal } = decided(decision, code);
    expect(refusal).toMatchObject({ code: refused, data: { step: 'lead' } });
    expect(now(w).decisions).toEqual([]);
  });

  it('a decision without a catalogue gives none, and its record has none', () => {
    expect(now(decided('approve').w).decisions[0]).not.toHaveProperty('reasonCode');
  });

  it('a step may ask for none, and still takes one', () => {
    expect(now(decided('reject', undefined, '    reasons: []').w).outcome).toBe('rejected');
    expect(now(decided('reject', 'dear', '    reasons: []').w).decisions).toMatchObject([
      { reasonCode: 'dear' },
    ]);
  });
});

describe('the clause', () => {
  const rules = (more: string, reasons?: string) => RULES(more, reasons).replace('user: ann', 'role: lead');

  it('keeps the order of a form; without it nothing is added', () => {
    expect(parsed(rules('')).reasons).toEqual([
      {
        decision: 'reject',
        codes: [
          { code: 'dear', text: { en: 'Too dear', de: 'Zu teuer' } },
          { code: 'twice', text: { en: 'Filed twice' } },
        ],
      },
    ]);
    const plain = parsed(rules('').replace(/^reasons.*$/m, ''));
    expect(plain).not.toHaveProperty('reasons');
    expect(plain.route[0]).not.toHaveProperty('reasons');
  });

  it.each([
    ['    reasons: [return]', undefined, 'unknown-name 8:14 route[0].reasons'],
    ['    reasons: [abstain]', undefined, 'never-satisfied 8:14 route[0].reasons'],
    ['    reasons: [reject, reject]', undefined, 'duplicate 8:14 route[0].reasons'],
    ['', '{ reject: { Dear: x } }', 'bad-value 4:22 reasons.reject.Dear'],
    ['', '{ reject: {} }', 'bad-value 4:10 reasons'],
    ['', '{ refuse: { a: b } }', 'unknown-key 4:12 reasons.refuse'],
  ])('%j %s: %s', (more, reasons, problem) => expect(problemsOf(rules(more, reasons))).toEqual([problem]));

  it('a catalogue that no step uses is warned about', () => {
    expect(warningsOf(rules('', '{ abstain: { a: b } }'))).toEqual(['never-happens 4:21 reasons.abstain']);
  });
});
