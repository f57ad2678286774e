import { describe, expect, it } from 'vitest';
import type { Approve, Node } from './model.ts';
import { around, messagesOf, parsed, problemsOf, warningsOf } from './test-kit.ts';

const step = (yaml: string): Node => {
  const [node] = parsed(around(yaml)).route;
  if (!node) throw new Error('no step');
  return node;
};
const approve = (clauses: string): Approve => {
  const node = step(`- approve: legal\n  by: { group: legal }\n  ${clauses}`);
  if (node.kind !== 'approve') throw new Error('no approve step');
  return node;
};

describe('sugar is spelled out', () => {
  it('an approve step has all its clauses', () => {
    expect(step('- { approve: legal, by: { group: legal } }')).toEqual({
      kind: 'approve',
      id: 'legal',
      when: null,
      by: { by: 'group', group: 'legal' },
      need: { rule: 'any' },
      reviews: 'all',
      askAgain: 'changed',
      decisions: ['approve', 'reject', 'return'],
      reject: { rule: 'first' },
      fallback: null,
      whileActive: false,
      remind: [],
      escalate: null,
    });
  });

  it.each([
    ['any', { rule: 'any' }],
    ['1', { rule: 'any' }],
    ['all', { rule: 'all' }],
    ['100%', { rule: 'all' }],
    ['2', { rule: 'atLeast', n: 2 }],
    ['50.0%', { rule: 'share', percent: '50' }],
  ])('need: %s', (written, need) => {
    expect(approve(`need: ${written}`).need).toEqual(need);
  });

  it.each([
    ['{ user: usr_ann }', { by: 'user', user: 'usr_ann' }],
    ['{ role: cfo }', { by: 'role', role: 'cfo' }],
    ['{ field: lead }', { by: 'field', field: 'lead' }],
    ['{ managerOf: requester }', { by: 'manager', of: 'requester', levels: 1 }],
    ['{ managerOf: submitter, levels: 2 }', { by: 'manager', of: 'submitter', levels: 2 }],
    [
      '{ matrix: spend, amount: =amount, region: =region, kind: "fixed" }',
      { by: 'matrix', matrix: 'spend', amount: 'amount', dimensions: { region: 'region', kind: '"fixed"' } },
    ],
    ['{ any: [{ role: cfo }] }', { by: 'role', role: 'cfo' }],
    [
      '{ any: [{ role: cfo }, { any: [{ group: board }] }] }',
      {
        by: 'any',
        any: [
          { by: 'role', role: 'cfo' },
          { by: 'group', group: 'board' },
        ],
      },
    ],
  ])('by: %s', (written, by) => {
    expect(step(`- approve: legal\n  by: ${written}`)).toMatchObject({ by });
  });

  it('reminders are a duration or a list, and are put in order', () => {
    expect(approve('remind: 1 day').remind).toEqual(['P1D']);
    expect(approve('remind: [3 days, 90 minutes, PT24H]').remind).toEqual(['PT90M', 'PT24H', 'P3D']);
  });

  it('an escalation adds or replaces', () => {
    expect(approve('escalate: { after: 2 days, add: { role: cfo } }').escalate).toMatchObject({
      replace: false,
    });
    expect(approve('escalate: { after: 2 days, replace: { role: cfo } }').escalate).toMatchObject({
      replace: true,
    });
    expect(problemsOf(around('- approve: a\n  by: { role: a }\n  escalate: { after: 1 day }'))).toEqual([
      'missing-key 9:13 route[0].escalate',
    ]);
  });

  it('a branch has a reason, one step beside it, or a list', () => {
    const node = step(`- choose:
    - when: amount < limits.small
      pass: Small
    - when: region == "EU"
      approve: eu
      by: { role: eu }
    - when: region == "US"
      steps: [{ approve: us, by: { role: us } }]
    - otherwise:
        approve: rest
        by: { role: rest }`);
    expect(node).toMatchObject({
      kind: 'choose',
      id: 'choose-1',
      branches: [
        { when: 'amount < limits.small', pass: 'Small', steps: [] },
        { when: 'region == "EU"', pass: null, steps: [{ id: 'eu', when: null }] },
        { when: 'region == "US"', pass: null, steps: [{ id: 'us' }] },
        { when: null, pass: null, steps: [{ id: 'rest' }] },
      ],
    });
  });

  it('groups without a name are named after their place', () => {
    const [, group] = parsed(
      around(`- { approve: a, by: { role: a } }
- parallel:
    - { approve: b, by: { role: b } }
    - sequence: [{ approve: c, by: { role: c } }]
    - { parallel: [{ approve: d, by: { role: d } }], id: named }`),
    ).route;
    expect(group).toMatchObject({
      id: 'parallel-2',
      steps: [{ id: 'b' }, { id: 'sequence-2-2' }, { id: 'named' }],
    });
  });

  it('the money of the document is the money of its fields', () => {
    expect(parsed(around('- { approve: a, by: { role: a } }')).fields[0]).toEqual({
      name: 'amount',
      type: 'money',
      required: false,
      personal: false,
      currency: 'EUR',
    });
  });
});

