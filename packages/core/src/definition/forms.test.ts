import { describe, expect, it } from 'vitest';
import { definitionDigest } from './canonical.ts';
import { messagesOf, parsed, problemsOf, warningsOf } from './test-kit.ts';

const form = (
  fields: string,
  route = '- { approve: a, by: { role: a } }',
  more = '',
): string => `definition: test
limits: { small: 100 EUR }
money: { currency: EUR }
${more}fields:
  kind: { type: enum, of: [goods, other], required: true }
${fields}
route:
${route}`;

describe('sections', () => {
  const sections = 'sections: [{ section: amounts, title: { en: Amounts, de: Beträge } }, rest]\n';

  it('stand in the canonical form in their order', () => {
    const source = form(
      '  net: { type: money, section: amounts }\n  note: { type: text, section: rest }',
      undefined,
      sections,
    );
    expect(problemsOf(source)).toEqual([]);
    expect(parsed(source).sections).toEqual([
      { name: 'amounts', title: { en: 'Amounts', de: 'Beträge' } },
      { name: 'rest' },
    ]);
    const turned = source.replace(
      sections,
      'sections: [rest, { section: amounts, title: { en: Amounts, de: Beträge } }]\n',
    );
    expect(definitionDigest(parsed(turned))).not.toBe(definitionDigest(parsed(source)));
  });

  it('that nobody declared are refused, and those that nobody uses are warned about', () => {
    expect(problemsOf(form('  net: { type: money, section: amount }', undefined, sections))).toEqual([
      'unknown-name 7:32 fields.net.section',
    ]);
    expect(warningsOf(form('  net: { type: money, section: amounts }', undefined, sections))).toEqual([
      'never-happens 4:71 sections[1]',
    ]);
    expect(problemsOf(form('  net: money', undefined, 'sections: [a, a]\n'))).toEqual([
      'duplicate 4:11 sections',
    ]);
  });
});

describe('conditions and computations of a form', () => {
  it.each([
    ['a condition that is none', '{ type: text, visible: kind }', 'bad-condition 6:29 fields.x.visible'],
    ['a condition with a sign', "{ type: text, visible: '=true' }", 'bad-value 6:29 fields.x.visible'],
    ['a computation without a sign', '{ type: text, compute: kind }', 'bad-value 6:29 fields.x.compute'],
    ['another type', '{ type: money, compute: =kind }', 'bad-condition 6:31 fields.x.compute'],
    ['what nobody declared', '{ type: text, visible: has(amount) }', 'bad-condition 6:33 fields.x.visible'],
    ['identities', '{ type: text, visible: requester == submitter }', 'bad-condition 6:29 fields.x.visible'],
    ['the revision', '{ type: integer, compute: =revision.number }', 'bad-condition 6:33 fields.x.compute'],
    [
      'related requests',
      '{ type: money, compute: "=related.total(x, kind, duration(\'P1D\'))" }',
      'bad-condition 6:32 fields.x.compute',
    ],
    ['itself', '{ type: integer, compute: =x + 1 }', 'circle 6:32 fields.x.compute'],
    ['a personal value', '{ type: text, personal: true, compute: =kind }', 'conflicting-keys 6:6 fields.x'],
  ])('%s is refused', (_what, field, where) => {
    expect(problemsOf(form(`  x: ${field}`))[0]).toBe(where);
  });

  it('nothing follows from itself, however far round', () => {
    const fields =
      '  a: { type: integer, compute: =b }\n  b: { type: integer, visible: c }\n  c: { type: boolean, compute: =a > 1 }';
    expect(problemsOf(form(fields))).toContain('circle 6:32 fields.a.compute');
    expect(messagesOf(form(fields))).toContain('`a` reads `b` reads `c` reads `a`');
  });
});

