import { Environment } from '@marcbachmann/cel-js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkExpression } from './check.ts';
import type { Program } from './code.ts';
import { evaluate, isFailed, isUnknown } from './evaluate.ts';
import {
  anySource,
  anyValues,
  booleans,
  fullValues,
  typedValues,
  type Values,
  wildSource,
} from './expressions.test-kit.ts';
import { paths, scope } from './fixture.test-kit.ts';
import { parseExpression } from './parse.ts';
import { evaluateSource } from './programs.ts';

const at = (values: Values) => (path: string) => (Object.hasOwn(values, path) ? values[path] : undefined);

function programOf(source: string): Program {
  const parsed = parseExpression(source);
  fc.pre(parsed.ok);
  const { program } = checkExpression(parsed.expression, scope);
  fc.pre(program !== null);
  return program;
}

const runs = { numRuns: 2000 };

describe('three-valued logic', () => {
  const truth = fc.constantFrom(true, false, undefined);
  type Truth = boolean | undefined;
  const name = (i: number): string => `b${i}`;
  const kleene = {
    scope: {
      fields: Object.fromEntries(
        [0, 1, 2, 3, 4, 5].map((i) => [name(i), { type: { type: 'boolean' }, personal: false } as const]),
      ),
      limits: {},
      checks: [],
    },
  };
  const not = (a: Truth): Truth => (a === undefined ? undefined : !a);
  const and = (a: Truth, b: Truth): Truth => (a === false || b === false ? false : a && b);
  const or = (a: Truth, b: Truth): Truth => not(and(not(a), not(b)));
  const equals = (a: Truth, b: Truth): Truth => (a === undefined || b === undefined ? undefined : a === b);
  const iff = (t: Truth, a: Truth, b: Truth): Truth =>
    t === undefined ? (a === b ? a : undefined) : t ? a : b;

  type Node = { readonly source: string; readonly of: (v: readonly Truth[]) => Truth };
  const leaf = fc.nat(5).map((i): Node => ({ source: name(i), of: (v) => v[i] }));
  const { core } = fc.letrec<{ core: Node }>((tie) => ({
    core: fc.oneof(
      { maxDepth: 5 },
      leaf,
      tie('core').map((a): Node => ({ source: `!${a.source}`, of: (v) => not(a.of(v)) })),
      fc
        .tuple(tie('core'), tie('core'))
        .map(
          ([a, b]): Node => ({ source: `(${a.source} && ${b.source})`, of: (v) => and(a.of(v), b.of(v)) }),
        ),
      fc
        .tuple(tie('core'), tie('core'))
        .map(([a, b]): Node => ({ source: `(${a.source} || ${b.source})`, of: (v) => or(a.of(v), b.of(v)) })),
      fc
        .tuple(tie('core'), tie('core'))
        .map(
          ([a, b]): Node => ({ source: `(${a.source} == ${b.source})`, of: (v) => equals(a.of(v), b.of(v)) }),
        ),
      fc.tuple(tie('core'), tie('core'), tie('core')).map(
        ([t, a, b]): Node => ({
          source: `(${t.source} ? ${a.source} : ${b.source})`,
          of: (v) => iff(t.of(v), a.of(v), b.of(v)),
        }),
      ),
    ),
  }));
  const values = fc.tuple(truth, truth, truth, truth, truth, truth);
  const run = (source: string, v: readonly Truth[]) =>
    evaluateSource(source, kleene.scope, (path) => v[Number(path.slice('fields.b'.length))]);
  const truthOf = (source: string, v: readonly Truth[]): Truth => {
    const { result } = run(source, v);
    if (typeof result === 'boolean') return result;
    expect(isUnknown(result)).toBe(true);
    return undefined;
  };

  it('is Kleene’s', () => {
    fc.assert(
      fc.property(core, values, (node, v) => {
        expect(truthOf(node.source, v)).toBe(node.of(v));
      }),
      runs,
    );
  });

  it('does not care for the order of operands', () => {
    fc.assert(
      fc.property(core, core, values, (a, b, v) => {
        expect(truthOf(`${a.source} && ${b.source}`, v)).toBe(truthOf(`${b.source} && ${a.source}`, v));
        expect(truthOf(`${a.source} || ${b.source}`, v)).toBe(truthOf(`${b.source} || ${a.source}`, v));
        expect(truthOf(`!(${a.source} && ${b.source})`, v)).toBe(truthOf(`!${a.source} || !${b.source}`, v));
      }),
    );
  });

  /** Each variable at most once: then every cited input is needed. */
  const readOnce = fc
    .tuple(
      fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 1 }),
      fc.array(fc.constantFrom('&&', '||', '=='), { minLength: 5, maxLength: 5 }),
      fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
      fc.array(fc.nat(4), { minLength: 5, maxLength: 5 }),
    )
    .map(([variables, operators, nots, places]) => {
      const terms = variables.map((i, n) => `${nots[n] ? '!' : ''}${name(i)}`);
      for (let n = 0; terms.length > 1; n += 1) {
        const place = (places[n] ?? 0) % (terms.length - 1);
        terms.splice(place, 2, `${n % 2 ? '!' : ''}(${terms[place]} ${operators[n]} ${terms[place + 1]})`);
      }
      return terms[0] ?? 'b0';
    });

  it('cites no input in vain: without the others, taking any cited one away leaves the result unknown', () => {
    fc.assert(
      fc.property(readOnce, values, (source, v) => {
        const { result, inputs } = run(source, v);
        fc.pre(typeof result === 'boolean');
        const cited = v.map((value, i) => (`fields.b${i}` in inputs ? value : undefined));
        expect(truthOf(source, cited)).toBe(result);
        for (const path of Object.keys(inputs)) {
          const without = cited.map((value, i) => (path === `fields.b${i}` ? undefined : value));
          expect(truthOf(source, without)).toBeUndefined();
        }
      }),
      runs,
    );
  });
});

