import { describe, expect, it } from 'vitest';
import type { DirectoryEvent } from '../src/facts/directory.ts';
import { factSource } from '../src/facts/directory.ts';
import type { MatrixRow, MatrixVersion } from '../src/facts/model.ts';
import { type StepWhy, why } from '../src/why/query.ts';
import { fire, moves, recheck } from './attack-kit.ts';
import {
  adds,
  as,
  change,
  delegates,
  eur,
  everyone,
  file,
  group,
  now,
  open,
  place,
  recorded,
  revise,
  role,
  says,
  sendsBack,
  types,
  type World,
  world,
} from './kit.ts';

const yaml = (more = '', by = '{ matrix: spend, amount: =amount }') => `
definition: spending
title: Spending
fields: { amount: { type: money }, note: { type: text } }
route:
  - approve: budget
    by: ${by}
    reviews: [amount]
${more}`;
const row = (id: string, upTo: string | null, approver: MatrixRow['approver']): MatrixRow => ({
  ...{ id, cells: [], upTo, approver },
});
const LADDER = [
  row('row-1', '100', { role: 'lead' }),
  row('row-2', '1000', { role: 'director' }),
  row('row-3', null, { role: 'cfo' }),
];
const matrix = (rows: readonly MatrixRow[] = LADDER, more: Partial<MatrixVersion> = {}): DirectoryEvent => ({
  type: 'matrix.published',
  version: {
    ...{ matrix: 'spend', digest: 'd', effectiveFrom: '2026-01-01T00:00:00.000Z', currency: 'EUR' },
    ...{ columns: [], ask: 'chain', climb: false, fallback: null, rows, ...more },
  },
});
const holders = [role('lead', 'ann', 'bob'), role('director', 'cyd'), role('cfo', 'dan')];
const filed = (amount = '5000', text = yaml(), ...more: readonly DirectoryEvent[]): World => {
  const w = world(text, [...everyone, ...holders, matrix(), ...more]);
  file(w, { amount: eur(amount) });
  return w;
};
const explained = (w: World): StepWhy | undefined =>
  why(now(w), { now: w.now, definition: w.definition, facts: factSource(w.directory) })[0];

