import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { castOf, inTimeOrder, isApprovedBefore, planCase, roundToCents } from './declarations.ts';
import { readXes, type XesCase } from './xes.ts';

const CASE = new Map([
  ['(case)_Amount', '26.85120450862128'],
  ['(case)_BudgetNumber', 'budget 1'],
  ['(case)_DeclarationNumber', 'declaration number 1'],
]);
const same = {
  declarationNumber: 'declaration number 1',
  budgetNumber: 'budget 1',
  amount: { amount: '26.85', currency: 'EUR' },
};
const event = (activity: string, role: string, at = '2017-01-01T00:00:00.000Z') => ({
  activity,
  role,
  at,
  attributes: CASE,
});
const one = (...events: ReturnType<typeof event>[]): XesCase => ({ name: 'declaration1', events });

describe('what each event of a declaration asks for', () => {
  it('a submission needs those who act on it before the next submission', () => {
    const planned = planCase(
      one(
        event('Declaration SUBMITTED by EMPLOYEE', 'EMPLOYEE'),
        event('Declaration REJECTED by ADMINISTRATION', 'ADMINISTRATION'),
        event('Declaration SUBMITTED by EMPLOYEE', 'EMPLOYEE'),
        event('Declaration APPROVED by PRE_APPROVER', 'PRE_APPROVER'),
      ),
      0,
    );
    expect(planned.map((p) => p.action)).toEqual([
      {
        act: 'submit',
        content: { ...same, preApprover: false, administration: true, budgetOwner: false },
      },
      { act: 'decide', role: 'ADMINISTRATION', decision: 'return' },
      {
        act: 'submit',
        content: { ...same, preApprover: true, administration: false, budgetOwner: false },
      },
      { act: 'decide', role: 'PRE_APPROVER', decision: 'approve' },
    ]);
  });
  it('a draft is filed as it will be submitted', () => {
    const planned = planCase(
      one(
        event('Declaration SAVED by EMPLOYEE', 'EMPLOYEE'),
        event('Declaration SUBMITTED by EMPLOYEE', 'EMPLOYEE'),
        event('Declaration APPROVED by ADMINISTRATION', 'ADMINISTRATION'),
      ),
      0,
    );
    const content = { ...same, preApprover: false, administration: true, budgetOwner: false };
    expect(planned.slice(0, 2).map((p) => p.action)).toEqual([
      { act: 'save', content },
      { act: 'submit', content },
    ]);
  });
  it('a final approval stands until it is rejected or submitted anew', () => {
    const found = one(
      event('Declaration SUBMITTED by EMPLOYEE', 'EMPLOYEE'),
      event('Declaration FINAL_APPROVED by SUPERVISOR', 'SUPERVISOR'),
      event('Request Payment', 'UNDEFINED'),
      event('Declaration REJECTED by MISSING', 'MISSING'),
      event('Payment Handled', 'UNDEFINED'),
    );
    expect([1, 2, 3, 4].map((i) => isApprovedBefore(found, i))).toEqual([false, true, true, false]);
  });
  it('an unknown activity is refused, not skipped', () => {
    expect(() => planCase(one(event('Declaration BURNT by EMPLOYEE', 'EMPLOYEE')), 0)).toThrow(
      /does not know/,
    );
  });
  it('events of all cases are merged by time; ties keep the order of the file', () => {
    const a = planCase(
      one(
        event('Request Payment', '', '2017-01-02T00:00:00.000Z'),
        event('Payment Handled', '', '2017-01-02T00:00:00.000Z'),
      ),
      0,
    );
    const b = planCase(one(event('Request Payment', '', '2017-01-01T00:00:00.000Z')), 1);
    expect(inTimeOrder([...a, ...b]).map((p) => p.order.join('.'))).toEqual(['1.0', '0.0', '0.1']);
  });
  it('amounts are rounded to cents without floats', () => {
    expect(['26.85120450862128', '0.005', '10', '999.995', '12.3'].map(roundToCents)).toEqual([
      '26.85',
      '0.01',
      '10.00',
      '1000.00',
      '12.30',
    ]);
  });
  it('the same person plays a role in a case every time', () => {
    expect(castOf('SUPERVISOR', 'declaration1')).toBe(castOf('SUPERVISOR', 'declaration1'));
  });
});

const log = new URL('../../../../../shared/data/bpi2020/DomesticDeclarations.xes.gz', import.meta.url)
  .pathname;

describe.skipIf(!existsSync(log))('the real declarations', () => {
  it('holds 10,357 cases whose every activity is known', async () => {
    const counts = new Map<string, number>();
    let cases = 0;
    for await (const found of readXes(log)) {
      for (const {
        event: { activity },
      } of planCase(found, cases))
        counts.set(activity, (counts.get(activity) ?? 0) + 1);
      cases += 1;
    }
    expect(cases).toBe(10_357);
    expect(counts.get('Declaration SUBMITTED by EMPLOYEE')).toBe(11_371);
    expect(counts.get('Declaration FINAL_APPROVED by SUPERVISOR')).toBe(9_999);
  });
});
