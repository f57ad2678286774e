import type { Branch, Definition, Node } from './model.ts';

export type Placed = { readonly node: Node; readonly path: string };

/** All nodes in reading order, each with its place, such as `route[1].choose[0].steps[2]`. */
export function placedNodes(route: Definition['route'], path = 'route'): readonly Placed[] {
  return route.flatMap((node, i) => placed(node, `${path}[${i}]`));
}

function placed(node: Node, path: string): readonly Placed[] {
  switch (node.kind) {
    case 'approve':
    case 'check':
      return [{ node, path }];
    case 'sequence':
      return [{ node, path }, ...placedNodes(node.steps, `${path}.${node.use ? 'use' : 'sequence'}`)];
    case 'parallel':
      return [{ node, path }, ...placedNodes(node.steps, `${path}.parallel`)];
    case 'choose': {
      const inside = node.branches.flatMap((branch, i) =>
        placedNodes(branch.steps, stepsPath(branch, path, i)),
      );
      return [{ node, path }, ...inside];
    }
    default: {
      const never: never = node;
      return never;
    }
  }
}

export function branchPath(choose: string, i: number): string {
  return `${choose}.choose[${i}]`;
}

export function stepsPath(branch: Branch, choose: string, i: number): string {
  return `${branchPath(choose, i)}.${branch.when === null ? 'otherwise' : 'steps'}`;
}