describe('ask: chain (SEMANTICS 15)', () => {
  it('asks every row up to the one that covers the amount, one after the other', () => {
    const w = filed();
    expect(open(w)).toEqual(['budget:ann', 'budget:bob']);
    expect(types(says(w, 'bob', 'approve').events)).toEqual([
      'decision.recorded',
      'rung.approved',
      'assignments.closed',
      'rung.opened',
      'assignments.opened',
    ]);
    expect(open(w)).toEqual(['budget:cyd']);
    says(w, 'cyd', 'approve');
    expect(open(w)).toEqual(['budget:dan']);
    says(w, 'dan', 'approve');
    expect(now(w).outcome).toBe('approved');
    expect(now(w).assignments.map((a) => a.rung)).toEqual([
      ...['role:lead', 'role:lead', 'role:director', 'role:cfo'],
    ]);
  });

  it('asks no row above the covering one', () => {
    const w = filed('100');
    says(w, 'ann', 'approve');
    expect(now(w).outcome).toBe('approved');
  });

  it('a higher rung has no place to decide before its turn', () => {
    const w = filed();
    expect(() => place(w, 'dan')).toThrow();
    expect(moves(w, place(w, 'ann'), 'dan').refusal?.data).toMatchObject({ reason: 'over-limit' });
  });

  it('each rung has the quorum of the step, counted for itself', () => {
    const w = filed('500', yaml('    need: all\n'));
    says(w, 'ann', 'approve');
    expect(open(w)).toEqual(['budget:bob']);
    says(w, 'bob', 'approve');
    expect(open(w)).toEqual(['budget:cyd']);
  });

  it('a rejection in any rung ends the request; rejections are added up over all of them', () => {
    const w = filed();
    says(w, 'ann', 'approve');
    says(w, 'cyd', 'reject');
    expect(now(w).outcome).toBe('rejected');
    const two = filed('5000', yaml('    need: 1\n    reject: { atLeast: 2 }\n'));
    says(two, 'ann', 'reject');
    says(two, 'bob', 'approve');
    says(two, 'cyd', 'reject');
    expect(now(two).outcome).toBe('rejected');
  });

  it('one decision settles one rung: who is in two of them decides twice', () => {
    const w = filed('500', yaml(), role('director', 'ann'));
    says(w, 'ann', 'approve');
    expect(open(w)).toEqual(['budget:ann', 'budget:cyd']);
    says(w, 'ann', 'approve');
    expect(now(w).outcome).toBe('approved');
    expect(now(w).decisions).toHaveLength(2);
  });

  it('unless the step carries decisions: then the second names the first', () => {
    const w = filed('500', yaml('    carry: same-person\n'), role('director', 'ann'));
    says(w, 'ann', 'approve');
    expect(now(w).outcome).toBe('approved');
    expect(now(w).decisions[1]).toMatchObject({ person: 'ann', carried: 1 });
  });

  it('two rows of one approver are two rungs', () => {
    const rows = [row('row-1', '100', { role: 'lead' }), row('row-2', null, { role: 'lead' })];
    const w = filed('500', yaml(), matrix(rows));
    says(w, 'ann', 'approve');
    expect(now(w).outcome).toBeNull();
    says(w, 'ann', 'approve');
    expect(now(w).outcome).toBe('approved');
    expect(now(w).steps.budget?.rungs?.map(({ rung }) => rung)).toEqual(['role:lead', 'role:lead#2']);
  });

  it('a vacant rung blocks; nobody above it is asked in its stead', () => {
    const w = filed('500', yaml(), {
      type: 'role.recorded',
      role: 'lead',
      added: [],
      removed: ['ann', 'bob'],
    });
    expect(now(w).status).toBe('blocked');
    expect(open(w)).toEqual([]);
    recheck(w, role('lead', 'eve'));
    expect(open(w)).toEqual(['budget:eve']);
  });

  it('no row that covers: nobody is asked, not even below', () => {
    const w = filed('5000', yaml(), matrix(LADDER.slice(0, 2)));
    expect(now(w).status).toBe('blocked');
    expect(now(w).steps.budget?.why.facts).toContain('no-matrix-row:spend');
  });

  it('beside others a chain is blocked: whoever stands beside it would replace all of it', () => {
    const by = '{ any: [{ matrix: spend, amount: =amount }, { group: board }] }';
    const w = filed('500', yaml('', by), group('board', 'eve'));
    expect(open(w)).toEqual([]);
    expect(now(w).steps.budget?.why.facts).toContain('chain-beside-others:spend');
  });

  it('a row that a later version puts below is asked first, and what stands is not asked again', () => {
    const w = filed('500');
    says(w, 'ann', 'approve');
    expect(open(w)).toEqual(['budget:cyd']);
    const [first, second, third] = LADDER as [MatrixRow, MatrixRow, MatrixRow];
    recheck(w, matrix([first, row('row-x', '200', { role: 'cfo' }), { ...second, id: 'row-3' }, third]));
    expect(open(w)).toEqual(['budget:dan']);
    says(w, 'dan', 'approve');
    expect(open(w)).toEqual(['budget:cyd']);
    says(w, 'cyd', 'approve');
    expect(now(w).outcome).toBe('approved');
  });

  it('a version that lowers a limit makes the chain longer at once', () => {
    const w = filed('500');
    says(w, 'ann', 'approve');
    change(
      w,
      matrix([
        ...LADDER.slice(0, 1),
        row('row-2', '400', { role: 'director' }),
        row('row-3', null, { role: 'cfo' }),
      ]),
    );
    says(w, 'cyd', 'approve');
    expect(open(w)).toEqual(['budget:dan']);
  });

  it('a version that turns one place into a chain asks the lower rows first', () => {
    const w = filed('500', yaml(), matrix(LADDER, { ask: 'first' }));
    expect(open(w)).toEqual(['budget:cyd']);
    recheck(w, matrix());
    expect(open(w)).toEqual(['budget:ann', 'budget:bob']);
    recheck(w, matrix(LADDER, { ask: 'first' }));
    expect(open(w)).toEqual(['budget:cyd']);
  });

  it('reminders and escalation run for each rung anew', () => {
    const more = '    remind: [1 hour]\n    escalate: { after: 1 day, add: { group: board } }\n';
    const w = filed('500', yaml(more), group('board', 'eve'));
    w.now = '2026-01-06T09:00:00.000Z';
    fire(w, 'escalate:budget');
    expect(open(w)).toEqual(['budget:ann', 'budget:bob', 'budget:eve']);
    says(w, 'eve', 'approve');
    expect(open(w)).toEqual(['budget:cyd']);
    expect(now(w).timers['escalate:budget']).toBe('2026-01-07T09:00:00.000Z');
    says(w, 'cyd', 'approve');
    expect(now(w).timers).toEqual({});
  });

  it('over a revision that changes nothing reviewed, each rung keeps its decision', () => {
    const w = filed();
    says(w, 'ann', 'approve');
    says(w, 'cyd', 'approve');
    revise(w, as('req'), { amount: eur('5000'), note: 'for the trip' });
    expect(open(w)).toEqual(['budget:dan']);
    revise(w, as('req'), { amount: eur('5001') });
    expect(open(w)).toEqual(['budget:ann', 'budget:bob']);
  });

  it('with whileActive, a rung whose maker has left is asked again before the next', () => {
    const w = filed('500', yaml('    whileActive: true\n'));
    says(w, 'ann', 'approve');
    recheck(w, recorded('ann', { active: false }));
    expect(open(w)).toEqual(['budget:bob']);
    says(w, 'bob', 'approve');
    expect(open(w)).toEqual(['budget:cyd']);
  });

  it('is sent back to as one step, and each rung is asked again', () => {
    const w = filed('500', `${yaml()}  - approve: last\n    by: { role: cfo }\n`);
    says(w, 'ann', 'approve');
    says(w, 'cyd', 'approve');
    sendsBack(w, 'dan', 'budget');
    expect(open(w)).toEqual(['budget:ann', 'budget:bob']);
  });

  it('who was added approves once, in the rung in which they were added', () => {
    const w = filed('500');
    adds(w, 'ann', 'eve');
    says(w, 'ann', 'approve');
    expect(open(w)).toEqual(['budget:bob', 'budget:eve']);
    says(w, 'eve', 'approve');
    expect(open(w)).toEqual(['budget:cyd']);
    says(w, 'cyd', 'approve');
    expect(now(w).outcome).toBe('approved');
  });

  it('a place is passed on, and used by a delegate, within its rung', () => {
    const w = filed('500', yaml(), delegates('cyd', 'eve'));
    expect(moves(w, place(w, 'ann'), 'bob').refusal?.code).toBe('not-eligible');
    says(w, 'ann', 'approve');
    says(w, 'eve', 'approve', { for: 'cyd' });
    expect(now(w).outcome).toBe('approved');
  });

  it('why shows the rungs, what has become of each, and who might decide it', () => {
    const w = filed();
    says(w, 'ann', 'approve');
    expect(explained(w)?.rungs).toEqual([
      { rung: 'role:lead', row: 'row-1', status: 'approved', persons: ['ann', 'bob'] },
      { rung: 'role:director', row: 'row-2', status: 'open', persons: ['cyd'] },
      { rung: 'role:cfo', row: 'row-3', status: 'waiting', persons: ['dan'] },
    ]);
    expect(explained(w)?.persons.find(({ person }) => person === 'ann')).toMatchObject({
      standing: 'decided',
      rung: 'role:lead',
    });
  });
});

