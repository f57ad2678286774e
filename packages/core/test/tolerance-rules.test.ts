import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsed, problemsOf } from '../src/definition/test-kit.ts';
import type { DirectoryEvent } from '../src/facts/directory.ts';
import type { Decision } from '../src/request/model.ts';
import { as, everyone, file, give, group, now, place, revise, says, types, world } from './kit.ts';

const RULES = (amount: string, reviews = '[amount, note]') => `
definition: orders
title: Orders
fields:
  amount: ${amount}
  note: text
route:
  - approve: legal
    by: { group: legal }
    reviews: ${reviews}
  - approve: last
    by: { user: usr_last }
`;
const eur = (amount: string, currency = 'EUR') => ({ amount, currency });
const people: DirectoryEvent[] = [...everyone, group('legal', 'ann', 'bob')];

function amountSeen(decision: Decision | undefined): number {
  const seen = decision?.saw?.amount;
  if (typeof seen !== 'object' || !('amount' in seen)) throw new Error('the decision saw no amount');
  return Number(seen.amount);
}

/** Approved by Ann at 1000 EUR; then these revisions by the requester. Does her decision stand? */
function standing(tolerance: string, ...amounts: (string | null)[]): boolean {
  const w = world(RULES(`{ type: money, tolerance: ${tolerance} }`), people);
  file(w, { amount: eur('1000.00') });
  says(w, 'ann', 'approve');
  for (const amount of amounts) revise(w, as('req'), amount === null ? {} : { amount: eur(amount) });
  return now(w).decisions[0]?.standing === true;
}