describe('what may be hidden is read behind a guard', () => {
  const other = '  price: { type: money, visible: kind == "other" && kind != "goods" }\n';
  const step = (when: string): string =>
    `- { approve: a, by: { role: a } }\n- approve: b\n  when: '${when}'\n  by: { role: b }`;

  it.each([
    'price > limits.small',
    'kind == "goods" || price > limits.small',
    'kind == "other" && price > limits.small',
    'has(kind) && price > limits.small',
    'has(price) || price > limits.small',
    '!has(price) && price > limits.small',
    'has(price) ? kind == "other" : price > limits.small',
    '[limits.small].exists(l, l < fields.price)',
  ])('%s is refused', (when) => {
    const column = 10 + when.search(/(fields\.)?price [>]|fields\.price|price >/);
    expect(problemsOf(form(other, step(when)))).toEqual([`hidden-field 11:${column} route[1].when`]);
  });

  it.each([
    'has(price) && price > limits.small',
    'price > limits.small && has(fields.price)',
    '!has(price) || price > limits.small',
    'has(price) ? price > limits.small : false',
    'kind == "other" && kind != "goods" && price > limits.small',
    'fields.kind == "other" && (kind != "goods") && price > limits.small',
    '!(kind != "other" || kind == "goods") || price > limits.small || !has(price)',
    'has(price) && [limits.small].exists(l, l < price)',
  ])('%s is not', (when) => {
    expect(problemsOf(form(other, step(when)))).toEqual([]);
  });

  it('a branch guards what stands in it, and those before it', () => {
    const route = (first: string, amount: string): string => `- choose:
    - when: '${first}'
      pass: Because
    - otherwise:
        - approve: a
          by: { matrix: spend, amount: =${amount} }`;
    expect(problemsOf(form(other, route('!has(price)', 'price')))).toEqual([]);
    expect(problemsOf(form(other, route('has(price)', 'price')))).toEqual([
      'hidden-field 14:41 route[0].choose[1].otherwise[0].by.amount',
    ]);
  });

  it('so is a person to ask, a condition of another field, and a computation', () => {
    const fields = (guard: string): string => `  lead: { type: person, visible: kind == "other" }
  note: { type: text, visible: '${guard}lead == "usr_1"' }
  sum: { type: text, compute: '=${guard === '' ? '' : 'has(note) ? '}note + "!"${guard === '' ? '' : ' : "none"'}' }`;
    const route = (when: string): string =>
      `- { approve: a, by: { role: a } }\n- approve: b\n  when: ${when}\n  by: { field: lead }`;
    expect(problemsOf(form(fields('has(lead) && '), route('has(lead)')))).toEqual([]);
    expect(problemsOf(form(fields(''), route('true'))).map((one) => one.split(' ').at(-1))).toEqual([
      'fields.note.visible',
      'fields.sum.compute',
      'route[1].by.field',
    ]);
  });

  it('a column of the same name is no guard of a field', () => {
    const rows = (guard: string): string => `${other}  items:
    type: lines
    columns:
      kind: text
      sum: { type: money, compute: '=${guard} ? fields.price : limits.small' }`;
    expect(problemsOf(form(rows('has(fields.price)')))).toEqual([]);
    const fields = rows('kind == "other" && kind != "goods"');
    expect(problemsOf(form(fields))[0]).toMatch(/^hidden-field 11:\d+ fields\.items\.columns\.sum\.compute$/);
    expect(
      problemsOf(form(fields.replaceAll(/(?<=[=&] ?)kind (?=[!=]= "(other|goods)")/g, 'fields.kind '))),
    ).toEqual([]);
  });

  it('says how', () => {
    expect(messagesOf(form(other, step('price > limits.small')))).toContain('`has(price) && …`');
  });
});

describe('line items', () => {
  const lines = (columns: string): string => `  items:\n    type: lines\n    columns:\n${columns}`;

  it('have columns, in the currency of the definition', () => {
    const source = form(
      lines(
        '      price: money\n      n: { type: integer, required: true }\n      sum: { type: money, compute: =price * n }',
      ),
    );
    expect(problemsOf(source)).toEqual([]);
    expect(parsed(source).fields[1]?.columns).toEqual([
      { name: 'price', type: 'money', required: false, personal: false, currency: 'EUR' },
      { name: 'n', type: 'integer', required: true, personal: false },
      { name: 'sum', type: 'money', required: false, personal: false, currency: 'EUR', compute: 'price * n' },
    ]);
  });

  it.each([
    ['no columns', '  items: { type: lines }', 'missing-key 6:10 fields.items'],
    ['none of them', '  items: { type: lines, columns: {} }', 'bad-value 6:34 fields.items.columns'],
    ['rows in rows', lines('      x: { type: lines }'), 'bad-value 9:18 fields.items.columns.x.type'],
    [
      'what is sealed as a whole',
      '  items: { type: lines, personal: true, columns: { a: text } }',
      'conflicting-keys 6:10 fields.items',
    ],
    [
      'too many rows',
      '  items: { type: lines, max: 1001, columns: { a: text } }',
      'conflicting-keys 6:10 fields.items',
    ],
    [
      'another type',
      lines('      n: integer\n      x: { type: money, compute: =n }'),
      'bad-condition 10:35 fields.items.columns.x.compute',
    ],
    [
      'a field by its bare name',
      lines('      x: { type: text, compute: =kind }'),
      'bad-condition 9:34 fields.items.columns.x.compute',
    ],
    [
      'a circle of columns',
      lines('      x: { type: integer, compute: =y }\n      y: { type: integer, compute: =x }'),
      'circle 9:36 fields.items.columns.x.compute',
    ],
    [
      'its own rows',
      lines('      x: { type: integer, compute: =size(fields.items) }'),
      'circle 9:36 fields.items.columns.x.compute',
    ],
    [
      'a personal column',
      lines('      x: { type: integer, personal: true }\n      y: { type: integer, compute: =x }'),
      'personal-field 10:37 fields.items.columns.y.compute',
    ],
  ])('%s is refused', (_what, fields, where) => {
    expect(problemsOf(form(fields))).toEqual([where]);
  });
});
