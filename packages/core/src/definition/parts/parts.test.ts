import { describe, expect, it } from 'vitest';
import { canonicalDefinition, definitionDigest, parseCanonicalDefinition } from '../canonical.ts';
import { compileDefinition } from '../compile.ts';
import type { Node } from '../model.ts';
import { parsed, problemsOf } from '../test-kit.ts';
import { placedNodes } from '../walk.ts';
import { GIVEN, publish, refused, SUPPLIER, using } from './parts.test-kit.ts';
import { pinnedParts } from './uses.ts';
import { untruePart } from './verify.ts';

const supplier = publish(SUPPLIER);
const step = (definition: ReturnType<typeof publish>, id: string): Node => {
  const found = placedNodes(definition.route).find(({ node }) => node.id === id);
  if (!found) throw new Error(`no step ${id}`);
  return found.node;
};
const places = (found: readonly string[]): readonly string[] => found.map((one) => one.split(': ')[0] ?? '');

describe('use (SEMANTICS 14, 19)', () => {
  const contract = publish(using(GIVEN), [supplier]);

  it('inlines the steps of the part under its prefix, with what is given for the parameters', () => {
    expect(placedNodes(contract.route).map(({ node, path }) => `${node.id} ${path}`)).toEqual([
      'supplier route[0]',
      'supplier-sanctions route[0].use[0]',
      'supplier-screen route[0].use[1]',
      'supplier-compliance route[0].use[2]',
      'finance route[1]',
    ]);
    expect(step(contract, 'supplier-sanctions')).toMatchObject({ with: { region: 'area' } });
    expect(step(contract, 'supplier-screen')).toMatchObject({
      by: { by: 'field', field: 'boss' },
      reviews: ['area', 'dealValue'],
    });
    expect(step(contract, 'supplier-compliance')).toMatchObject({
      when: 'dealValue > limits.supplier && checks["supplier-sanctions"] == "pass"',
      by: { amount: 'dealValue', dimensions: { region: 'area' } },
      reviews: 'all',
    });
    expect(contract.separate.different).toEqual([['supplier-compliance', 'supplier-screen']]);
  });

  it('takes the default of a parameter from the limits of the part, which come along under the prefix', () => {
    const without = publish(using(GIVEN.replace(', threshold: =limits.supplier', '')), [supplier]);
    expect(step(without, 'supplier-compliance')).toMatchObject({
      when: 'dealValue > limits["supplier.usual"] && checks["supplier-sanctions"] == "pass"',
    });
    expect(without.limits['supplier.usual']).toEqual({ type: 'money', amount: '10000', currency: 'EUR' });
  });

  it('pins the digest of the part, which the digest of the whole covers; the part keeps its own', () => {
    expect(pinnedParts(contract)).toEqual([{ name: 'supplier-check', digest: definitionDigest(supplier) }]);
    const later = publish(SUPPLIER.replace('10000 EUR', '10001 EUR'));
    const again = publish(using(GIVEN), [supplier, later]);
    expect(definitionDigest(again)).not.toBe(definitionDigest(contract));
    expect(definitionDigest(publish(using(GIVEN), [supplier]))).toBe(definitionDigest(contract));
    expect(parseCanonicalDefinition(canonicalDefinition(contract))).toEqual(contract);
  });

  it('may stand twice under two names, and within a branch', () => {
    const other = GIVEN.replace('id: supplier', 'id: buyer');
    const both = publish(`${using(GIVEN)}  - ${other}\n`, [supplier]);
    expect(placedNodes(both.route).map(({ node }) => node.id)).toContain('buyer-screen');
    expect(pinnedParts(both)).toHaveLength(1);
    const branch = `choose:\n      - when: area == "EMEA"\n        ${GIVEN.replaceAll('\n    ', '\n        ')}\n      - otherwise: { pass: Not ours }`;
    expect(step(publish(using(branch), [supplier]), 'supplier-screen').kind).toBe('approve');
  });

  it('lets the parent separate its steps from those of the part, by their prefixed names', () => {
    const separate = 'separate:\n  - different: [finance, supplier-screen]\n';
    expect(publish(using(GIVEN, separate), [supplier]).separate.different).toHaveLength(2);
    expect(places(refused(using(GIVEN, separate.replace('screen', 'sreen')), [supplier]))).toEqual([
      'unknown-name 16:3 separate',
    ]);
  });

  it('has parts in parts, whose names add up', () => {
    const outer = publish(
      `definition: outer
parameters: { total: { type: money, currency: EUR }, where: { type: enum, of: [EMEA, APAC] }, who: person }
route:
  - use: supplier-check
    id: inner
    with: { amount: =total, region: =where, lead: =who }
`,
      [supplier],
    );
    const whole = publish(using('use: outer\n    with: { total: =dealValue, where: =area, who: =boss }'), [
      supplier,
      outer,
    ]);
    expect(step(whole, 'outer-inner-compliance')).toMatchObject({
      when: 'dealValue > limits["outer.inner.usual"] && checks["outer-inner-sanctions"] == "pass"',
    });
    expect(whole.separate.different).toEqual([['outer-inner-compliance', 'outer-inner-screen']]);
  });

  it('reviews everything where it reviews a parameter that is made of no field', () => {
    const fixed = GIVEN.replace('=dealValue', '=limits.supplier').replace('=area', 'EMEA');
    expect(step(publish(using(fixed), [supplier]), 'supplier-screen')).toMatchObject({ reviews: 'all' });
  });

  it('answers to the steps after it, and not to those before', () => {
    const asks = (id: string): string =>
      `- approve: ${id}\n    when: checks["supplier-sanctions"] == "pass"\n    by: { role: b }`;
    const after = using(GIVEN).replace('  - approve: finance', `  ${asks('after')}\n  - approve: finance`);
    expect(refused(after, [supplier])).toEqual([]);
    const before = using(GIVEN).replace('route:\n', `route:\n  ${asks('before')}\n`);
    expect(places(refused(before, [supplier]))).toEqual(['never-satisfied 11:11 route[0].when']);
    const later = using(
      GIVEN.replace('=dealValue', `'=checks.late == "pass" ? dealValue : limits.supplier'`),
    );
    const check = '  - check: late\n    ask: b.c\n    within: 1 hour\n';
    expect(places(refused(`${later}${check}`, [supplier]))).toContain(
      'never-satisfied 12:13 route[0].with.amount',
    );
  });

  it('adds up related requests over the fields that it is given', () => {
    const sums = publish(
      SUPPLIER.replace('{ usual: 10000 EUR }', '{ usual: 10000 EUR, window: 30 days }').replace(
        'amount > threshold',
        'related.total(amount, region, limits.window) > threshold',
      ),
    );
    expect(compileDefinition(publish(using(GIVEN), [sums])).totals).toMatchObject([
      { amount: 'dealValue', by: 'fields.area', within: 30 * 86_400_000, currency: 'EUR' },
    ]);
    const computed = GIVEN.replace('=dealValue', '=dealValue * 2');
    expect(refused(using(computed), [sums])[0]).toMatch(
      /^bad-condition 10:10 .*In the part `supplier-check`/,
    );
  });

  it('is never decided on without its part', () => {
    const separate = 'separate:\n  - different: [finance, supplier-screen]\n';
    expect(problemsOf(using(GIVEN, separate))).toEqual(['part-needed 10:10 route[0].use']);
    expect(() => compileDefinition(parsed(using(GIVEN)))).toThrow(/part supplier-check was not looked up/);
  });
});

