import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factSource } from '../src/facts/directory.ts';
import type { Content } from '../src/request/commands.ts';
import { preview } from '../src/request/preview.ts';
import {
  as,
  delegates,
  eur,
  everyone,
  file,
  give,
  group,
  now,
  revise,
  says,
  service,
  type World,
  world,
} from './kit.ts';

const RULES = `
definition: invoice
limits: { large: 1000 EUR, none: 0 EUR }
fields:
  rebate: { type: percent }
  items:
    type: lines
    required: true
    max: 500
    columns:
      what: { type: text, required: true }
      kind: { type: enum, of: [goods, service] }
      quantity: { type: integer, required: true }
      price: { type: money, required: true }
      off: { type: money, compute: =price * fields.rebate }
      amount: { type: money, compute: =price * quantity }
      payee: { type: text, personal: true }
  total: { type: money, compute: '=items.map(i, i.amount).sum()' }
  services: { type: integer, compute: '=items.filter(i, i.kind == "service").size()' }
route:
  - approve: legal
    by: { group: legal }
    reviews: [total]
  - approve: finance
    when: items.exists(i, i.amount > limits.large)
    by: { group: legal }
  - approve: dear
    when: items.map(i, i.price).max() > limits.large
    by: { group: legal }
`;
const people = [...everyone, group('legal', 'ann', 'bob')];
type Row = { readonly [column: string]: Content['fields'][string] };
const row = (quantity: number, price: string, more: object = {}): Row => ({
  what: 'Screws',
  kind: 'goods',
  quantity,
  price: eur(price),
  ...more,
});
const content = (...rows: readonly Row[]): Content['fields'] => ({ items: rows }) as Content['fields'];

const filed = (fields: Content['fields'], draft = false): { w: World; faults: readonly string[] } => {
  const w = world(RULES, people);
  const { refusal } = file(w, fields, { draft });
  return {
    w,
    faults: refusal?.errors.map(({ pointer, field, code }) => `${code} ${pointer ?? field}`) ?? [],
  };
};

