import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MatrixVersion } from '../facts/model.ts';
import { findRow, parseMatrix } from './matrix.ts';

const head = 'matrix: spend\ncurrency: EUR\neffectiveFrom: 2026-01-01\n';
const table = `| region | up to      | approver          |
| ------ | ---------: | ----------------- |
| any    | no limit   | role cfo          |
| EMEA   | 500,000 EUR | role cfo-emea    |
| EMEA   | 50,000 EUR | role sales-manager |
`;
const parsed = (source: string, options = {}): MatrixVersion => {
  const result = parseMatrix(source, options);
  if (!result.ok)
    throw new Error(result.problems.map((p) => `${p.line}:${p.column} ${p.message}`).join('\n'));
  return result.matrix;
};
const problems = (source: string, options = {}): readonly string[] => {
  const result = parseMatrix(source, options);
  return result.ok ? [] : result.problems.map((p) => `${p.code} ${p.line}:${p.column} ${p.path}`);
};
const who = (matrix: MatrixVersion, region: string, amount: string): unknown =>
  findRow(matrix, { region }, amount).row?.approver ?? null;

describe('looking an amount up', () => {
  const matrix = parsed(head + table);

  it.each([
    ['up to is inclusive', 'EMEA', '50000.00', 'sales-manager'],
    ['a cent more is the next row', 'EMEA', '50000.01', 'cfo-emea'],
    ['above all specific rows, any counts', 'EMEA', '500001', 'cfo'],
    ['specific beats any, though any covers', 'EMEA', '1', 'sales-manager'],
    ['any stands for the rest', 'APAC', '1', 'cfo'],
  ])('%s', (_rule, region, amount, role) => {
    expect(who(matrix, region, amount)).toEqual({ role });
  });

  it('no row, nobody', () => {
    const small = parsed(`${head}columns: [region]\nrows: [{ region: EMEA, upTo: 5, approver: role a }]`);
    expect(who(small, 'EMEA', '6')).toBeNull();
    expect(who(small, 'APAC', '1')).toBeNull();
    expect(findRow(small, { region: 'EMEA' }, '6').asked).toEqual([]);
  });

  it('rows that are not in rank order, as publishing never leaves them, are read as they stand', () => {
    const unranked = { ...matrix, rows: matrix.rows.toReversed() };
    const fitting = unranked.rows.filter(({ cells }) => cells[0] === null || cells[0] === 'EMEA');
    expect(findRow(unranked, { region: 'EMEA' }, '1').row).toBe(fitting[0]);
    expect(findRow(matrix, { region: 'EMEA' }, '1').row).not.toEqual(fitting[0]);
  });

  it('a dimension that is not known matches nothing, not even any', () => {
    expect(findRow(matrix, {}, '1').row).toBeNull();
  });

  it('a chain has those whom smaller amounts would have met', () => {
    const chain: MatrixVersion = {
      ...parsed(`${head}${table}| any | 100,000 EUR | role helper |\n`),
      ask: 'chain',
    };
    const roles = (amount: string): unknown =>
      findRow(chain, { region: 'EMEA' }, amount).asked.map((row) => row.approver);
    expect(roles('10')).toEqual([{ role: 'sales-manager' }]);
    expect(roles('600000')).toEqual([{ role: 'sales-manager' }, { role: 'cfo-emea' }, { role: 'cfo' }]);
  });
});

