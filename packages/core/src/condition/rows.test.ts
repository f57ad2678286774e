import { describe, expect, it } from 'vitest';
import type { Definition } from '../definition/model.ts';
import { checkExpression } from './check.ts';
import { parseExpression } from './parse.ts';
import { evaluateSource } from './programs.ts';
import { formLookup, scopeOf } from './scope.ts';

const column = { required: false, personal: false };
const definition: Pick<Definition, 'fields' | 'limits'> = {
  fields: [
    {
      name: 'items',
      type: 'lines',
      required: false,
      personal: false,
      columns: [
        { ...column, name: 'what', type: 'text' },
        { ...column, name: 'quantity', type: 'integer' },
        { ...column, name: 'price', type: 'money', currency: 'EUR' },
        { ...column, name: 'fee', type: 'money' },
        { ...column, name: 'day', type: 'date' },
        { ...column, name: 'payee', type: 'text', personal: true },
      ],
    },
    { name: 'counts', type: 'list', items: 'integer', required: false, personal: false },
    { name: 'names', type: 'list', items: 'text', required: false, personal: false },
  ],
  limits: { large: { type: 'money', amount: '100', currency: 'EUR' } },
};
const scope = scopeOf(definition, []);
const eur = (amount: string) => ({ amount, currency: 'EUR' });

const says = (source: string, fields: object): unknown =>
  evaluateSource(source, scope, formLookup(definition.limits, fields as Parameters<typeof formLookup>[1]))
    .result;

const problems = (source: string): readonly string[] => {
  const parsed = parseExpression(source);
  if (!parsed.ok) return [parsed.problem.code];
  return checkExpression(parsed.expression, scope).problems.map((p) => `${p.code} ${p.column}`);
};

const items = [
  { what: 'Screws', quantity: 3, price: eur('0.10') },
  { what: 'Saw', quantity: 1, price: eur('50.00'), payee: { sealed: 'itm_1', commitment: 'c' } },
];
const holed = [...items, { what: 'Nails' }];

describe('rows in conditions', () => {
  it.each([
    ['items.map(i, i.price).sum()', eur('50.1')],
    ['sum(items.map(i, i.price * i.quantity))', eur('50.3')],
    ['items.map(i, i.quantity).sum()', 4],
    ['items.map(i, i.quantity).max()', 3],
    ['items.map(i, i.price).min()', eur('0.1')],
    ['items.exists(i, i.price > limits.large)', false],
    ['items.all(i, i.quantity >= 1)', true],
    ['items.filter(i, i.quantity > 1).size()', 1],
    ['size(items)', 2],
    ['items[1].what', 'Saw'],
    ['items.exists(i, has(i.day))', false],
    ['items.map(i, i.what)', ['Screws', 'Saw']],
    ['items.filter(i, i.quantity > 1)', [{ what: 'Screws', quantity: 3, price: eur('0.1') }]],
    ['has(items)', true],
    ['counts.sum() == 6 && counts.min() == 1 && counts.max() == 3', true],
  ])('%s', (source, expected) => {
    expect(says(source, { items, counts: [1, 2, 3] })).toEqual(expected);
  });

  it.each([
    ['items.map(i, i.quantity).sum()', { unknown: ['fields.items[2].quantity'] }],
    ['items.exists(i, i.quantity > 2)', true],
    ['items.exists(i, i.quantity > 5)', { unknown: ['fields.items[2].quantity'] }],
    ['items.all(i, i.quantity > 2)', false],
    ['items.filter(i, has(i.quantity)).map(i, i.quantity).sum()', 4],
    ['items[3].what', { unknown: ['fields.items[3]'] }],
  ])('with a cell missing, %s', (source, expected) => {
    expect(says(source, { items: holed })).toEqual(expected);
  });

  it('the sum of nothing is nothing, where its currency is known', () => {
    expect(says('items.map(i, i.price).sum()', { items: [] })).toEqual(eur('0'));
    expect(says('items.map(i, i.quantity).sum()', { items: [] })).toBe(0);
    expect(says('items.map(i, i.fee).sum()', { items: [] })).toEqual({ unknown: ['fields.items[0]'] });
    expect(says('items.map(i, i.price).max()', { items: [] })).toEqual({ unknown: ['fields.items[0]'] });
    expect(says('items.map(i, i.price).sum()', {})).toEqual({ unknown: ['fields.items'] });
  });

  it('two currencies are not added up', () => {
    const mixed = [{ fee: eur('1') }, { fee: { amount: '1', currency: 'USD' } }];
    expect(says('items.map(i, i.fee).sum()', { items: mixed })).toEqual({ unknown: ['rates.EUR-USD'] });
  });

  it.each([
    ['items.price', 'unknown-name 1'],
    ['items.map(i, i.colour)', 'unknown-name 14'],
    ['items.map(i, i.payee)', 'personal-field 14'],
    ['items.exists(i, has(i.payee))', 'personal-field 21'],
    ['items.sum()', 'wrong-type 1'],
    ['names.sum()', 'wrong-type 1'],
    ['names.max()', 'wrong-type 1'],
    ['[].sum()', 'wrong-type 1'],
    ['counts.sum(1)', 'wrong-arguments 1'],
    ['items[0]', 'wrong-type 1'],
    ['items[0] == items[1]', 'wrong-type 1'],
    ['items[0] in items', 'wrong-type 1'],
    ['items.map(i, i.price).sum() > 100', 'needs-limit 1'],
  ])('%s is refused', (source, problem) => {
    expect(problems(source)).toEqual([problem]);
  });

  it('a row is cited by what is in all of them', () => {
    const lookup = formLookup({}, { items } as unknown as Parameters<typeof formLookup>[1]);
    const { inputs } = evaluateSource('items.exists(i, i.quantity > 2)', scope, lookup);
    expect(inputs).toEqual({ 'fields.items': { rows: 2, digest: expect.stringMatching(/^[0-9a-f]{64}$/) } });
  });

  it('more than a thousand rows are refused, and so is more work than the bound', () => {
    const many = Array.from({ length: 1000 }, () => ({ quantity: 1 }));
    expect(says('items.map(i, i.quantity).sum()', { items: many })).toBe(1000);
    expect(says('items.all(i, items.all(j, i.quantity == j.quantity))', { items: many })).toMatchObject({
      problem: { code: 'step-budget' },
    });
    expect(says('size(items)', { items: [...many, {}] })).toMatchObject({ problem: { code: 'bad-value' } });
  });
});
