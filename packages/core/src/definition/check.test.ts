import { describe, expect, it } from 'vitest';
import { checkDefinition } from './check.ts';
import { around, messagesOf, parsed, problemsOf, warningsOf } from './test-kit.ts';

const one = '- { approve: a, by: { role: a } }\n';

describe('somebody is asked', () => {
  it.each([
    [
      'a route of checks only',
      '- { check: credit, ask: erp.check, within: 1 hour }',
      'nobody-decides 7:1 route',
    ],
    [
      'steps that may all be skipped',
      '- { approve: a, when: "amount > limits.small", by: { role: a } }',
      'nobody-decides 7:1 route',
    ],
    ['only ever a pass', '- choose: [{ otherwise: { pass: Because } }]', 'nobody-decides 7:1 route'],
    [
      'a branch without a person or a reason',
      `- choose:
    - when: amount > limits.small
      approve: a
      by: { role: a }
    - otherwise:
        - { check: credit, ask: erp.check, within: 1 hour }`,
      'nobody-decides 12:9 route[0].choose[1].otherwise',
    ],
  ])('%s is refused', (_what, route, where) => {
    expect(problemsOf(around(route))).toEqual([where]);
  });

  it('a branch may pass, with its reason, and a check may come before', () => {
    const route = `- choose:
    - when: amount > limits.small
      approve: a
      by: { role: a }
    - otherwise:
        pass: Small
        steps: [{ check: credit, ask: erp.check, within: 1 hour }]`;
    expect(problemsOf(around(route))).toEqual([]);
  });

  it('a branch without a person is no hole if somebody is asked anyway', () => {
    const route = `- choose:
    - when: amount > limits.small
      check: credit
      ask: erp.check
      within: 1 hour
    - otherwise: { pass: Small }
${one}`;
    expect(problemsOf(around(route))).toEqual([]);
  });

  it('choose ends with otherwise', () => {
    expect(
      problemsOf(
        around(
          '- choose:\n    - when: amount > limits.small\n      pass: X\n- { approve: a, by: { role: a } }',
        ),
      ),
    ).toEqual(['no-otherwise 8:5 route[0].choose']);
    expect(
      problemsOf(
        around(
          '- choose:\n    - otherwise: { pass: X }\n    - when: amount > limits.small\n      pass: Y\n- { approve: a, by: { role: a } }',
        ),
      ),
    ).toEqual(['no-otherwise 8:7 route[0].choose[0]']);
  });
});

describe('conditions point into the document', () => {
  it.each([
    [
      'when',
      '- approve: a\n  when: amount > limits.smal\n  by: { role: a }',
      'bad-condition 8:18 route[0].when',
    ],
    [
      'quoted',
      '- approve: a\n  when: "amont > limits.small"\n  by: { role: a }',
      'bad-condition 8:10 route[0].when',
    ],
    [
      'an amount',
      '- approve: a\n  by: { matrix: m, amount: =amont }',
      'bad-condition 8:29 route[0].by.amount',
    ],
    ['no condition', '- approve: a\n  when: amount\n  by: { role: a }', 'bad-condition 8:9 route[0].when'],
    ['no syntax', '- approve: a\n  when: amount >\n  by: { role: a }', 'bad-condition 8:17 route[0].when'],
    [
      'a literal amount',
      '- approve: a\n  when: amount > 100\n  by: { role: a }',
      'bad-condition 8:9 route[0].when',
    ],
    [
      'a folded one',
      '- approve: a\n  when: >\n    amont > limits.small\n  by: { role: a }',
      'bad-condition 8:9 route[0].when',
    ],
    [
      'a branch',
      '- choose:\n    - when: regio == "EU"\n      pass: X\n    - otherwise: { approve: b, by: { role: b } }',
      'bad-condition 8:13 route[0].choose[0].when',
    ],
    [
      'a text as amount of a matrix',
      '- approve: a\n  by: { matrix: m, amount: =region }',
      'bad-condition 8:28 route[0].by.amount',
    ],
    [
      'money as column of a matrix',
      '- approve: a\n  by: { matrix: m, amount: =amount, region: =amount }',
      'bad-condition 8:45 route[0].by.region',
    ],
    [
      'the fallback',
      '- approve: a\n  by: { role: a }\n  fallback: { matrix: m, amount: =x }',
      'bad-condition 9:35 route[0].fallback.amount',
    ],
  ])('%s', (_what, route, where) => {
    expect(problemsOf(around(`${route}\n- { approve: z, by: { role: z } }`))).toEqual([where]);
  });

  it('personal fields are closed to conditions, matrices and checks', () => {
    const codes = (route: string): readonly string[] => problemsOf(around(route + one));
    expect(codes('- { approve: b, when: secret == "x", by: { role: b } }\n')).toEqual([
      'personal-field 7:23 route[0].when',
    ]);
    expect(codes('- { approve: b, by: { matrix: m, amount: =amount, x: =secret } }\n')).toEqual([
      'personal-field 7:55 route[0].by.x',
    ]);
  });

  it('a check that comes later cannot be waited for; one before or beside can', () => {
    const check = '- { check: credit, ask: erp.check, within: 1 hour }\n';
    const reader = '- { approve: b, when: checks.credit == "pass", by: { role: b } }\n';
    expect(problemsOf(around(check + reader + one))).toEqual([]);
    expect(problemsOf(around(reader + check + one))).toEqual(['never-satisfied 7:23 route[0].when']);
    const beside = `- parallel:\n  ${reader}  ${check}`;
    expect(problemsOf(around(beside + one))).toEqual([]);
  });
});