describe('forms of a matrix', () => {
  const yaml = `${head}columns: [region]
rows:
  - { region: EMEA, upTo: 50000, approver: { role: sales-manager } }
  - { region: EMEA, upTo: 500000.00 EUR, approver: role cfo-emea }
  - { region: any, upTo: no limit, approver: role cfo }`;

  it.each([
    ['Markdown', head + table, {}],
    ['Markdown with fences', `---\n${head}---\n\n${table}`, {}],
    ['a table without a heading', table, { matrix: 'spend', effectiveFrom: '2026-01-01' }],
    ['YAML with a table', `${head}table: |\n${table.replaceAll(/^/gm, '  ')}`, {}],
    [
      'CSV',
      `${head}---\nregion,up to,approver\nEMEA,"50,000",role sales-manager\nany,no limit,role cfo\nEMEA,500000,role cfo-emea\n`,
      { format: 'csv' },
    ],
    [
      'CSV with semicolons',
      'region;up to;approver\r\nEMEA;50,000 EUR;role sales-manager\r\nany;no limit;role cfo\r\nEMEA;500000;role cfo-emea',
      { format: 'csv', matrix: 'spend', now: '2026-01-01T01:00:00+01:00' },
    ],
    [
      'JSON',
      JSON.stringify({
        matrix: 'spend',
        currency: 'EUR',
        effectiveFrom: '2026-01-01',
        columns: ['region'],
        rows: [
          { region: 'any', upTo: 'no limit', approver: 'role cfo' },
          { region: 'EMEA', upTo: 50000, approver: 'role sales-manager' },
          { region: 'EMEA', upTo: '500,000 EUR', approver: { role: 'cfo-emea' } },
        ],
      }),
      {},
    ],
  ])('%s gives the same version', (_form, source, options) => {
    expect(parsed(source, options)).toEqual(parsed(yaml));
  });

  it('a date is part of the version', () => {
    expect(parsed(yaml, { effectiveFrom: '2027-01-01' }).digest).not.toBe(parsed(yaml).digest);
  });
});