describe('problems have a place and an advice', () => {
  it.each([
    ['an unknown key', 'aprove: x', 'unknown-key 9:3 route[0].aprove', 'Did you mean `approve`?'],
    ['an unknown step', null, 'missing-key 7:3 route[0]', 'Did you mean `approve`?'],
  ])('%s', (_what, clause, where, advice) => {
    const source =
      clause === null ? around('- aprove: legal') : around(`- approve: a\n  by: { role: a }\n  ${clause}`);
    expect(problemsOf(source)).toEqual([where]);
    expect(messagesOf(source)).toContain(advice);
  });

  it.each([
    ['by is missing', '- approve: a', 'missing-key 7:3 route[0]'],
    ['two kinds of step', '- approve: a\n  check: b', 'conflicting-keys 7:3 route[0]'],
    ['a bad quorum', '- approve: a\n  by: { role: a }\n  need: 0', 'bad-value 9:9 route[0].need'],
    ['a share above all', '- approve: a\n  by: { role: a }\n  need: 101%', 'bad-value 9:9 route[0].need'],
    [
      'no approval offered',
      '- approve: a\n  by: { role: a }\n  decisions: [reject]',
      'bad-value 9:14 route[0].decisions',
    ],
    [
      'the same step twice',
      '- approve: a\n  by: { role: a }\n- approve: a\n  by: { role: b }',
      'duplicate 9:3 route[1]',
    ],
    ['a `when` with =', '- approve: a\n  by: { role: a }\n  when: =amount', 'bad-value 9:9 route[0].when'],
    [
      'mixed durations',
      '- approve: a\n  by: { role: a }\n  remind: P1DT2H',
      'bad-value 9:11 route[0].remind',
    ],
    [
      'an amount in a matrix clause',
      '- approve: a\n  by: { matrix: m, amount: 5 EUR }',
      'bad-value 8:28 route[0].by.amount',
    ],
    [
      'nothing in a branch',
      '- choose:\n    - when: amount > limits.small',
      'missing-key 8:7 route[0].choose[0]',
    ],
    [
      'deep inside',
      '- parallel:\n    - approve: a\n      by: { groop: legal }',
      'missing-key 9:11 route[0].parallel[0].by',
    ],
  ])('%s', (_what, route, where) => {
    expect(problemsOf(around(route))).toEqual([where]);
  });

  it('all of them are told at once, in the order of the text', () => {
    expect(problemsOf('definition: A b\nroute:\n  - approve: x\n  - check: y\nfoo: 1')).toEqual([
      'bad-value 1:13 definition',
      'missing-key 3:5 route[0]',
      'missing-key 4:5 route[1]',
      'missing-key 4:5 route[1]',
      'unknown-key 5:1 foo',
    ]);
  });

  it('in JSON too', () => {
    const source = '{\n  "definition": "x",\n  "route": [{ "approve": "a", "by": { "role": 7 } }]\n}';
    expect(problemsOf(source)).toEqual(['wrong-type 3:47 route[0].by.role']);
  });

  it('names that conditions or objects own are refused', () => {
    for (const name of ['limits', 'true', 'constructor', '__proto__', 'a-b'])
      expect(
        problemsOf(`definition: x\nfields: { "${name}": text }\nroute: [{ approve: a, by: { role: a } }]`),
      ).toEqual([`bad-value 2:11 fields.${name}`]);
  });

  it('a field and a document cannot share a name', () => {
    expect(
      problemsOf(
        'definition: x\nfields: { a: text }\ndocuments: { a: {} }\nroute: [{ approve: a, by: { role: a } }]',
      ),
    ).toEqual(['duplicate 3:14 documents.a']);
  });

  it('keys that do not belong to a type of field are refused, and those that it needs are asked for', () => {
    const field = (written: string): readonly string[] =>
      problemsOf(`definition: x\nfields: { f: ${written} }\nroute: [{ approve: a, by: { role: a } }]`);
    expect(field('{ type: text, of: [a] }')).toEqual(['conflicting-keys 2:14 fields.f']);
    expect(field('enum')).toEqual(['missing-key 2:14 fields.f']);
    expect(field('{ type: list }')).toEqual(['missing-key 2:14 fields.f']);
    expect(field('{ type: list, items: money, currency: EUR }')).toEqual([]);
  });
});

