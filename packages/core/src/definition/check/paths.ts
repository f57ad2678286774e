import type { Node } from '../model.ts';
import { branchPath, type Placed, stepsPath } from '../walk.ts';
import { type Checking, fault } from './checking.ts';

/** Every path through the route asks somebody or says why not; and `choose` leaves no case open. */
export function checkPaths(c: Checking): void {
  // Whether somebody is asked is for the definition to say that uses a part.
  const isPart = c.definition.parameters !== undefined;
  if (!isPart && !c.nodes.some(({ node }) => node.kind === 'approve')) {
    if (c.source.notYet.length > 0) return;
    fault(
      c,
      'nobody-decides',
      'route',
      'No step asks anybody: this approves nothing. Add an `approve:` step.',
    );
    return;
  }
  for (const { node, path } of c.nodes) if (node.kind === 'choose') checkOtherwise(c, node, path);
  if (isPart) return;
  const open = openPath(c.definition.route, 'route', c.nodes);
  if (open === undefined) return;
  const message =
    'There is a path on which nobody is asked and no reason is given: each step on it has a `when` that may be false. ' +
    'Ask somebody always, or write it as `choose` with `pass:` and the reason.';
  fault(c, 'nobody-decides', open, message);
}

function checkOtherwise(c: Checking, node: Extract<Node, { kind: 'choose' }>, path: string): void {
  const found = node.branches.findIndex((branch) => branch.when === null);
  if (found === node.branches.length - 1) return;
  const message =
    found < 0
      ? '`choose` needs a last branch `otherwise:`, for when no condition holds. Add one, with steps or with `pass:` and the reason.'
      : '`otherwise` must be the last branch of `choose`, and the only one: what stands after it is never reached. Move it down.';
  fault(c, 'no-otherwise', found < 0 ? `${path}.choose` : branchPath(path, found), message);
}

/** Where a path without a person begins, or undefined if every path has one or gives its reason. */
function openPath(nodes: readonly Node[], path: string, all: readonly Placed[]): string | undefined {
  let open: string | undefined = path;
  for (const node of nodes) {
    const place = all.find((placed) => placed.node === node)?.path ?? path;
    const inside = openIn(node, place, all);
    if (inside === undefined) return undefined;
    if (inside !== place) open = inside;
  }
  return open;
}

function openIn(node: Node, path: string, all: readonly Placed[]): string | undefined {
  switch (node.kind) {
    case 'approve':
      return node.when === null ? undefined : path;
    case 'check':
      return path;
    case 'sequence':
    case 'parallel':
      return node.when === null ? openPath(node.steps, path, all) : path;
    case 'choose':
      for (const [i, branch] of node.branches.entries()) {
        if (branch.pass !== null) continue;
        const steps = stepsPath(branch, path, i);
        if (openPath(branch.steps, steps, all) !== undefined) return steps;
      }
      return undefined;
    default: {
      const never: never = node;
      return never;
    }
  }
}