describe('a vacancy climbs where the matrix declares it (SEMANTICS 15)', () => {
  const climbing = (more: Partial<MatrixVersion> = {}): DirectoryEvent =>
    matrix(LADDER, { ask: 'first', climb: true, fallback: { group: 'board' }, ...more });
  const board = group('board', 'eve');
  const gone = (...names: string[]): DirectoryEvent[] => names.map((one) => recorded(one, { active: false }));

  it('to the next row up; without it the step is blocked', () => {
    const stays = filed('50', yaml(), matrix(LADDER, { ask: 'first' }), ...gone('ann', 'bob'));
    expect(now(stays).status).toBe('blocked');
    const w = filed('50', yaml(), climbing(), ...gone('ann', 'bob'));
    expect(open(w)).toEqual(['budget:cyd']);
    expect(now(w).assignments[0]?.via).toEqual([
      { via: 'climb', matrix: 'spend', over: ['row-1'] },
      { via: 'matrix', matrix: 'spend', row: 'row-2', digest: 'd' },
    ]);
    expect(now(w).steps.budget?.why.facts).toContain('vacant:spend#row-1');
    expect(explained(w)?.instead).toMatchObject([{ rule: 'climbed', facts: ['matrix:spend#row-1'] }]);
  });

  it('past several rows, and above the last to the fallback', () => {
    const w = filed('50', yaml(), climbing(), board, ...gone('ann', 'bob', 'cyd', 'dan'));
    expect(open(w)).toEqual(['budget:eve']);
    expect(now(w).assignments[0]?.via).toEqual([
      { via: 'climb', matrix: 'spend', over: ['row-1', 'row-2', 'row-3'] },
      { via: 'matrix', matrix: 'spend', row: 'fallback', digest: 'd' },
    ]);
    recheck(w, ...gone('eve'));
    expect(now(w).status).toBe('blocked');
    expect(now(w).steps.budget?.why.facts).toContain('nobody-above:spend');
  });

  it('also where all of a row are excluded, or its role has nobody; never to somebody who is excluded', () => {
    const w = filed('50', yaml(), climbing(), role('lead', 'req'), ...gone('ann', 'bob'));
    expect(open(w)).toEqual(['budget:cyd']);
    const top = filed('50', yaml(), climbing(), group('board', 'req'), ...gone('ann', 'bob', 'cyd', 'dan'));
    expect(open(top)).toEqual([]);
  });

  it('not where somebody of the row is left', () => {
    expect(open(filed('50', yaml(), climbing(), ...gone('ann')))).toEqual(['budget:bob']);
  });

  it('when the vacancy comes later, and back when it is filled', () => {
    const w = filed('50', yaml(), climbing());
    recheck(w, ...gone('ann', 'bob'));
    expect(open(w)).toEqual(['budget:cyd']);
    recheck(w, recorded('ann'));
    expect(open(w)).toEqual(['budget:ann']);
    expect(() => says(w, 'cyd', 'approve')).toThrow();
  });

  it('a frozen roster that has lost everybody asks the row above for its approvals', () => {
    const w = filed('500', yaml('    need: all\n'), climbing());
    recheck(w, ...gone('cyd'));
    expect(open(w)).toEqual(['budget:dan']);
    says(w, 'dan', 'approve');
    expect(now(w).outcome).toBe('approved');
  });

  it('in a chain the vacant rung alone climbs: whoever is above decides once for each', () => {
    const w = filed('500', yaml(), climbing({ ask: 'chain' }), ...gone('ann', 'bob'));
    expect(open(w)).toEqual(['budget:cyd']);
    says(w, 'cyd', 'approve');
    expect(open(w)).toEqual(['budget:cyd']);
    says(w, 'cyd', 'approve');
    expect(now(w).outcome).toBe('approved');
  });
});

