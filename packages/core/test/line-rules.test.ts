import { describe, expect, it } from 'vitest';
import type { DirectoryEvent } from '../src/facts/directory.ts';
import type { MatrixRow } from '../src/facts/model.ts';
import { moves, recheck } from './attack-kit.ts';
import {
  change,
  compile,
  delegates,
  eur,
  file,
  now,
  open,
  place,
  recorded,
  role,
  says,
  type World,
  world,
} from './kit.ts';

const yaml = (levels = '') => `
definition: line
title: Line
fields: { amount: { type: money }, region: { type: enum, of: [EMEA, APAC] } }
route:
  - approve: manager
    by: { managerOf: requester${levels}, until: { matrix: spend, amount: =amount, region: =region } }
`;
const matrix = (rows: readonly MatrixRow[]): DirectoryEvent => ({
  type: 'matrix.published',
  version: {
    ...{ matrix: 'spend', digest: 'd', effectiveFrom: '2026-01-01T00:00:00.000Z', currency: 'EUR' },
    ...{ columns: ['region'], ask: 'first', climb: false, fallback: null, rows },
  },
});
const row = (
  id: string,
  cell: string | null,
  upTo: string | null,
  approver: MatrixRow['approver'],
): MatrixRow => ({
  id,
  cells: [cell],
  upTo,
  approver,
});
const spend = matrix([
  row('row-1', 'EMEA', '100', { role: 'lead' }),
  row('row-2', null, '1000', { role: 'lead' }),
  row('row-3', null, '5000', { role: 'director' }),
  row('row-4', null, null, { user: 'dan' }),
]);
/** req → ann → bob → cyd → dan: nobody, a lead, a director, and dan without a limit. */
const line: DirectoryEvent[] = [
  recorded('dan'),
  recorded('cyd', { manager: 'dan' }),
  recorded('bob', { manager: 'cyd' }),
  recorded('ann', { manager: 'bob' }),
  recorded('req', { manager: 'ann' }),
  recorded('eve'),
  role('lead', 'bob'),
  role('director', 'cyd'),
];
const filed = (amount: string, region = 'APAC', text = yaml(), ...more: DirectoryEvent[]): World => {
  const w = world(text, [...line, spend, ...more]);
  file(w, { amount: eur(amount), region });
  return w;
};

describe('the management line until a limit covers', () => {
  it('asks the first on the line whose limit covers, and nobody below', () => {
    expect(open(filed('10'))).toEqual(['manager:bob']);
    expect(open(filed('1000'))).toEqual(['manager:bob']);
    expect(open(filed('1000.01'))).toEqual(['manager:cyd']);
    expect(open(filed('9999999'))).toEqual(['manager:dan']);
  });

  it('of the rows that name a person, the specific one limits them', () => {
    expect(open(filed('100', 'EMEA'))).toEqual(['manager:bob']);
    expect(open(filed('101', 'EMEA'))).toEqual(['manager:cyd']);
  });

  it('says by which row, and on which level', () => {
    const w = filed('2000');
    expect(now(w).assignments[0]?.via).toEqual([
      { via: 'manager', of: 'requester', level: 3 },
      { via: 'matrix', matrix: 'spend', row: 'row-3', digest: 'd' },
    ]);
  });

  it('is blocked, and says why, where no limit on the line covers, or the line is climbed no further', () => {
    const short = filed('9999999', 'APAC', yaml(', levels: 3'));
    expect(now(short).status).toBe('blocked');
    expect(now(short).steps.manager?.why.facts).toContain('no-limit-covers:spend');
  });

  it('does not climb past who is excluded or has left: the step is blocked', () => {
    const w = filed('10');
    recheck(w, recorded('bob', { active: false, manager: 'cyd' }));
    expect(now(w).status).toBe('blocked');
    expect(open(w)).toEqual([]);
  });

  it('a lowered limit bites at once', () => {
    const w = filed('500');
    const assignment = place(w, 'bob');
    change(
      w,
      matrix([row('row-1', null, '400', { role: 'lead' }), row('row-2', null, null, { user: 'dan' })]),
    );
    expect(says(w, 'bob', 'approve').refusal?.code).toBe('not-eligible');
    expect(assignment).toBe(1);
    recheck(w);
    expect(open(w)).toEqual(['manager:dan']);
  });

  it('holds where the amount or a column is unknown, or in another currency', () => {
    const w = world(yaml(), [...line, spend]);
    file(w, { region: 'APAC' });
    expect(now(w).steps.manager).toMatchObject({ status: 'held', missing: ['fields.amount'] });
    const usd = world(yaml(), [...line, spend]);
    file(usd, { amount: { amount: '1', currency: 'USD' }, region: 'APAC' });
    expect(now(usd).steps.manager?.missing).toEqual(['rate to EUR']);
  });

  it('is not passed on to whom the line does not name; a delegate may act', () => {
    const w = filed('10');
    expect(moves(w, place(w, 'bob'), 'eve').refusal?.data).toMatchObject({ reason: 'over-limit' });
    change(w, delegates('bob', 'eve'));
    says(w, 'eve', 'approve', { for: 'bob' });
    expect(now(w).outcome).toBe('approved');
  });

  it('reads `until` as a matrix with an amount', () => {
    expect(() => compile(yaml().replace('amount: =amount, ', ''))).toThrow(/amount/);
    expect(compile(yaml(', levels: 3')).approveSteps[0]?.by).toMatchObject({
      levels: 3,
      until: { matrix: 'spend' },
    });
  });
});