describe('for every checked expression', () => {
  it('what is not cited may change freely and the result stays', () => {
    fc.assert(
      fc.property(fc.oneof(booleans, anySource), typedValues, anyValues, (source, values, others) => {
        const program = programOf(source);
        const { result, inputs } = evaluate(program, at(values));
        const changed = Object.fromEntries(paths.map((p) => [p, p in inputs ? values[p] : others[p]]));
        expect(evaluate(program, at(changed)).result).toEqual(result);
      }),
      runs,
    );
  });

  it('a result that is known stays whatever arrives later, unless it asks what is there', () => {
    fc.assert(
      fc.property(fc.oneof(booleans, anySource), typedValues, fullValues, (source, some, rest) => {
        fc.pre(!source.includes('has('));
        const program = programOf(source);
        const { result } = evaluate(program, at(some));
        fc.pre(!isUnknown(result) && !isFailed(result));
        const all = Object.fromEntries(paths.map((p) => [p, some[p] ?? rest[p]]));
        expect(evaluate(program, at(all)).result).toEqual(result);
      }),
      runs,
    );
  });

  it('no values make it fail by type; what is missing is named; the answer is the same twice', () => {
    fc.assert(
      fc.property(fc.oneof(booleans, anySource, wildSource), anyValues, (source, values) => {
        const program = programOf(source);
        const first = evaluate(program, at(values));
        if (isFailed(first.result)) {
          expect(['bad-value', 'overflow', 'whole-days', 'step-budget']).toContain(first.result.problem.code);
        }
        if (isUnknown(first.result)) expect(first.result.unknown.length).toBeGreaterThan(0);
        expect(evaluate(program, at(values))).toEqual(first);
        expect(Object.keys(first.inputs).every((p) => program.reads.some((r) => r.path === p))).toBe(true);
      }),
      runs,
    );
  });
});

it('evaluation never throws, for any expression that parses and any values', () => {
  fc.assert(
    fc.property(fc.oneof(wildSource, anySource), anyValues, (source, values) => {
      evaluateSource(source, scope, at(values));
    }),
    runs,
  );
});

describe('it is CEL', () => {
  const cel = new Environment({ unlistedVariablesAreDyn: false })
    .registerVariable('urgent', 'bool')
    .registerVariable('seats', 'int')
    .registerVariable('title', 'string')
    .registerVariable('counts', 'list<int>');
  const plain = fc
    .oneof(booleans, anySource)
    .filter(
      (s) =>
        !/has|\b(budgetOwner|rate|start|end|date|timestamp|duration|fields|limits|revision|checks|tags|amounts|dealValue|fee|discount|received|notice|tier|requester|\d\.\d+)\b/.test(
          s,
        ),
    );

  it('where both know the expression, an evaluator of genuine CEL answers the same', () => {
    let compared = 0;
    fc.assert(
      fc.property(
        plain,
        fc.boolean(),
        fc.integer({ min: -9, max: 9 }),
        fc.string({ maxLength: 3 }),
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
        (source, urgent, seats, title, counts) => {
          fc.pre(title.isWellFormed());
          const program = programOf(source);
          const values: Values = {
            'fields.urgent': urgent,
            'fields.seats': seats,
            'fields.title': title,
            'fields.counts': counts,
          };
          const ours = evaluate(program, at(values)).result;
          fc.pre(!isUnknown(ours) && !isFailed(ours));
          let theirs: unknown;
          try {
            theirs = cel.evaluate(source, {
              urgent,
              seats: BigInt(seats),
              title,
              counts: counts.map(BigInt),
            });
          } catch {
            // A missing item is an error there and unknown here; a settled condition hides it only here.
            return;
          }
          compared += 1;
          const plainly = (v: unknown): unknown =>
            Array.isArray(v) ? v.map(plainly) : typeof v === 'bigint' ? Number(v) : v;
          expect(plainly(theirs)).toEqual(ours);
        },
      ),
      { numRuns: 1000 },
    );
    expect(compared).toBeGreaterThan(500);
  });
});