describe('the fallback of a step (SEMANTICS 11)', () => {
  const BY = [
    '{ group: legal }',
    '{ role: lead }',
    '{ field: boss }',
    '{ managerOf: requester }',
    '{ matrix: spend, amount: =amount }',
  ];
  const BOSS = 'usr_0198c0de-0000-7000-8000-000000000001';
  const emptied = (by: string, ...more: DirectoryEvent[]): World => {
    const text = yaml('    fallback: { group: board }\n', by).replace(
      'note:',
      'boss: { type: person }, note:',
    );
    const w = world(text, [
      ...everyone,
      recorded(BOSS),
      recorded('req', { manager: BOSS }),
      ...[
        group('legal', BOSS),
        role('lead', BOSS),
        group('board', 'eve', 'req'),
        matrix(LADDER, { ask: 'first' }),
      ],
      ...more,
    ]);
    file(w, { amount: eur('50'), boss: BOSS });
    expect(open(w)).toEqual([`budget:${BOSS}`]);
    expect(explained(w)?.instead).toBeUndefined();
    recheck(w, recorded(BOSS, { active: false }));
    return w;
  };

  it.each(BY)('by %s that exclusion has emptied: it is asked, and why says so', (by) => {
    const w = emptied(by);
    expect(open(w)).toEqual(['budget:eve']);
    expect(explained(w)?.instead).toMatchObject([
      {
        rule: 'fallback-asked',
        clause: 'route[0].fallback',
        inputs: { eligible: 0, required: 1 },
        persons: [{ person: BOSS, reason: 'inactive' }],
      },
    ]);
  });

  it.each(BY)('by %s: the separation holds for it as well, and it never passes for want of people', (by) => {
    const w = emptied(by, recorded('eve', { active: false }));
    expect(now(w).status).toBe('blocked');
    expect(explained(w)?.persons).toContainEqual(
      expect.objectContaining({ person: 'req', reason: 'excluded:requester' }),
    );
  });

  it.each(BY)('by %s: it is asked no more once those are back', (by) => {
    const w = emptied(by);
    recheck(w, recorded(BOSS));
    expect(open(w)).toEqual([`budget:${BOSS}`]);
    expect(explained(w)?.instead).toBeUndefined();
  });
});
