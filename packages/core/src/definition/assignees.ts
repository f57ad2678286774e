import type { Assignees, Definition, Node } from './model.ts';
import type { Placed } from './walk.ts';

export type PlacedAssignees = { readonly by: Assignees; readonly path: string };

/** Every single way to name whom to ask: `any` is taken apart, and a line of managers has the matrix of its limits. */
export function single(by: Assignees, path: string): readonly PlacedAssignees[] {
  if (by.by === 'any') return by.any.flatMap((one, i) => single(one, `${path}.any[${i}]`));
  const limits = by.by === 'manager' && by.until ? [{ by: by.until, path: `${path}.until` }] : [];
  return [{ by, path }, ...limits];
}

/** Whom a step may ask, in all its clauses. */
export function assigneesOf(node: Node, path: string): readonly PlacedAssignees[] {
  if (node.kind !== 'approve') return [];
  const { by, fallback, escalate } = node;
  return [
    ...single(by, `${path}.by`),
    ...(fallback ? single(fallback, `${path}.fallback`) : []),
    ...(escalate ? single(escalate.add, `${path}.escalate.${escalate.replace ? 'replace' : 'add'}`) : []),
  ];
}

/** Whom its `override` names: they are not asked, and act of themselves. */
function overridersOf(node: Node, path: string): readonly PlacedAssignees[] {
  if (node.kind !== 'approve' || !node.override) return [];
  const { by, review } = node.override;
  return [...single(by, `${path}.override.by`), ...single(review, `${path}.override.review`)];
}

/** All of them, over the route and `reopen`. */
export function allAssignees(definition: Definition, nodes: readonly Placed[]): readonly PlacedAssignees[] {
  const route = nodes.flatMap(({ node, path }) => [...assigneesOf(node, path), ...overridersOf(node, path)]);
  return definition.reopen ? [...route, ...single(definition.reopen, 'reopen.by')] : route;
}
