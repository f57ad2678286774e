import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { canonicalDefinition, definitionDigest, parseCanonicalDefinition } from './canonical.ts';
import { compileDefinition } from './compile.ts';
import { parseDefinition } from './parse.ts';
import { references } from './references.ts';
import { around, parsed } from './test-kit.ts';

const digest = (text: string, format?: 'yaml' | 'json'): string => {
  const result = parseDefinition(text, format);
  if (!result.ok) throw new Error(result.problems.map((p) => `${p.path}: ${p.message}`).join('\n'));
  return result.digest;
};

describe('one meaning, one digest', () => {
  const base = (change: { [key: string]: string } = {}): string => {
    const { rate = '5%', deal = '10000 EUR', wait = '1 hour', need = 'any', ...rest } = change;
    return `definition: x
limits: { rate: ${rate}, deal: ${deal}, wait: ${wait} }
route: [{ approve: a, by: { role: a }, need: ${need}, remind: ${wait}${rest.more ?? ''} }]`;
  };

  it.each([
    [{ rate: '5.0%' }],
    [{ rate: '5 %' }],
    [{ deal: '"10,000.00 EUR"' }],
    [{ wait: 'PT1H' }],
    [{ wait: '60 minutes' }],
    [{ wait: '3600 seconds' }],
    [{ need: '1' }],
    [{ more: ', reviews: all, decisions: [return, approve, reject], whileActive: false' }],
  ])('%j', (change) => {
    expect(digest(base(change))).toBe(digest(base()));
  });

  it.each([[{ rate: '5.5%' }], [{ deal: '10000 USD' }], [{ wait: '2 hours' }], [{ need: 'all' }]])(
    'but not %j',
    (change) => {
      expect(digest(base(change))).not.toBe(digest(base()));
    },
  );

  it('a day is not 24 hours', () => {
    expect(digest(base({ wait: '1 day' }))).not.toBe(digest(base({ wait: '24 hours' })));
  });

  it('the order of fields counts, that of keys does not', () => {
    const fields = (written: string): string =>
      digest(`definition: x\nfields: ${written}\nroute: [{ approve: a, by: { role: a } }]`);
    expect(fields('{ a: text, b: text }')).not.toBe(fields('{ b: text, a: text }'));
    expect(fields('{ a: { max: 5, type: text } }')).toBe(fields('{ a: { type: text, max: 5 } }'));
  });

  const step = fc.record(
    {
      by: fc.constantFrom(
        { role: 'r' },
        { group: 'g' },
        { managerOf: 'requester', levels: 2 },
        { matrix: 'm', amount: '=amount' },
      ),
      need: fc.constantFrom('any', 'all', 2, '50%'),
      reject: fc.constantFrom('first', 'wait', { atLeast: 2 }),
      when: fc.constantFrom('amount > limits.deal', 'flag'),
      remind: fc.constantFrom('2 days', ['PT1H', '3 days']),
      askAgain: fc.constantFrom('always', 'changed'),
    },
    { requiredKeys: ['by'] },
  );
  const document = fc
    .record({
      steps: fc.array(step, { minLength: 1, maxLength: 4 }),
      deal: fc.integer({ min: 1, max: 1e6 }),
      parallel: fc.boolean(),
    })
    .map(({ steps, deal, parallel }) => {
      const route = steps.map((one, i) => ({ approve: `step-${i}`, ...one }));
      return {
        definition: 'x',
        limits: { deal: `${deal} EUR` },
        fields: { amount: 'money', flag: { type: 'boolean', required: true } },
        route: parallel ? [{ parallel: route }] : route,
      };
    });

  it('YAML, JSON, and keys in any order', () => {
    fc.assert(
      fc.property(document, fc.boolean(), (value, flow) => {
        const json = digest(JSON.stringify(value));
        expect(
          digest(
            stringify(value, { collectionStyle: flow ? 'flow' : 'block', aliasDuplicateObjects: false }),
            'yaml',
          ),
        ).toBe(json);
        expect(digest(JSON.stringify(reversed(value)))).toBe(json);
      }),
    );
  });

  it('a stored definition comes back as it was, and compiles to the same', () => {
    fc.assert(
      fc.property(document, (value) => {
        const definition = parsed(JSON.stringify(value));
        const back = parseCanonicalDefinition(canonicalDefinition(definition));
        expect(back).toEqual(definition);
        expect(definitionDigest(back)).toBe(compileDefinition(definition).digest);
      }),
    );
  });

  it('a text that is not canonical is not read back', () => {
    const text = canonicalDefinition(parsed(around('- { approve: a, by: { role: a } }')));
    expect(() => parseCanonicalDefinition(` ${text}`)).toThrow(TypeError);
    expect(() => parseCanonicalDefinition('{}')).toThrow(TypeError);
    expect(() => parseCanonicalDefinition(text.replace('"due":null,', ''))).toThrow(TypeError);
  });
});

/** The same value with the members of each object in reverse, but not the fields, whose order means something. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, key === 'fields' ? one : reversed(one)]);
  return Object.fromEntries(entries.reverse());
}

describe('compiled', () => {
  const compiled = compileDefinition(
    parsed(
      around(`- { check: credit, ask: a.b, within: 1 hour }
- choose:
    - when: amount > limits.small
      approve: first
      by: { any: [{ user: usr_z }, { role: cfo }] }
      fallback: { group: board }
    - otherwise:
        - parallel: [{ approve: second, by: { matrix: spend, amount: =amount } }]`),
    ),
  );

  it('finds steps and their places', () => {
    expect(compiled.approveSteps.map((step) => step.id)).toEqual(['first', 'second']);
    expect(compiled.step('second')).toMatchObject({ kind: 'approve' });
    expect(compiled.step('nothing')).toBeUndefined();
    expect(['credit', 'choose-2', 'first', 'parallel-2-2-1', 'second'].map(compiled.path)).toEqual([
      'route[0]',
      'route[1]',
      'route[1].choose[0].steps[0]',
      'route[1].choose[1].otherwise[0]',
      'route[1].choose[1].otherwise[0].parallel[0]',
    ]);
    expect(() => compiled.path('nothing')).toThrow(RangeError);
  });

  it('parses an expression once', () => {
    expect(compiled.expression('amount > limits.small')).toBe(compiled.expression('amount > limits.small'));
    expect(() => compiled.expression('amount >')).toThrow(SyntaxError);
  });

  it('lists what it names outside itself', () => {
    expect(references(compiled.definition)).toEqual({
      people: ['usr_z'],
      groups: ['board'],
      roles: ['cfo'],
      matrices: ['spend'],
    });
  });
});