describe('a matrix that is refused', () => {
  const rows = (...lines: string[]): string => `${head}| region | up to | approver |\n${lines.join('\n')}\n`;
  it.each([
    [
      'two rows for the same',
      rows('| EMEA | 5 EUR | role a |', '| EMEA | 5.00 EUR | role b |'),
      'duplicate 6:1 rows[1]',
    ],
    ['ragged rows', rows('| EMEA | 5 EUR |'), 'bad-value 5:1 rows[0]'],
    ['a cell too many', rows('| EMEA | 5 EUR | role a | x |'), 'bad-value 5:1 rows[0]'],
    ['an empty cell', rows('| | 5 EUR | role a |'), 'bad-value 5:3 rows[0].region'],
    ['no amount', rows('| EMEA | much | role a |'), 'bad-value 5:10 rows[0].upTo'],
    ['a negative amount', rows('| EMEA | -5 | role a |'), 'bad-value 5:10 rows[0].upTo'],
    ['thousands with a point', rows('| EMEA | 50.000 EUR | role a |'), 'bad-value 5:10 rows[0].upTo'],
    ['mixed currencies', rows('| EMEA | 5 USD | role a |'), 'bad-value 5:1 rows[0].upTo'],
    ['an approver without a kind', rows('| EMEA | 5 EUR | cfo |'), 'bad-value 5:18 rows[0].approver'],
    [
      'a role that depends on a column',
      rows('| EMEA | 5 EUR | role lead of the region |'),
      'not-yet 5:18 rows[0].approver',
    ],
    ['no rows', `${head}rows: []`, 'bad-value 4:7 rows'],
    ['no name', table.replaceAll(' EUR', ''), 'missing-key 1:1 '],
    ['columns without rank', `${head}rows: [{ region: A, upTo: 1, approver: role a }]`, 'missing-key 1:1 '],
    [
      'a cell that is left out',
      `${head}columns: [region]\nrows: [{ upTo: 1, approver: role a }]`,
      'missing-key 5:8 rows[0]',
    ],
    [
      'a misspelt column',
      `${head}columns: [region]\nrows: [{ region: A, regoin: B, upTo: 1, approver: role a }]`,
      'unknown-key 5:8 rows[0]',
    ],
  ])('%s', (_what, source, where) => {
    expect(problems(source)[0]).toBe(where);
  });

  it('a vacancy that climbs without a fallback above the last row, and a fallback that nothing climbs to', () => {
    expect(problems(`${head}climb: true\n${table}`)).toEqual(['missing-key 4:8 climb']);
    expect(problems(`${head}fallback: role board\n${table}`)).toEqual(['conflicting-keys 4:11 fallback']);
    const both = parsed(`${head}ask: chain\nclimb: true\nfallback: role board\n${table}`);
    expect(both).toMatchObject({ ask: 'chain', climb: true, fallback: { role: 'board' } });
  });

  it('one without a date, where nobody says when', () => {
    expect(problems(table, { matrix: 'spend' })).toEqual(['missing-key 1:1 ']);
  });

  it('never throws', () => {
    const bits = fc.constantFrom(
      '|',
      '\n',
      '---\n',
      'a',
      ' EUR',
      '5',
      'matrix: x',
      'table: |\n',
      ',',
      '"',
      'role a',
      'no limit',
      'up to',
      'approver',
      ':',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.array(bits, { maxLength: 50 }),
        fc.constantFrom('yaml', 'json', 'markdown', 'csv', undefined),
        (all, format) => {
          const result = parseMatrix(all.join(''), format === undefined ? {} : { format });
          expect(result.ok || result.problems.length > 0).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

it('gaps are told, each with an example', () => {
  const result = parseMatrix(
    `${head}| region | up to | approver |\n| EMEA | 5 EUR | role a |\n| APAC | no limit | role b |\n`,
  );
  expect(result.ok && result.warnings.map((warning) => warning.message.split(':')[0])).toEqual([
    'No row covers region EMEA, more than 5 EUR',
    'No row covers region (any other), any amount',
  ]);
});

/** The rule of SEMANTICS 15, read out slowly: strike rows out column by column, then take the lowest limit. */
function slowly(
  matrix: MatrixVersion,
  dimensions: { [column: string]: string },
  amount: number,
): string | null {
  let left = matrix.rows.filter((row) => row.upTo === null || amount <= Number(row.upTo));
  left = left.filter((row) =>
    matrix.columns.every((c, i) => row.cells[i] === null || row.cells[i] === dimensions[c]),
  );
  for (const i of matrix.columns.keys()) {
    const specific = left.filter((row) => row.cells[i] !== null);
    if (specific.length > 0) left = specific;
  }
  const limit = Math.min(
    ...left.map((row) => (row.upTo === null ? Number.POSITIVE_INFINITY : Number(row.upTo))),
  );
  const found = left.filter(
    (row) => (row.upTo === null ? Number.POSITIVE_INFINITY : Number(row.upTo)) === limit,
  );
  expect(found.length).toBeLessThanOrEqual(1);
  return found[0]?.id ?? null;
}

describe('for any matrix', () => {
  const cell = fc.constantFrom('any', 'x', 'y');
  const limit = fc.constantFrom('no limit', '10', '20', '30.5', '40');
  const row = fc.record({ a: cell, b: cell, c: cell, upTo: limit });
  const rows = fc.uniqueArray(row, { minLength: 1, maxLength: 14, selector: (r) => JSON.stringify(r) });
  const asked = fc.record({
    a: fc.constantFrom('x', 'y', 'z'),
    b: fc.constantFrom('x', 'y', 'z'),
    c: fc.constantFrom('x', 'y', 'z'),
  });
  const amount = fc.constantFrom(0, 10, 10.01, 20, 30.5, 31, 40, 41);
  const build = (all: readonly object[]): MatrixVersion =>
    parsed(
      JSON.stringify({
        matrix: 'm',
        currency: 'EUR',
        effectiveFrom: '2026-01-01',
        columns: ['a', 'b', 'c'],
        rows: all.map((r) => ({ ...r, approver: 'role r' })),
      }),
    );

  it('the row found is the one that the slow rule finds', () => {
    fc.assert(
      fc.property(rows, asked, amount, (all, dimensions, sum) => {
        const matrix = build(all);
        expect(findRow(matrix, dimensions, String(sum)).row?.id ?? null).toBe(
          slowly(matrix, dimensions, sum),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('the order in which rows are written does not matter', () => {
    fc.assert(
      fc.property(rows, fc.infiniteStream(fc.nat()), (all, stream) => {
        const shuffled = all.map((r) => ({ r, key: stream.next().value })).sort((p, q) => p.key - q.key);
        expect(build(shuffled.map(({ r }) => r))).toEqual(build(all));
      }),
    );
  });

  it('a chain has exactly the rows that decide for some amount up to this one, lowest first', () => {
    const amounts = [0, 10, 10.01, 20, 20.01, 30.5, 30.51, 40, 40.01];
    fc.assert(
      fc.property(rows, asked, fc.constantFrom(...amounts), (all, dimensions, sum) => {
        const matrix: MatrixVersion = { ...build(all), ask: 'chain' };
        const expected = amounts.filter((n) => n <= sum).map((n) => slowly(matrix, dimensions, n));
        const last = slowly(matrix, dimensions, sum);
        expect(findRow(matrix, dimensions, String(sum)).asked.map((r) => r.id)).toEqual(
          last === null ? [] : [...new Set(expected)],
        );
      }),
      { numRuns: 1000 },
    );
  });
});
