import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MatrixRow } from '../facts/model.ts';
import { findRow, parseMatrix } from './matrix.ts';
import { auditMatrix } from './matrix-audit.ts';
import { compareRows } from './matrix-tree.ts';

const head = 'matrix: spend\ncurrency: EUR\neffectiveFrom: 2026-01-01\n';
const warnings = (...lines: string[]): readonly string[] => {
  const result = parseMatrix(`${head}${lines.join('\n')}\n`);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.warnings.map(({ code, line, message }) => `${code} ${line}: ${message.split(/[:.] /)[0]}`);
};
const HEAD = '| region | category | up to | approver |';

describe('gaps', () => {
  it('are told with the line of the row that reaches furthest', () => {
    expect(
      warnings('| region | up to | approver |', '| EMEA | 5 EUR | role a |', '| APAC | no limit | role b |'),
    ).toEqual([
      'gap 5: No row covers region EMEA, more than 5 EUR',
      'gap 1: No row covers region (any other), any amount',
    ]);
  });

  it('a row for everything closes them all', () => {
    expect(warnings(HEAD, '| EMEA | IT | 5 EUR | role a |', '| any | any | no limit | role b |')).toEqual([]);
  });

  it('say how far a combination is looked at', () => {
    expect(warnings(HEAD, '| EMEA | IT | no limit | role a |')).toEqual([
      'gap 1: No row covers region EMEA, category (any other), any amount',
      'gap 1: No row covers region (any other), any amount',
    ]);
  });

  it('twenty are told', () => {
    const rows = Array.from({ length: 30 }, (_, i) => `| r${i} | 5 EUR | role a |`);
    const found = warnings('| region | up to | approver |', ...rows);
    expect(found).toHaveLength(21);
    expect(found.at(-1)).toMatch(/There are more gaps than these 20/);
  });
});

describe('overlaps whose order decides', () => {
  const every = '| any | any | no limit | role c |';

  it('are told with the line of the row that decides', () => {
    const source = `${head}${[HEAD, '| EMEA | any | 50 EUR | role a |', '| any | IT | 90 EUR | role b |', every].join('\n')}\n`;
    const result = parseMatrix(source);
    expect(result.ok && result.warnings).toMatchObject([{ code: 'overlap', line: 5, path: 'rows[0]' }]);
    expect(result.ok && result.warnings[0]?.message).toContain('region EMEA, category IT');
    expect(result.ok && result.warnings[0]?.message).toContain('line 6');
  });

  it('not where a row that names both comes before, and reaches as far', () => {
    const two = ['| EMEA | any | 50 EUR | role a |', '| any | IT | 90 EUR | role b |'];
    expect(warnings(HEAD, ...two, '| EMEA | IT | 50 EUR | role d |', every)).toEqual([]);
    expect(warnings(HEAD, ...two, '| EMEA | IT | 40 EUR | role d |', every)).toHaveLength(1);
  });

  it('not where both ask the same approver, nor where one is the more specific', () => {
    expect(warnings(HEAD, '| EMEA | any | 5 EUR | role a |', '| any | IT | 9 EUR | role a |', every)).toEqual(
      [],
    );
    expect(
      warnings(HEAD, '| EMEA | any | 5 EUR | role a |', '| EMEA | IT | 9 EUR | role b |', every),
    ).toEqual([]);
  });
});

it('a row for any value never decides once true and false both have rows that reach as far', () => {
  const rows = ['| true | no limit | role a |', '| false | 50 EUR | role b |', '| any | 40 EUR | role c |'];
  expect(warnings('| urgent | up to | approver |', ...rows, '| any | no limit | role d |')).toEqual([
    'never-happens 7: This row never decides',
  ]);
});

describe('for any matrix', () => {
  const cell = fc.constantFrom(null, 'x', 'y');
  const row = fc.record({
    cells: fc.tuple(cell, cell, cell),
    upTo: fc.constantFrom(null, '10', '20', '30'),
    approver: fc.constantFrom({ role: 'a' }, { role: 'b' }),
  });
  const table = fc
    .uniqueArray(row, { minLength: 1, maxLength: 10, selector: (r) => JSON.stringify([r.cells, r.upTo]) })
    .map((rows) => {
      const ranked: MatrixRow[] = rows.toSorted(compareRows).map((r, i) => ({ id: `row-${i + 1}`, ...r }));
      return { columns: ['a', 'b', 'c'], currency: 'EUR', ask: 'first', rows: ranked } as const;
    });
  const values = ['x', 'y', 'other'];
  const all = values.flatMap((a) => values.flatMap((b) => values.map((c) => ({ a, b, c }))));

  it('a gap is told exactly if some combination has an amount that no row covers', () => {
    fc.assert(
      fc.property(table, (matrix) => {
        const open = all.some((given) => findRow(matrix, given, '1000000').row === null);
        expect(auditMatrix(matrix).some(({ code }) => code === 'gap')).toBe(open);
      }),
      { numRuns: 500 },
    );
  });

  it('an overlap is told exactly if turning the columns round changes who decides between such rows', () => {
    const names = (a: MatrixRow, b: MatrixRow): boolean =>
      a.cells.some((one, i) => one !== null && b.cells[i] === null);
    fc.assert(
      fc.property(table, (matrix) => {
        const found = auditMatrix(matrix).filter(({ code }) => code === 'overlap');
        for (const { row: one, other } of found) {
          if (one === null || other === undefined) continue;
          const given = one.cells.map((each, i) => each ?? other.cells[i] ?? 'other');
          const [a = '', b = '', c = ''] = given;
          const decided = ['5', '10', '15', '20', '25', '30', '31'].map(
            (amount) => findRow(matrix, { a, b, c }, amount).row,
          );
          expect(names(one, other) && names(other, one)).toBe(true);
          expect(decided.some((each) => each?.cells.join() === one.cells.join())).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

it('a hundred thousand rows are looked at in a second', () => {
  const rows: MatrixRow[] = [];
  for (let i = 0; i < 100_000; i += 1) {
    const center = `c${String(i >> 2).padStart(5, '0')}`;
    const upTo = ['100', '1000', '10000', null][i & 3] ?? null;
    rows.push({ id: `row-${i + 1}`, cells: [center, null], upTo, approver: { role: `r${i & 3}` } });
  }
  rows.push({ id: 'row-last', cells: [null, 'IT'], upTo: '5', approver: { role: 'it' } });
  const started = process.threadCpuUsage();
  const found = auditMatrix({ columns: ['center', 'category'], currency: 'EUR', rows });
  // Of the processor, in microseconds: whatever else the machine does meanwhile.
  expect(process.threadCpuUsage(started).user).toBeLessThan(1_000_000);
  expect(found.filter(({ code }) => code === 'overlap')).toHaveLength(21);
});