describe('a tolerance is measured against what a decision saw (SEMANTICS 5)', () => {
  it.each([
    ['2%', ['1020.00'], true],
    ['2%', ['1020.01'], false],
    ['2%', ['980.00'], true],
    ['2%', ['979.99'], false],
    ['10 EUR', ['1010.00'], true],
    ['10 EUR', ['1010.01'], false],
    ['2%', ['1015.00', '1030.00'], false],
    ['2%', ['1015.00', '1000.00', '985.00'], true],
    ['2%', [null], false],
  ] as const)('%s: to %s: stands: %s', (tolerance, amounts, stands) => {
    expect(standing(tolerance, ...amounts)).toBe(stands);
  });

  it('what fell does not come back', () => expect(standing('2%', '1100.00', '1000.00')).toBe(false));

  it('another currency is another amount, whatever the numbers', () => {
    const w = world(RULES('{ type: money, tolerance: 2% }'), people);
    file(w, { amount: eur('1000.00') });
    says(w, 'ann', 'approve');
    revise(w, as('req'), { amount: eur('1000.00', 'USD') });
    expect(now(w).decisions[0]?.standing).toBe(false);
  });

  it('says that it stands for the tolerance, and what the decision saw', () => {
    const w = world(RULES('{ type: money, tolerance: 2% }'), people);
    file(w, { amount: eur('1000.00'), note: 'a' });
    says(w, 'ann', 'approve');
    expect(now(w).decisions[0]).toMatchObject({ saw: { amount: eur('1000.00') } });
    const { events } = revise(w, as('req'), { amount: eur('1001.00'), note: 'a' });
    expect(events.find((e) => e.type === 'decision.kept')).toMatchObject({
      why: {
        rule: 'within-tolerance',
        clause: 'route[0].reviews',
        inputs: { 'fields.amount': 'within tolerance' },
      },
    });
  });

  it('a field without one is as strict as before, beside one that has one', () => {
    const w = world(RULES('{ type: money, tolerance: 2% }'), people);
    file(w, { amount: eur('1000.00'), note: 'a' });
    says(w, 'ann', 'approve');
    revise(w, as('req'), { amount: eur('1001.00'), note: 'b' });
    expect(now(w).decisions[0]?.standing).toBe(false);
  });

  it('a decision that reviews no such field records nothing of it', () => {
    const w = world(RULES('{ type: money, tolerance: 2% }', '[note]'), people);
    file(w, { amount: eur('1000.00') });
    says(w, 'ann', 'approve');
    expect(now(w).decisions[0]).not.toHaveProperty('saw');
  });

  it('a carried decision is measured against what its maker saw, not against when it was carried', () => {
    const carry = RULES('{ type: money, tolerance: 2% }')
      .replace('by: { user: usr_last }', 'by: { user: ann }\n    reviews: [amount]\n    carry: same-person')
      .replace(
        '  - approve: last',
        '  - approve: second\n    by: { group: legal }\n    need: 2\n    reviews: [note]\n  - approve: last',
      );
    const w = world(carry.replace('user: ann', 'group: lawyers'), [...people, group('lawyers', 'ann')]);
    file(w, { amount: eur('1000.00') });
    says(w, 'ann', 'approve', { step: 'legal' });
    revise(w, as('req'), { amount: eur('1015.00') });
    says(w, 'ann', 'approve', { step: 'second' });
    says(w, 'bob', 'approve', { step: 'second' });
    const carried = now(w).decisions.find((d) => d.step === 'last');
    expect(carried).toMatchObject({ carried: 1, saw: { amount: eur('1000.00') } });
  });

  it('no row of small steps adds up to a large one that nobody saw', () => {
    const step = fc.integer({ min: -30, max: 30 });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const w = world(RULES('{ type: money, tolerance: 20 EUR }'), people);
        let amount = 1000;
        file(w, { amount: eur(`${amount}.00`) });
        says(w, 'ann', 'approve');
        for (const change of steps) {
          amount += change;
          const { events } = revise(w, as('req'), { amount: eur(`${amount}.00`) });
          for (const d of now(w).decisions.filter((one) => one.standing && one.step === 'legal')) {
            const saw = amountSeen(d);
            expect(Math.abs(amount - saw)).toBeLessThanOrEqual(20);
          }
          const voided = types(events).includes('decision.voided');
          const before = now(w).decisions.findLast((d) => d.step === 'legal');
          if (voided) expect(Math.abs(amount - amountSeen(before))).toBeGreaterThan(20);
          if (now(w).steps.legal?.status === 'open')
            give(w, as('bob'), {
              type: 'decide',
              assignment: place(w, 'bob'),
              decision: 'approve',
              revisionDigest: now(w).revision.digest,
              reason: null,
              comment: null,
              onBehalfOf: null,
            });
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('the clause', () => {
  const field = (written: string) =>
    `definition: x\nfields: { a: ${written} }\nroute: [{ approve: b, by: { role: r } }]`;

  it.each([
    ['{ type: money, tolerance: 2.0% }', { share: '2' }],
    ['{ type: money, tolerance: 1,000 EUR }', undefined],
    ['{ type: money, tolerance: "1,000 EUR" }', { amount: '1000', currency: 'EUR' }],
    ['{ type: integer, tolerance: 3 }', { amount: '3' }],
    ['{ type: percent, tolerance: 0.5 }', { amount: '0.5' }],
    ['{ type: decimal }', undefined],
  ])('%s: %j', (written, tolerance) => {
    if (tolerance === undefined && written.includes('1,000'))
      return expect(problemsOf(field(written))).not.toEqual([]);
    return expect(parsed(field(written)).fields[0]?.tolerance).toEqual(tolerance);
  });

  it.each([
    ['{ type: text, tolerance: 2% }', 'conflicting-keys'],
    ['{ type: money, tolerance: 5 }', 'conflicting-keys'],
    ['{ type: integer, tolerance: 5 EUR }', 'conflicting-keys'],
    ['{ type: percent, tolerance: 2% }', 'conflicting-keys'],
    ['{ type: money, personal: true, tolerance: 2% }', 'conflicting-keys'],
    ['{ type: list, items: money, tolerance: 2% }', 'conflicting-keys'],
    ['{ type: money, tolerance: 0% }', 'bad-value'],
    ['{ type: money, tolerance: 200% }', 'bad-value'],
    ['{ type: money, currency: USD, tolerance: 5 EUR }', 'bad-value'],
  ])('%s is refused: %s', (written, code) => {
    const [first, second] = problemsOf(field(written));
    expect([first?.split(' ')[0], second]).toEqual([code, undefined]);
    expect(first).toMatch(/ 2:\d+ fields\.a/);
  });
});