describe('publishing a use refuses, with line and column', () => {
  const change = (from: string, to: string): readonly string[] =>
    refused(using(GIVEN.replace(from, to)), [supplier]);

  it('a part that is not there, or is none', () => {
    expect(refused(using(GIVEN))).toEqual([
      expect.stringMatching(/^unknown-name 10:10 route\[0\].use: There is no/),
    ]);
    const plain = publish('definition: supplier-check\nroute: [{ approve: a, by: { role: b } }]\n');
    expect(refused(using(GIVEN), [plain])[0]).toMatch(/is no part: it declares no `parameters`/);
  });

  it('what is not given, and what the part does not know', () => {
    expect(change(', lead: =boss', '')).toEqual([
      expect.stringMatching(/^missing-key 12:11 route\[0\]\.with: `supplier-check` needs `lead` \(person\)/),
    ]);
    expect(change('threshold:', 'treshold:')).toEqual([
      expect.stringMatching(/^unknown-key 12:61 route\[0\]\.with\.treshold: .*Did you mean `threshold`/),
    ]);
  });

  it('a value of another type, at its own place', () => {
    expect(change('=limits.supplier', '=limits.other')).toEqual([
      expect.stringMatching(
        /^bad-condition 12:\d+ route\[0\]\.with\.threshold: This must be money.*is percent/,
      ),
    ]);
    expect(change('=area', 'EMAE')[0]).toMatch(/^bad-condition 12:\d+ route\[0\]\.with\.region/);
    expect(change('=area', 'EMEA')).toEqual([]);
    expect(change('=dealValue', '=dealVaule')[0]).toMatch(
      /^bad-condition 12:22 .*There is no field dealVaule/,
    );
  });

  it('somebody to ask who is no field', () => {
    expect(change('=boss', '=requester')[0]).toMatch(/^bad-value .*with\.lead: .*so that must be a field/);
  });

  it('whom the part excludes and the definition does not', () => {
    expect(refused(using(GIVEN, 'separate:\n  - never: [requester]\n'), [supplier])[0]).toMatch(
      /^bad-value 10:10 route\[0\].use: `supplier-check` lets no submitter, beneficiary, editor decide/,
    );
  });

  it('an override in a part without reasons for it in the definition', () => {
    const part = publish(
      SUPPLIER.replace(
        '    by: { field: lead }\n',
        '    by: { field: lead }\n    override: { by: { role: duty }, review: { role: audit } }\n',
      ),
    );
    expect(refused(using(GIVEN), [part])[0]).toMatch(
      /^missing-key 10:10 route\[0\]\.use\S*: .*An override gives a reason/,
    );
    expect(refused(using(GIVEN, 'reasons: { override: { outage: Outage } }\n'), [part])).toEqual([]);
  });

  it('what a part says of the requests of others', () => {
    for (const line of ['number: A-{seq}', 'observers: [{ role: audit }]', 'retain: contracts'])
      expect(refused(`${SUPPLIER}${line}\n`)[0]).toMatch(/^conflicting-keys .*: A part has no/);
  });

  it('steps of one name, and names that grow too long', () => {
    expect(refused(using(GIVEN).replaceAll('finance', 'supplier-screen'), [supplier])[0]).toMatch(
      /^duplicate/,
    );
    expect(change('id: supplier', `id: ${'s'.repeat(60)}`)[0]).toMatch(/^bad-value .*cannot be named/);
  });

  it('itself, directly or through another part, and parts too deep in parts', () => {
    const self =
      'definition: loop\nparameters: {}\nroute:\n  - use: loop\n  - approve: a\n    by: { role: b }\n';
    const before = publish('definition: loop\nparameters: {}\nroute: [{ approve: a, by: { role: b } }]\n');
    expect(refused(self, [before])[0]).toMatch(
      /^bad-value 4:10 route\[0\]\.use: `loop` would stand in itself/,
    );
    const other = publish('definition: other\nparameters: {}\nroute: [{ use: loop }]\n', [before]);
    expect(refused(self.replace('use: loop', 'use: other'), [before, other])[0]).toMatch(
      /would stand in itself/,
    );
    const deep = [before];
    for (let i = 1; i < 8; i += 1)
      deep.push(
        publish(
          `definition: p${i}\nparameters: {}\nroute: [{ use: ${i === 1 ? 'loop' : `p${i - 1}`}, id: x }]\n`,
          deep,
        ),
      );
    expect(publish('definition: last\nroute: [{ use: p7 }]\n', deep).definition).toBe('last');
    deep.push(publish('definition: p8\nparameters: {}\nroute: [{ use: p7, id: x }]\n', deep));
    expect(refused('definition: last\nroute: [{ use: p8 }]\n', deep)[0]).toMatch(
      /^too-large .*at most 8 deep/,
    );
  });

  it('what is wrong only here, and says that it is in the part', () => {
    const workdays = publish(SUPPLIER.replace('within: 1 hour', 'within: 2 workdays'));
    expect(refused(using(GIVEN), [workdays])).toEqual([
      expect.stringMatching(
        /^missing-key 10:10 route\[0\]\.use\[0\]\.within: In the part `supplier-check`, used here: /,
      ),
    ]);
  });
});