describe('line items', () => {
  it('are computed row by row, and added up', () => {
    const { w } = filed({ ...content(row(3, '0.10'), row(2, '50.05', { kind: 'service' })), rebate: '10' });
    expect(now(w).revision.fields).toMatchObject({
      items: [
        { quantity: 3, price: eur('0.10'), off: eur('0.01'), amount: eur('0.30') },
        { quantity: 2, price: eur('50.05'), off: eur('5.005'), amount: eur('100.10') },
      ],
      total: eur('100.40'),
      services: 1,
    });
  });

  it.each([
    ['what is no list', { items: 'rows' }, 'wrong-type fields.items'],
    ['what is no row', { items: ['Screws'] }, 'wrong-type /fields/items/0'],
    ['an unknown column', content(row(1, '1.00', { 'a/b': 1 })), 'unknown-field /fields/items/0/a~1b'],
    [
      'a value of another type',
      content(row(1, '1.00'), row(1, '1.00', { kind: 'x' })),
      'not-in-set /fields/items/1/kind',
    ],
    [
      'a missing value',
      content(row(1, '1.00'), { what: 'x', price: eur('1.00') }),
      'required /fields/items/1/quantity',
    ],
    ['a computed value', content(row(1, '1.00', { amount: eur('1.00') })), 'computed /fields/items/0/amount'],
    [
      'two currencies',
      content(row(1, '1.00'), row(1, '1.00', { price: { amount: '1.00', currency: 'USD' } })),
      'wrong-currency /fields/items/1/price',
    ],
    ['no row', { items: [] }, 'required fields.items'],
    [
      'too many rows',
      content(...Array.from({ length: 501 }, () => row(1, '1.00'))),
      'too-many-items fields.items',
    ],
    ['an open personal value', content(row(1, '1.00', { payee: 'Ann' })), 'sealing /fields/items/0/payee'],
  ])('%s is refused at its place', (_what, fields, fault) => {
    expect(filed(fields as unknown as Content['fields']).faults).toContain(fault);
  });

  it('a draft may lack cells; what they would make is absent', () => {
    const { w, faults } = filed(content({ what: 'Screws', price: eur('5.00') }, row(1, '2.00')), true);
    expect(faults).toEqual([]);
    expect(now(w).revision.fields).not.toHaveProperty('total');
    const { refusal } = give(w, service, { type: 'submit' });
    expect(refusal?.errors).toMatchObject([{ pointer: '/fields/items/0/quantity', code: 'required' }]);
  });

  it('decide the route, and are cited by number and digest', () => {
    const { w } = filed(content(row(2, '600.00')));
    says(w, 'ann', 'approve', { step: 'legal' });
    expect(now(w).steps.finance).toMatchObject({ status: 'open' });
    const opened = w.log
      .flatMap((one) => one.events)
      .find((e) => e.type === 'step.opened' && e.step === 'finance');
    expect(opened).toMatchObject({
      why: { inputs: { 'fields.items': { rows: 1, digest: expect.any(String) } } },
    });
    says(w, 'bob', 'approve', { step: 'finance' });
    expect(now(w)).toMatchObject({ outcome: 'approved', steps: { dear: { status: 'skipped' } } });
  });

  it('are what a total is made from: with the same total, whoever reviewed it is asked again', () => {
    const { w } = filed(content(row(2, '600.00')));
    says(w, 'ann', 'approve', { step: 'legal' });
    revise(w, as('req'), content(row(1, '1200.00')));
    expect(now(w).decisions[0]?.standing).toBe(false);
  });

  it('are covered by the digest of the revision', () => {
    const one = now(filed(content(row(1, '1.00'), row(2, '1.00'))).w).revision.digest;
    const other = now(filed(content(row(2, '1.00'), row(1, '1.00'))).w).revision.digest;
    expect(one).not.toBe(other);
  });

  it('bind a delegation with a limit in every amount, and a sealed one is not known to be below it', () => {
    const lent = (limit: string, sealed: boolean): boolean => {
      const rules = sealed ? RULES.replace('payee: { type: text', 'payee: { type: money') : RULES;
      const w = world(rules, [...people, delegates('ann', 'cyd', { limit: eur(limit) })]);
      const payee = { sealed: 'itm_1', commitment: '0'.repeat(64) };
      file(w, content(row(2, '60.00', sealed ? { payee } : {}))); // 60 each, 120 in all
      return says(w, 'cyd', 'approve', { for: 'ann', step: 'legal' }).refusal === null;
    };
    expect([lent('120.00', false), lent('119.99', false), lent('500.00', true)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('a preview tells what is computed, and keeps what is sealed', () => {
    const w = world(RULES, people);
    const payee = { sealed: 'itm_1', commitment: '0'.repeat(64) };
    const data = {
      type: 'create' as const,
      request: 'req_1',
      definition: 'invoice',
      definitionDigest: w.definition.digest,
      requester: 'req',
      submitter: null,
      beneficiary: null,
      externalReference: null,
      content: { fields: content(row(2, '60.00', { payee })), documents: {} },
      draft: true,
    };
    const found = preview({ id: 'p', actor: service, data }, data, {
      now: w.now,
      definition: w.definition,
      facts: factSource(w.directory),
    });
    expect(found).toMatchObject({ form: { hidden: [], unknown: [], computed: { total: eur('120.00') } } });
    expect(JSON.stringify(found)).toContain('"amount":{"amount":"120.00"');
    if (found.ok) expect(JSON.stringify(found.form)).not.toContain('sealed');
  });
});

describe('for any rows', () => {
  const rows = fc.array(
    fc.record({ quantity: fc.integer({ min: 0, max: 1000 }), cents: fc.integer({ min: 0, max: 1_000_000 }) }),
    { minLength: 1, maxLength: 60 },
  );

  it('the total is the exact sum, in whatever order', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const total = given.reduce((sum, one) => sum + one.quantity * one.cents, 0);
        const expected = `${Math.floor(total / 100)}.${String(total % 100).padStart(2, '0')}`;
        const of = (some: typeof given): unknown => {
          const fields = content(
            ...some.map(({ quantity, cents }) => row(quantity, (cents / 100).toFixed(2))),
          );
          return now(filed(fields).w).revision.fields.total;
        };
        expect(of(given)).toEqual(eur(expected));
        expect(of(given.toReversed())).toEqual(eur(expected));
      }),
      { numRuns: 100 },
    );
  });

  it('a thousand rows are within the bounds', () => {
    const w = world(RULES.replace('max: 500', 'max: 1000'), people);
    const { refusal } = file(w, content(...Array.from({ length: 1000 }, () => row(1, '1.00'))));
    expect(refusal).toBeNull();
    expect(now(w).revision.fields.total).toEqual(eur('1000.00'));
  });
});

describe('what a condition on computed values waits for', () => {
  const W = `
definition: waits
limits: { large: 1000 EUR }
money: { currency: EUR }
fields:
  net: money
  items:
    type: lines
    columns:
      price: money
      quantity: integer
      amount: { type: money, compute: =price * quantity }
  total: { type: money, compute: '=items.map(i, i.amount).sum()' }
  gross: { type: money, compute: =total + net }
route:
  - approve: legal
    when: gross > limits.large
    by: { group: legal }
  - approve: last
    by: { group: legal }
`;
  const missing = (fields: Content['fields']): readonly string[] | undefined => {
    const w = world(W, people);
    file(w, fields);
    return now(w).steps.legal?.missing;
  };

  it('is what somebody can give, down to the cell', () => {
    const price = eur('5.00');
    expect(missing({})).toEqual(['fields.items', 'fields.net']);
    expect(missing({ net: eur('1.00'), items: [{ price, quantity: 1 }, { price }] })).toEqual([
      'fields.items[1].quantity',
    ]);
  });
});

describe('bounds', () => {
  const greedy = (columns: number): string => `
definition: greedy
fields:
  tags: { type: list, items: integer }
  items:
    type: lines
    columns:
      n: integer
${Array.from({ length: columns }, (_, i) => `      c${i}: { type: integer, compute: =size(fields.tags) }`).join('\n')}
route:
  - approve: legal
    by: { group: legal }
`;
  it.each([
    [1, 400, null],
    [40, 400, 'step-budget'],
  ])('%i columns that each look at a list of a thousand in %i rows: %s', (columns, count, code) => {
    const w = world(greedy(columns), people);
    const tags = Array.from({ length: 1000 }, () => 1);
    const { refusal } = file(w, { tags, items: Array.from({ length: count }, () => ({ n: 1 })) });
    expect(refusal?.errors.map((error) => error.code) ?? null).toEqual(code === null ? null : [code]);
  });
});
