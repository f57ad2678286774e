import { describe, expect, it } from 'vitest';
import { whySentences } from './why-words.ts';

const names = (id: string): string =>
  ({ usr_1: 'Omar', usr_2: 'María', 'usr_00000000-0000-7000-8000-000000000002': 'María' })[id] ?? id;
const none = { clause: null, inputs: {}, facts: [], persons: [] };

describe('why, in plain sentences', () => {
  it('a step that was skipped names condition and inputs', () => {
    const why = {
      ...none,
      rule: 'when-false',
      clause: 'route[1].when: amount > limits.legalReview',
      inputs: { 'fields.amount': { amount: '120.00', currency: 'EUR' } },
    };
    expect(
      whySentences({ step: 'legal', person: null, verdict: 'skipped', why, waitsFor: null }, names),
    ).toEqual([
      'Step legal was skipped, because its condition is false.',
      'The clause: route[1].when: amount > limits.legalReview.',
      'It read: fields.amount is 120.00 EUR.',
    ]);
  });
  it('a conversion is told with what became what, and by which rates', () => {
    const why = {
      ...none,
      rule: 'when-true',
      inputs: {
        'rates.EUR-USD': {
          source: 'ecb',
          date: '2026-01-09',
          base: 'EUR',
          rates: { USD: '1.1' },
          converted: [
            [
              { amount: '2200', currency: 'USD' },
              { amount: '2000', currency: 'EUR' },
            ],
          ],
        },
      },
    };
    expect(
      whySentences({ step: 'choose-1', person: null, verdict: 'chosen', why, waitsFor: null }, names),
    ).toContain('It read: 2200 USD is 2000 EUR (ecb, 2026-01-09: 1 EUR is 1.1 USD).');
  });
  it('people are called by name, with what bars each of them', () => {
    const why = {
      ...none,
      rule: 'required',
      facts: ['role:finance-lead', 'person:usr_1'],
      persons: [{ person: 'usr_2', reason: 'excluded:requester' }],
    };
    expect(
      whySentences(
        {
          step: 'finance',
          person: null,
          verdict: 'open',
          why,
          waitsFor: 'a decision by usr_00000000-0000-7000-8000-000000000002',
        },
        names,
      ),
    ).toEqual([
      'Step finance is open, because the route requires it.',
      'It waits for a decision by María.',
      'It relied on: the role finance-lead, Omar.',
      'María is excluded: they are the requester.',
    ]);
  });
  it('a rule of a newer server is shown by its code', () => {
    const why = { ...none, rule: 'moon-phase' };
    expect(whySentences({ step: 'a', person: null, verdict: 'open', why, waitsFor: null }, names)[0]).toBe(
      'Step a is open (rule moon-phase).',
    );
  });
  it.each([
    [
      'excluded',
      'excluded:requester',
      'María in step a is excluded by separation of duties: they are the requester.',
    ],
    ['decided', 'approve on revision 1', 'María in step a has decided: approve on revision 1.'],
    ['asked', 'open', 'María in step a is asked.'],
  ])('how a person stands: %s', (verdict, rule, sentence) => {
    const answer = { step: 'a', person: 'usr_2', verdict, why: { ...none, rule }, waitsFor: null };
    expect(whySentences(answer, names)).toEqual([sentence]);
  });
  it('a row is named with its matrix, once', () => {
    const why = { ...none, rule: 'required', facts: ['matrix:spend', 'matrix:spend#row-2', 'role:cfo'] };
    const answer = { step: 'a', person: null, verdict: 'open', why, waitsFor: null };
    expect(whySentences(answer, names)[1]).toBe('It relied on: row-2 of the matrix spend, the role cfo.');
  });
});
