import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ast } from '../../condition/ast.ts';
import { checkExpression } from '../../condition/check.ts';
import { evaluate, isFailed, isUnknown } from '../../condition/evaluate.ts';
import { booleans, typedValues, type Values } from '../../condition/expressions.test-kit.ts';
import { scope } from '../../condition/fixture.test-kit.ts';
import { parseExpression } from '../../condition/parse.ts';
import { printExpression } from '../../condition/print.ts';
import type { Scope } from '../../condition/scope.ts';
import { fieldsRead } from './reads.ts';
import { substitute } from './substitute.ts';

const rootOf = (source: string): Ast => {
  const parsed = parseExpression(source);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.expression.root;
};

const renamed = (path: string): string => {
  const [root, ...rest] = path.split('.');
  if (root === 'fields') return `fields.given_${rest.join('.')}`;
  if (root === 'limits') return `limits.u.${rest.join('.')}`;
  return root === 'checks' ? `checks.u-${rest.join('.')}` : path;
};
const byName = <T>(all: { readonly [name: string]: T }, name: (one: string) => string) =>
  Object.fromEntries(Object.entries(all).map(([one, value]) => [name(one), value]));

/** The same names as the definition that uses the part has them. */
const outer: Scope = {
  fields: byName(scope.fields, (name) => `given_${name}`),
  limits: byName(scope.limits, (name) => `u.${name}`),
  checks: scope.checks.map((id) => `u-${id}`),
};

const within = (source: string, argument: (name: string) => string): string =>
  printExpression(
    substitute(rootOf(source), {
      parameter: (name) => (Object.hasOwn(scope.fields, name) ? rootOf(argument(name)) : undefined),
      limit: (name) => `u.${name}`,
      check: (step) => `u-${step}`,
    }),
  );

function outcome(source: string, at: Scope, values: Values, path: (own: string) => string): unknown {
  const parsed = parseExpression(source);
  if (!parsed.ok) return parsed.problem.code;
  const { program, problems } = checkExpression(parsed.expression, at);
  if (program === null) return problems.map(({ code }) => code);
  const { result } = evaluate(program, (asked) => (Object.hasOwn(values, asked) ? values[asked] : undefined));
  if (isUnknown(result)) return result.unknown.map(path).sort();
  return isFailed(result) ? result.problem.code : result;
}

describe('an expression of a part, where it is used', () => {
  const field = (name: string): string => `fields["given_${name}"]`;

  it('says of what is given what it says in the part of its parameters', () => {
    fc.assert(
      fc.property(booleans, typedValues, (source, values) => {
        const inner = outcome(source, scope, values, renamed);
        const there = byName(values, renamed);
        expect(outcome(within(source, field), outer, there, (path) => path)).toEqual(inner);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes an argument as a whole, whatever stands around it', () => {
    const sum = (name: string): string => {
      const type = scope.fields[name]?.type.type;
      if (type === 'integer') return `${field(name)} + 0`;
      if (type === 'decimal') return `0.0 + ${field(name)}`;
      if (type === 'boolean') return `true && ${field(name)}`;
      return type === 'text' ? `urgentGiven ? ${field(name)} : "" + ${field(name)}` : field(name);
    };
    const more: Scope = {
      ...outer,
      fields: { ...outer.fields, urgentGiven: { type: { type: 'boolean' }, personal: false } },
    };
    fc.assert(
      fc.property(booleans, typedValues, fc.boolean(), (source, values, urgent) => {
        fc.pre(!source.includes('has('));
        const there = { ...byName(values, renamed), 'fields.urgentGiven': urgent };
        const given = outcome(within(source, sum), more, there, (path) => path);
        const inner = outcome(source, scope, values, renamed);
        // An argument makes the whole longer, and a sum may overflow where its parts do not.
        fc.pre(typeof given !== 'string' && typeof inner !== 'string');
        expect(given).toEqual(inner);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps names that a macro binds, and asks nothing of what is written out', () => {
    const given = (name: string): string => (name === 'tags' ? 'fields.words' : '"x"');
    expect(within('tags.exists(title, title == region) && title == "a"', given)).toBe(
      'fields.words.exists(title, title == "x") && "x" == "a"',
    );
    expect(within('has(title) && has(fields.tags)', given)).toBe('true && has(fields.words)');
  });

  it('reads the fields of its argument, and no limits, checks, identities or bound names', () => {
    expect(
      fieldsRead(
        rootOf(
          'a + fields.b > limits.c && checks.d == "pass" && requester == e && list.exists(x, x == y) && revision.number > 1 && has(fields["z-z"])',
        ),
      ),
    ).toEqual(['a', 'b', 'e', 'list', 'y', 'z-z']);
  });
});
