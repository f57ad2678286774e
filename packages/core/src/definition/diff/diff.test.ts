import { describe, expect, it } from 'vitest';
import { around, parsed } from '../test-kit.ts';
import { diffDefinitions } from './diff.ts';

const changes = (a: string, b: string): readonly string[] =>
  diffDefinitions(parsed(a), parsed(b)).map(({ path, message }) => `${path}: ${message}`);
const a = '- { approve: a, by: { role: a } }\n';
const b = '- { approve: b, by: { group: b } }\n';

describe('a change in plain words', () => {
  it('nothing', () => {
    expect(changes(around(a), around(a))).toEqual([]);
  });

  it('sections, conditions, computations and columns of a form', () => {
    const form = (sections: string, fields: string): string =>
      around(a).replace(
        'fields: { amount: money,',
        `sections: ${sections}\nfields: { n: ${fields}, amount: money,`,
      );
    const before = form('[s]', 'integer');
    const after = form(
      '[{ section: s, title: Sums }]',
      '{ type: integer, section: s, visible: has(region), compute: =1 }',
    );
    expect(changes(before, after)).toEqual([
      'fields.n: Field n changes from integer, optional to integer, optional, in section s, shown if has(region), computed as 1.',
      'sections.s: Section s changes from none to en “Sums”.',
    ]);
    const [rows, more] = [
      '{ type: lines, columns: { a: text } }',
      '{ type: lines, columns: { a: text, b: integer } }',
    ];
    expect(changes(form('[s]', rows), form('[s]', more))).toEqual([
      'fields.n: Field n changes from lines, optional, column a (text, optional) to lines, optional, column a (text, optional), column b (integer, optional).',
    ]);
  });

  it('a threshold', () => {
    expect(changes(around(a), around(a).replace('100 EUR', '250 EUR'))).toEqual([
      'limits.small: Limit small changes from 100 EUR to 250 EUR.',
    ]);
  });

  it('clauses of a step', () => {
    const step = '- { approve: a, by: { managerOf: requester }, when: region == "EU", need: 2 }\n';
    expect(changes(around(a), around(step))).toEqual([
      'route[0].when: Step a: when changes from “always” to “region == "EU"”.',
      'route[0].by: Step a: by changes from “role a” to “the manager of the requester”.',
      'route[0].need: Step a: need changes from “any one” to “at least 2”.',
    ]);
  });

  it('steps that come, go, move and change places', () => {
    expect(changes(around(a), around(a + b))).toEqual(['route[1]: Step b is added: group b.']);
    expect(changes(around(a + b), around(a))).toEqual(['route[1]: Step b is removed: group b.']);
    expect(changes(around(a + b), around(b + a))).toEqual([
      'route[0]: In the route the order changes from a, b to b, a.',
    ]);
    expect(changes(around(a + b), around(`${a}- parallel:\n  ${b}`))).toEqual([
      'route[1]: Step parallel around b is added.',
      'route[1].parallel[0]: Step b moves from the route to parallel around b.',
    ]);
  });

  it('a step before a group does not rename the group', () => {
    const group = `- parallel:\n  ${b}`;
    expect(changes(around(group), around(a + group))).toEqual(['route[0]: Step a is added: role a.']);
  });

  it('branches', () => {
    const route = (limit: string): string =>
      around(`- choose:\n    - when: amount < ${limit}\n      pass: Small\n    - otherwise:\n      ${a}`);
    expect(changes(route('limits.small'), route('limits.small * 2'))).toEqual([
      'route[0].choose: Step choose around a: choose changes from “when amount < limits.small pass (Small); otherwise” to “when amount < limits.small * 2 pass (Small); otherwise”.',
    ]);
  });

  it('separation, deadlines, fields and documents', () => {
    const was = `${around(a + b)}due: 1 day`;
    const is = `${around(a + b)}separate: [{ different: [a, b] }, { never: [requester] }]\nexpire: PT36H`
      .replace('lead: person', 'lead: { type: person, required: true }')
      .replace('order: {}', 'order: { accept: [pdf] }, more: {}');
    expect(changes(was, is)).toEqual([
      'due: The member due changes from 1 day to never.',
      'expire: The member expire changes from never to 36 hours.',
      'fields.lead: Field lead changes from person, optional to person, required.',
      'documents.order: Document order changes from optional, one, any type to optional, one, pdf.',
      'documents.more: Document more is added: optional, one, any type.',
      'separate: Excluded from deciding: from requester, submitter, beneficiary, editor to requester.',
      'separate: Now decided by different persons: a, b.',
    ]);
  });
});