describe('what is named exists', () => {
  it.each([
    [
      'reviews',
      '- { approve: a, by: { role: a }, reviews: [amout] }',
      'unknown-name 7:43 route[0].reviews',
      '`amount`',
    ],
    ['field', '- { approve: a, by: { field: leed } }', 'unknown-name 7:30 route[0].by.field', '`lead`'],
  ])('%s', (_what, route, where, hint) => {
    expect(problemsOf(around(route))).toEqual([where]);
    expect(messagesOf(around(route))).toContain(`Did you mean ${hint}`);
  });

  it('the field of `by` holds a person, and is not personal', () => {
    expect(problemsOf(around('- { approve: a, by: { field: region } }'))).toEqual([
      'bad-value 7:30 route[0].by.field',
    ]);
    expect(problemsOf(around('- { approve: a, by: { field: secret } }'))).toEqual([
      'personal-field 7:30 route[0].by.field',
    ]);
  });

  it('different names approve steps', () => {
    const source = (steps: string): string =>
      `definition: x\nseparate: [{ different: [${steps}] }]\nroute:\n${one}- { approve: b, by: { role: b } }`;
    expect(problemsOf(source('a, b'))).toEqual([]);
    expect(problemsOf(source('a, c'))).toEqual(['unknown-name 2:11 separate']);
    expect(problemsOf(source('a, a'))).toEqual(['duplicate 2:11 separate']);
  });
});

describe('what can never be satisfied', () => {
  it.each([
    ['two of one person', 'need: 2', 'by: { user: usr_a }', 'need', false],
    ['three of two persons', 'need: 3', 'by: { any: [{ user: usr_a }, { user: usr_b }] }', 'need', false],
    ['two of one field', 'need: 2', 'by: { field: lead }', 'need', false],
    ['three of two managers', 'need: 3', 'by: { managerOf: requester, levels: 2 }', 'need', false],
    ['two rejections of one person', 'reject: { atLeast: 2 }', 'by: { user: usr_a }', 'reject', false],
    ['two of a group', 'need: 2', 'by: { group: a }', 'need', true],
    ['two of two persons', 'need: 2', 'by: { any: [{ user: usr_a }, { user: usr_b }] }', 'need', true],
    ['all of one person', 'need: all', 'by: { user: usr_a }', 'need', true],
  ])('%s', (_what, clause, by, where, possible) => {
    const problems = problemsOf(around(`- approve: a\n  ${by}\n  ${clause}`));
    const column = clause.indexOf(':') + 5;
    expect(problems).toEqual(possible ? [] : [`never-satisfied 9:${column} route[0].${where}`]);
  });

  it('says so', () => {
    expect(messagesOf(around('- approve: a\n  by: { user: usr_a }\n  need: 2'))).toContain(
      'can never be satisfied',
    );
  });

  it('different persons out of one', () => {
    const source = `definition: x
separate: [{ different: [a, b] }]
route:
  - { approve: a, by: { user: usr_a } }
  - { approve: b, by: { user: usr_a } }`;
    expect(problemsOf(source)).toEqual(['never-satisfied 2:11 separate']);
  });
});

it('reminders, escalations and checks after the expiry are warned about', () => {
  const source = `definition: x
expire: 2 days
due: 3 days
route:
  - { check: c, ask: a.b, within: 2 days }
  - { approve: a, by: { role: a }, remind: [1 day, 72 hours], escalate: { after: 48 hours, add: { role: b } } }`;
  expect(warningsOf(source)).toEqual([
    'never-happens 3:6 due',
    'never-happens 5:35 route[0].within',
    'never-happens 6:52 route[1].remind[1]',
    'never-happens 6:82 route[1].escalate.after',
  ]);
});

it('a stored definition is checked without its source', () => {
  const definition = parsed(around('- { approve: a, by: { field: region } }'));
  expect(checkDefinition(definition).problems).toMatchObject([
    { code: 'bad-value', path: 'route[0].by.field', line: 0 },
  ]);
});
