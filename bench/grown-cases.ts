import type { DirectoryEvent } from '../packages/core/src/facts/directory.ts';
import type { MatrixRow } from '../packages/core/src/facts/model.ts';
import { type Case, crowd, group, matrix, person } from './core-cases.ts';

const HEAD = `definition: grown
title: Grown
fields:
  amount: { type: money, required: true }
  region: { type: text, required: true }
`;
const fields = { amount: { amount: '25000', currency: 'EUR' }, region: 'R0500' };
const staff = ['req', 'ann', 'bob', 'cyd', 'dan'];
const desk = [...staff.map(person), group('desk', ['ann', 'bob', 'cyd'])];
const step = (i: number, indent: string): string =>
  [`- approve: s${i}`, '  when: region != "none"', '  by: { group: desk }']
    .map((line) => `${indent}${line}`)
    .join('\n');
const steps = (n: number, indent: string): string =>
  Array.from({ length: n }, (_, i) => step(i, indent)).join('\n');

export const inSequence = (n: number): Case => ({
  ...{ yaml: `${HEAD}route:\n${steps(n, '  ')}\n`, directory: desk, fields },
});
export const sideBySide = (n: number): Case => ({
  ...{ yaml: `${HEAD}route:\n  - parallel:\n${steps(n, '      ')}\n`, directory: desk, fields },
});
export const asked = (n: number, need: string): Case => ({
  yaml: `${HEAD}route:\n  - approve: all\n    by: { group: all }\n    need: ${need}\n  - approve: last\n    by: { group: desk }\n`,
  directory: [...desk, ...crowd(n).map(person), group('all', crowd(n))],
  fields,
});
export const delegated = (n: number): Case => ({
  yaml: `${HEAD}route:\n  - approve: desk\n    by: { group: desk }\n    need: 2\n`,
  directory: [
    ...desk,
    ...crowd(n).map(person),
    ...crowd(n).map((from, i) => delegation(from, 'dan', i)),
    delegation('ann', 'dan', n),
  ],
  fields,
});
const delegation = (from: string, to: string, i: number): DirectoryEvent => ({
  type: 'delegation.granted',
  delegation: {
    ...{ id: `dlg_${i}`, from, to, limit: { amount: '50000', currency: 'EUR' } },
    ...{ starts: '2026-01-01T00:00:00.000Z', ends: '2026-12-31T00:00:00.000Z' },
    recordedAt: '2026-01-01T00:00:00.000Z',
  },
});
export const byMatrix = (n: number): Case => ({
  yaml: `${HEAD}route:\n  - approve: finance\n    by: { matrix: spend, amount: =amount, region: =region }\n  - approve: last\n    by: { group: desk }\n`,
  directory: [
    ...desk,
    matrix(
      'spend',
      Array.from({ length: n }, (_, i): MatrixRow => {
        const region = i === n - 1 ? null : `R${String(Math.floor(i / 10)).padStart(4, '0')}`;
        return {
          id: `row-${i + 1}`,
          cells: [region],
          upTo: i === n - 1 ? null : String((i % 10) * 10_000),
          approver: { user: 'dan' },
        };
      }),
    ),
  ],
  fields,
});