describe('warnings', () => {
  it('words that other YAML tools read as true or false', () => {
    const source = `definition: x
fields: { answer: { type: enum, of: [yes, no, "off"] } }
route: [{ approve: a, by: { role: a } }]`;
    expect(warningsOf(source)).toEqual([
      'bare-word 2:38 fields.answer.of[0]',
      'bare-word 2:43 fields.answer.of[1]',
    ]);
  });

  it('identities that may decide on their own request', () => {
    expect(
      warningsOf(
        'definition: x\nseparate: [{ never: [requester] }]\nroute: [{ approve: a, by: { role: a } }]',
      ),
    ).toEqual(['separation-off 2:11 separate']);
  });
});

describe('time zones and workdays', () => {
  const timed = (time: string, due = '3 workdays'): string =>
    `definition: x\ntime: ${time}\ndue: ${due}\nroute: [{ approve: a, by: { role: a }, remind: [2 workdays, 1 day] }]`;

  it('need a calendar, and say so where they stand', () => {
    expect(problemsOf(timed('{ zone: Asia/Tokyo }'))).toEqual([
      'missing-key 2:15 time.zone',
      'missing-key 3:6 due',
      'missing-key 4:48 route[0].remind',
    ]);
    expect(problemsOf(timed('{ zone: Asia/Tokyo, calendar: jp-office }'))).toEqual([]);
  });

  it('have a canonical form of their own; without a calendar nothing is added', () => {
    const { time, due, route } = parsed(timed('{ zone: Etc/UTC, calendar: office }'));
    expect([time, due]).toEqual([{ zone: 'UTC', calendar: 'office' }, { workdays: 3 }]);
    expect(route[0]).toMatchObject({ remind: ['P1D', { workdays: 2 }] });
    expect(parsed(timed('{ zone: UTC }', '3 days')).time).toEqual({ zone: 'UTC' });
  });

  it('have no length that a condition could compare', () => {
    expect(
      problemsOf('definition: x\nlimits: { a: 3 workdays }\nroute: [{ approve: a, by: { role: a } }]'),
    ).toEqual(['bad-value 2:14 limits.a']);
  });

  it('are reminders once', () => {
    expect(problemsOf(timed('{ calendar: c }').replace('1 day]', '2 workdays]'))).toEqual([
      'duplicate 4:48 route[0].remind',
    ]);
  });
});
