import type { Ast } from '../../condition/ast.ts';
import { parseExpression } from '../../condition/parse.ts';
import { printExpression } from '../../condition/print.ts';
import { canonicalJson } from '../../facts/digest.ts';
import type { Approve, Assignees, Definition, Limit, MatrixLookup, Node, Sequence } from '../model.ts';
import { fieldsRead, plainField } from './reads.ts';
import { type Meanings, substitute } from './substitute.ts';

/** A `use` and the part that it names. */
export type Used = { readonly id: string; readonly with: { readonly [parameter: string]: string } };

/** What a part brings into the definition that uses it. */
export type Brought = {
  readonly steps: readonly Node[];
  readonly limits: { readonly [name: string]: Limit };
  readonly different: readonly (readonly string[])[];
  /** Parameters that name whom to ask, and are given something else than a field. */
  readonly noFields: readonly string[];
};

type Inlining = {
  readonly meanings: Meanings;
  readonly given: (parameter: string) => Ast | undefined;
  readonly id: (step: string) => string;
  readonly noFields: Set<string>;
};

export const stepIdIn = (use: string, step: string): string => `${use}-${step}`;
export const limitNameIn = (use: string, limit: string): string => `${use}.${limit}`;

/**
 * The steps of a part as steps of the definition that uses it: ids get the prefix, parameters become what is given for
 * them, limits come along under the prefix. So whatever reads, decides and verifies a route needs to know no parts.
 * The expressions of both must parse, which a checked definition's do.
 */
export function inlinePart(part: Definition, { id, with: given }: Used): Brought {
  const names = new Map((part.parameters ?? []).map((one) => [one.name, one]));
  const own: Meanings = {
    parameter: () => undefined,
    limit: (name) => limitNameIn(id, name),
    check: (step) => stepIdIn(id, step),
  };
  const arguments_ = new Map<string, Ast>();
  for (const [name, parameter] of names) {
    const source = Object.hasOwn(given, name) ? given[name] : undefined;
    if (source !== undefined) arguments_.set(name, parsed(source));
    else if (parameter.default !== undefined)
      arguments_.set(name, substitute(parsed(parameter.default), own));
  }
  const inlining: Inlining = {
    meanings: { ...own, parameter: (name) => arguments_.get(name) },
    given: (name) => arguments_.get(name),
    id: (step) => stepIdIn(id, step),
    noFields: new Set(),
  };
  return {
    steps: part.route.map((node) => inlined(inlining, node)),
    limits: Object.fromEntries(
      Object.entries(part.limits).map(([name, limit]) => [limitNameIn(id, name), limit]),
    ),
    different: part.separate.different.map((steps) => steps.map(inlining.id).sort()),
    noFields: [...inlining.noFields].sort(),
  };
}

/** A parent with what its parts bring; in the canonical order of its separation. */
export function withBrought(definition: Definition, brought: readonly Brought[]): Definition {
  const { separate } = definition;
  const different = new Map(
    [...separate.different, ...brought.flatMap((one) => one.different)].map((one) => [
      canonicalJson(one),
      one,
    ]),
  );
  return {
    ...definition,
    limits: Object.assign({}, definition.limits, ...brought.map((one) => one.limits)),
    separate: {
      ...separate,
      different: [...different].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, steps]) => steps),
    },
  };
}

function inlined(inlining: Inlining, node: Node): Node {
  const id = inlining.id(node.id);
  switch (node.kind) {
    case 'approve':
      return approveStep(inlining, node, id);
    case 'check':
      return { ...node, id, when: condition(inlining, node.when), with: all(inlining, node.with) };
    case 'sequence':
      return {
        ...group(inlining, node, id),
        ...(node.use ? { use: { ...node.use, with: all(inlining, node.use.with) } } : {}),
      };
    case 'parallel':
      return group(inlining, node, id);
    case 'choose':
      return {
        ...node,
        id,
        branches: node.branches.map((branch) => ({
          ...branch,
          when: condition(inlining, branch.when),
          steps: branch.steps.map((step) => inlined(inlining, step)),
        })),
      };
    default: {
      const never: never = node;
      return never;
    }
  }
}

const group = <G extends Sequence | Extract<Node, { kind: 'parallel' }>>(
  inlining: Inlining,
  node: G,
  id: string,
): G => ({
  ...node,
  id,
  when: condition(inlining, node.when),
  steps: node.steps.map((step) => inlined(inlining, step)),
});

function approveStep(inlining: Inlining, step: Approve, id: string): Approve {
  const whom = (by: Assignees): Assignees => assignees(inlining, by);
  const { escalate, fallback, override } = step;
  return {
    ...step,
    id,
    when: condition(inlining, step.when),
    by: whom(step.by),
    reviews: reviews(inlining, step.reviews),
    fallback: fallback && whom(fallback),
    escalate: escalate && { ...escalate, add: whom(escalate.add) },
    ...(override ? { override: { ...override, by: whom(override.by), review: whom(override.review) } } : {}),
  };
}

/** Whoever reviews a parameter reviews the fields that it is made of; what is made of none is of everything. */
function reviews(inlining: Inlining, names: Approve['reviews']): Approve['reviews'] {
  if (names === 'all') return names;
  const fields = new Set(
    names.flatMap((name) => {
      const argument = inlining.given(name);
      return argument ? fieldsRead(argument) : [];
    }),
  );
  return fields.size === 0 ? 'all' : [...fields].sort();
}

function assignees(inlining: Inlining, by: Assignees): Assignees {
  switch (by.by) {
    case 'user':
    case 'group':
    case 'role':
      return by;
    case 'field': {
      const argument = inlining.given(by.field);
      const field = argument && plainField(argument);
      if (field === undefined) inlining.noFields.add(by.field);
      return { by: 'field', field: field ?? by.field };
    }
    case 'manager':
      return by.until ? { ...by, until: matrix(inlining, by.until) } : by;
    case 'matrix':
      return matrix(inlining, by);
    case 'any':
      return { by: 'any', any: by.any.map((one) => assignees(inlining, one)) };
    default: {
      const never: never = by;
      return never;
    }
  }
}

const matrix = (inlining: Inlining, by: MatrixLookup): MatrixLookup => ({
  ...by,
  amount: expression(inlining, by.amount),
  dimensions: all(inlining, by.dimensions),
});

const all = (
  inlining: Inlining,
  named: { readonly [name: string]: string },
): { readonly [name: string]: string } =>
  Object.fromEntries(Object.entries(named).map(([name, source]) => [name, expression(inlining, source)]));

const condition = (inlining: Inlining, source: string | null): string | null =>
  source === null ? null : expression(inlining, source);

const expression = ({ meanings }: Inlining, source: string): string =>
  printExpression(substitute(parsed(source), meanings));

function parsed(source: string): Ast {
  const found = parseExpression(source);
  if (!found.ok) throw new SyntaxError(found.problem.message);
  return found.expression.root;
}
