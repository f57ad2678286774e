/** What one decision costs as the world grows: steps, people, delegations, rows of a matrix. Near-linear, no cliff. */
import {
  checkDefinition,
  compileDefinition,
  parseDefinition,
} from '../packages/core/src/definition/index.ts';
import type { DirectoryEvent } from '../packages/core/src/facts/directory.ts';
import type { MatrixRow } from '../packages/core/src/facts/model.ts';
import type { decide } from '../packages/core/src/request/decide.ts';
import { type Case, crowd, type Filed, file, group, type Made, matrix, person } from './core-cases.ts';
import { perSecond } from './measure.ts';

type DecideAgain = (filed: Filed, made: Made) => ReturnType<typeof decide>;

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

const inSequence = (n: number): Case => ({
  ...{ yaml: `${HEAD}route:\n${steps(n, '  ')}\n`, directory: desk, fields },
});
const sideBySide = (n: number): Case => ({
  ...{ yaml: `${HEAD}route:\n  - parallel:\n${steps(n, '      ')}\n`, directory: desk, fields },
});
const asked = (n: number, need: string): Case => ({
  yaml: `${HEAD}route:\n  - approve: all\n    by: { group: all }\n    need: ${need}\n  - approve: last\n    by: { group: desk }\n`,
  directory: [...desk, ...crowd(n).map(person), group('all', crowd(n))],
  fields,
});
const delegated = (n: number): Case => ({
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
const byMatrix = (n: number): Case => ({
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

export function growth(decideAgain: DecideAgain): void {
  const row = (
    what: string,
    n: number,
    of: Case,
    most: number,
    as: (made: Made) => Made = (made) => made,
  ): void => {
    const filed = file(of, most);
    const cost = (pick: (made: Made, i: number) => boolean): string => {
      const made = filed.made.filter(pick).map(as);
      if (made.length === 0) return '–';
      const { rate } = perSecond(() => {
        for (const one of made) decideAgain(filed, one);
        return made.length;
      }, 0.3);
      return (1e6 / rate).toFixed(1);
    };
    const create = cost((made) => made.before === null);
    const approval = cost((made) => made.command.data.type === 'decide');
    console.log(
      `${what.padEnd(34)} ${String(n).padStart(7)} ${create.padStart(12)} ${approval.padStart(12)}`,
    );
  };
  console.log(
    `\n${'growth, µs a decision'.padEnd(34)} ${'of'.padStart(7)} ${'create'.padStart(12)} ${'approve'.padStart(12)}`,
  );
  for (const n of [1, 10, 50, 100, 200]) row('steps one after another', n, inSequence(n), n);
  for (const n of [1, 10, 50, 100, 200]) row('steps side by side', n, sideBySide(n), 5);
  for (const n of [1, 10, 100, 1000]) row('eligible people, all of them', n, asked(n, 'all'), 20);
  for (const n of [1, 10, 100, 1000, 10_000]) row('eligible people, any of them', n, asked(n, 'any'), 1);
  const asDelegate = (made: Made): Made => ({
    ...made,
    command: {
      ...made.command,
      actor: made.before === null ? made.command.actor : { kind: 'person', person: 'dan' },
    },
  });
  for (const n of [0, 10, 100, 1000]) row('delegations of the one who acts', n, delegated(n), 1, asDelegate);
  for (const n of [10, 100, 1000, 10_000, 100_000]) row('rows of the matrix', n, byMatrix(n), 2);
  console.log(
    `\n${'publishing, ms of CPU'.padEnd(34)} ${'of'.padStart(7)} ${'parse+check'.padStart(12)} ${'compile'.padStart(12)}`,
  );
  for (const n of [1, 50, 200]) publishing(n);
}

function publishing(n: number): void {
  const { yaml } = sideBySide(n);
  const parsed = parseDefinition(yaml);
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message);
  const check = perSecond(() => {
    const read = parseDefinition(yaml);
    if (read.ok) checkDefinition(read.definition, read.source);
    return 1;
  }, 0.3);
  const compile = perSecond(() => {
    compileDefinition(parsed.definition);
    return 1;
  }, 0.3);
  const ms = (rate: number): string => (1e3 / rate).toFixed(2).padStart(12);
  console.log(
    `${'steps side by side'.padEnd(34)} ${String(n).padStart(7)} ${ms(check.rate)} ${ms(compile.rate)}`,
  );
}
