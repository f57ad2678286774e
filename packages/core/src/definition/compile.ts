import type { Expression } from '../condition/ast.ts';
import { parseExpression } from '../condition/parse.ts';
import { type Scope, scopeOf } from '../condition/scope.ts';
import { type FormPlan, formPlan } from '../form/plan.ts';
import { type Total, totalsOf } from '../related/total.ts';
import { definitionDigest } from './canonical.ts';
import type { Approve, Definition, Node } from './model.ts';
import { neededParts } from './parts/uses.ts';
import { placedNodes } from './walk.ts';

/** A definition made ready for deciding: steps by id, expressions parsed once. */
export type CompiledDefinition = {
  readonly digest: string;
  readonly definition: Definition;
  /** In reading order. */
  readonly approveSteps: readonly Approve[];
  step(id: string): Node | undefined;
  /** Where a step stands, such as `route[1].parallel[0]`. Throws a RangeError for a step that is not in the route. */
  path(id: string): string;
  /** The names that its expressions read, with their types. */
  readonly scope: Scope;
  /** The sums over related requests that its expressions read. */
  readonly totals: readonly Total[];
  /** How its form is filled in; null where nothing follows from anything. */
  readonly form: FormPlan | null;
  /** The parsed expression. Throws a SyntaxError if it is none, which a checked definition rules out. */
  expression(source: string): Expression;
};

/** Throws a TypeError where a part was not looked up: an empty one would pass with nobody asked. */
export function compileDefinition(definition: Definition): CompiledDefinition {
  const [needed] = neededParts(definition);
  if (needed !== undefined)
    throw new TypeError(
      `${definition.definition}: the part ${needed} was not looked up, so its steps are missing`,
    );
  const nodes = placedNodes(definition.route);
  const byId = new Map(nodes.map((placed) => [placed.node.id, placed]));
  const checks = nodes.flatMap(({ node }) => (node.kind === 'check' ? [node.id] : []));
  const expressions = new Map<string, Expression>();
  const scope = scopeOf(definition, checks);
  return {
    digest: definitionDigest(definition),
    definition,
    approveSteps: nodes.flatMap(({ node }) => (node.kind === 'approve' ? [node] : [])),
    scope,
    totals: totalsOf(definition, scope),
    form: formPlan(definition),
    step: (id) => byId.get(id)?.node,
    path(id) {
      const placed = byId.get(id);
      if (!placed) throw new RangeError(`no step ${id} in ${definition.definition}`);
      return placed.path;
    },
    expression(source) {
      const known = expressions.get(source);
      if (known) return known;
      const parsed = parseExpression(source);
      if (!parsed.ok) throw new SyntaxError(`${definition.definition}: ${parsed.problem.message}`);
      expressions.set(source, parsed.expression);
      return parsed.expression;
    },
  };
}