describe('a part', () => {
  it('reads its parameters and nothing else', () => {
    expect(refused(SUPPLIER.replace('amount > threshold', 'dealValue > threshold'))[0]).toMatch(
      /^bad-condition .*There is no field dealValue/,
    );
    for (const [more, key] of [
      ['fields: { a: text }', 'fields'],
      ['documents: { a: {} }', 'documents'],
      ['due: 3 days', 'due'],
      ['expire: 3 days', 'expire'],
      ['confidential: true', 'confidential'],
      ['reasons: { reject: { a: A } }', 'reasons'],
      ['number: "A-{seq}"', 'number'],
      ['observers: [{ group: audit }]', 'observers'],
      ['retain: contracts', 'retain'],
      ['reopen: { by: { role: a } }', 'reopen'],
      ['number: A-{seq}', 'number'],
      ['observers: [{ role: a }]', 'observers'],
      ['retain: contracts', 'retain'],
      ['time: { calendar: office }', 'time'],
    ])
      expect(places(refused(`${SUPPLIER}${more}\n`))).toContainEqual(
        expect.stringMatching(`^conflicting-keys 23:[0-9]+ ${key}`),
      );
  });

  it('has defaults of the right type, out of its limits', () => {
    expect(refused(SUPPLIER.replace('=limits.usual', '=amount'))[0]).toMatch(
      /^bad-condition 9:\d+ .*no field amount/,
    );
    expect(refused(SUPPLIER.replace('=limits.usual', '3'))[0]).toMatch(/must be money/);
  });

  it('has the reasons of the definition that uses it', () => {
    const clause = '{ by: { role: a }, review: { role: b } }';
    const emergency = publish(
      SUPPLIER.replace(
        'by: { field: lead }',
        `by: { field: lead }\n    override: ${clause}\n    reasons: [reject]`,
      ),
    );
    expect(refused(using(GIVEN), [emergency])).toEqual([
      expect.stringMatching(/^missing-key 10:10 .*An override gives a reason/),
      expect.stringMatching(/^unknown-name 10:10 .*There are no reasons of `reject`/),
    ]);
    const reasons = 'reasons: { override: { outage: Outage }, reject: { late: Late } }\n';
    expect(refused(using(GIVEN, reasons), [emergency])).toEqual([]);
  });

  it('need not ask somebody by itself; whoever uses it must', () => {
    const only = publish(
      'definition: only\nparameters: {}\nroute:\n  - check: a\n    ask: b\n    within: 1 hour\n',
    );
    expect(places(refused('definition: whole\nroute: [{ use: only }]\n', [only]))).toEqual([
      'nobody-decides 2:8 route',
    ]);
  });
});

describe('what a log says of its parts', () => {
  const contract = publish(using(GIVEN), [supplier]);
  const known = (digest: string) => (digest === definitionDigest(supplier) ? supplier : undefined);

  it('is true of what was published, and of nothing else', () => {
    expect(untruePart(contract, known)).toBeNull();
    expect(untruePart(contract, () => undefined)).toMatch(/holds no part supplier-check/);
    const [use, ...rest] = contract.route;
    if (use?.kind !== 'sequence') throw new Error('no use');
    const less = { ...contract, route: [{ ...use, steps: use.steps.slice(1) }, ...rest] };
    expect(untruePart(less, known)).toMatch(/are not those of the part/);
    expect(untruePart({ ...contract, separate: { ...contract.separate, different: [] } }, known)).toMatch(
      /not those/,
    );
    expect(untruePart({ ...contract, limits: {} }, known)).toMatch(/not those/);
    expect(untruePart({ ...contract, separate: { ...contract.separate, never: [] } }, known)).toMatch(
      /not those/,
    );
  });
});
