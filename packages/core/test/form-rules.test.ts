import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemsOf } from '../src/definition/test-kit.ts';
import type { Content } from '../src/request/commands.ts';
import {
  as,
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
definition: purchase
limits: { large: 1000 EUR, vat: 19% }
money: { currency: EUR }
fields:
  kind: { type: enum, of: [goods, service], required: true }
  supplier: { type: text, required: true, visible: kind == "service" }
  until: { type: date, visible: has(supplier) && supplier != "us" }
  net: { type: money }
  tax: { type: money, compute: =net * limits.vat }
  gross: { type: money, required: true, compute: =net + tax }
  size: { type: enum, of: [small, large], compute: '=gross > limits.large ? "large" : "small"' }
route:
  - approve: legal
    by: { group: legal }
    reviews: [size]
  - approve: finance
    when: size == "large"
    by: { group: legal }
    reviews: [gross]
`;
const people = [...everyone, group('legal', 'ann', 'bob')];
const goods = (net = '100.00'): Content['fields'] => ({ kind: 'goods', net: eur(net) });

const filed = (fields: Content['fields'], draft = false): { w: World; faults: readonly string[] } => {
  const w = world(RULES, people);
  const { refusal } = file(w, fields, { draft });
  return { w, faults: refusal?.errors.map(({ field, code }) => `${code} ${field}`) ?? [] };
};

describe('a hidden field is absent', () => {
  it('it need not be given, and may not be', () => {
    expect(filed(goods()).faults).toEqual([]);
    expect(filed({ ...goods(), supplier: 'Acme' }).faults).toEqual(['hidden fields.supplier']);
  });

  it('shown, it is required', () => {
    const fields = { ...goods(), kind: 'service' };
    expect(filed(fields).faults).toEqual(['required fields.supplier']);
    const { w } = filed({ ...fields, supplier: 'Acme', until: '2026-02-01' });
    expect(now(w).revision.fields).toMatchObject({ supplier: 'Acme', until: '2026-02-01' });
  });

  it('what depends on it is hidden with it', () => {
    expect(filed({ ...goods(), until: '2026-02-01' }).faults).toEqual(['hidden fields.until']);
  });

  it('a revision that hides it leaves it out', () => {
    const { w } = filed({ ...goods(), kind: 'service', supplier: 'Acme' });
    expect(revise(w, as('req'), { ...goods(), supplier: 'Acme' }).refusal?.errors).toMatchObject([
      { code: 'hidden' },
    ]);
    revise(w, as('req'), goods());
    expect(Object.keys(now(w).revision.fields)).not.toContain('supplier');
  });

  it('while nobody can tell, it is not hidden: a draft may hold it, and it is asked for', () => {
    const { w, faults } = filed({ supplier: 'Acme' }, true);
    expect(faults).toEqual([]);
    expect(now(w).revision.fields).toEqual({ supplier: 'Acme' });
    const { refusal } = give(w, service, { type: 'submit' });
    expect(refusal?.errors.map((e) => e.field)).toEqual(['fields.kind', 'fields.gross']);
    const empty = filed({}, true).w;
    const lacking = give(empty, service, { type: 'submit' }).refusal?.errors ?? [];
    expect(lacking.find((e) => e.field === 'fields.supplier')?.message).toContain('without fields.kind');
  });
});

describe('a computed field', () => {
  it('is exact, and frozen in the revision', () => {
    const { w } = filed(goods('10.01'));
    expect(now(w).revision.fields).toEqual({
      kind: 'goods',
      net: eur('10.01'),
      tax: eur('1.9019'),
      gross: eur('11.9119'),
      size: 'small',
    });
  });

  it('is given by nobody, not even rightly', () => {
    expect(filed({ ...goods(), tax: eur('19.00') }).faults).toEqual(['computed fields.tax']);
  });

  it('waits for what it is made from', () => {
    expect(filed({ kind: 'goods' }).faults).toEqual(['required fields.gross']);
    const draft = filed({ kind: 'goods' }, true);
    expect(now(draft.w).revision.fields).toEqual({ kind: 'goods' });
  });

  it('that cannot be computed refuses the request', () => {
    const net = { amount: '9'.repeat(32), currency: 'EUR' };
    expect(filed({ kind: 'goods', net }).faults.join()).toContain('fields.gross');
  });

  it('decides the route', () => {
    const { w } = filed(goods('900.00'));
    says(w, 'ann', 'approve');
    expect(now(w).status === 'closed').toBe(false);
    expect(now(w).steps.finance).toMatchObject({ status: 'open' });
  });

  it('is as changed as what it is made from', () => {
    const { w } = filed(goods('100.00'));
    says(w, 'ann', 'approve', { step: 'legal' });
    expect(now(w).outcome).toBe('approved');
    give(w, as('req'), { type: 'reopen', reason: null });
    revise(w, as('req'), goods('100.01'));
    // Small before and after; but what it was made from is another amount.
    expect(now(w).decisions[0]?.standing).toBe(false);
  });

  it('with a tolerance it is measured itself', () => {
    const rules = RULES.replace(
      'required: true, compute: =net + tax',
      'tolerance: 2%, compute: =net + tax',
    ).replace('reviews: [size]', 'reviews: [gross]');
    for (const [net, stands] of [
      ['1020.00', true],
      ['1020.01', false],
    ] as const) {
      const w = world(rules, people);
      file(w, goods('1000.00'));
      says(w, 'ann', 'approve', { step: 'legal' });
      revise(w, as('req'), goods(net));
      expect(now(w).decisions[0]?.standing).toBe(stands);
    }
  });
});

describe('for any values', () => {
  const values = fc.record(
    {
      kind: fc.constantFrom('goods', 'service'),
      supplier: fc.constantFrom('us', 'them'),
      until: fc.constant('2026-02-01'),
      net: fc.integer({ min: 0, max: 10_000_000 }).map((cents) => eur((cents / 100).toFixed(2))),
    },
    { requiredKeys: [] },
  );

  it('what was filed is settled: filing it again, less what was computed, gives the same fields', () => {
    fc.assert(
      fc.property(values, fc.boolean(), (fields, draft) => {
        const { w, faults } = filed(fields, draft);
        if (faults.length > 0) return;
        const { tax, gross, size, ...given } = now(w).revision.fields;
        expect(given).toEqual(fields);
        expect(filed(given, draft).w.state?.revision.fields).toEqual(now(w).revision.fields);
        if (fields.kind === 'goods') expect(Object.keys(given)).not.toContain('supplier');
        // Nothing but a value that somebody can give holds a request.
        const held = Object.values(now(w).steps).flatMap((step) => step.missing);
        expect(held).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('for any condition that may be published', () => {
  const atom = fc.constantFrom(
    'has(a)',
    'has(b)',
    'k == "x"',
    'n > 3',
    'a > 1',
    'b > 1',
    'a > b',
    '[1, 2].exists(i, i < a)',
    '(has(a) ? a : 0) > 1',
    '(k == "x" ? a : n) > 1',
  );
  const condition = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      atom,
      tie('node').map((one) => `!(${one})`),
      fc.tuple(tie('node'), fc.constantFrom('&&', '||'), tie('node')).map((parts) => `(${parts.join(' ')})`),
    ),
  })).node;
  const rules = (when: string): string => `
definition: guarded
fields:
  k: { type: enum, of: [x, y], required: true }
  n: { type: integer, required: true }
  a: { type: integer, required: true, visible: k == "x" }
  b: { type: integer, required: true, visible: has(a) && n > 3 }
route:
  - approve: legal
    by: { group: legal }
  - approve: last
    when: '${when}'
    by: { group: legal }
`;

  it('a whole form never leaves it unknown: what is hidden holds nobody up', () => {
    let published = 0;
    fc.assert(
      fc.property(
        condition,
        fc.constantFrom('x', 'y'),
        fc.nat(6),
        fc.nat(3),
        fc.nat(3),
        (when, k, n, a, b) => {
          if (problemsOf(rules(when)).length > 0) return;
          published += 1;
          const w = world(rules(when), people);
          file(w, { k, n, ...(k === 'x' ? { a } : {}), ...(k === 'x' && n > 3 ? { b } : {}) });
          says(w, 'ann', 'approve');
          expect(now(w).steps.last?.missing ?? []).toEqual([]);
        },
      ),
      { numRuns: 1500 },
    );
    expect(published).toBeGreaterThan(200);
  });
});
