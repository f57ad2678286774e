import type { Approve, Node } from './model.ts';
import { placedNodes } from './walk.ts';

/** What follows when the route runs again from a step on. */
export type FromHere = {
  /** The step itself and everything after it. What stands beside it in a `parallel` is neither before it nor after. */
  readonly steps: readonly Node[];
  /** What it stands in, from the outside in. */
  readonly around: readonly Node[];
};

/** Null where the route has no such step. */
export function fromStepOn(route: readonly Node[], id: string): FromHere | null {
  for (const [index, node] of route.entries()) {
    const found = within(node, id);
    if (found === null) continue;
    return { ...found, steps: [...found.steps, ...everything(route.slice(index + 1))] };
  }
  return null;
}

function within(node: Node, id: string): FromHere | null {
  if (node.id === id) return { steps: everything([node]), around: [] };
  for (const list of lists(node)) {
    const found = fromStepOn(list, id);
    if (found !== null) return { steps: found.steps, around: [node, ...found.around] };
  }
  return null;
}

/** What a node holds that is done one after the other. */
function lists(node: Node): readonly (readonly Node[])[] {
  switch (node.kind) {
    case 'approve':
    case 'check':
      return [];
    case 'sequence':
      return [node.steps];
    case 'parallel':
      return node.steps.map((one) => [one]);
    case 'choose':
      return node.branches.map((branch) => branch.steps);
    default: {
      const never: never = node;
      return never;
    }
  }
}

const everything = (nodes: readonly Node[]): readonly Node[] => placedNodes(nodes).map(({ node }) => node);

/** Does what one step reviews hold all that another does? */
export const coversReview = (earlier: Approve, later: Approve): boolean =>
  earlier.reviews === 'all' ||
  (later.reviews !== 'all' && later.reviews.every((name) => earlier.reviews.includes(name)));

/** Does `later` come after `earlier` on every way through the route that has both? */
export const comesAfter = (route: readonly Node[], earlier: string, later: string): boolean =>
  earlier !== later && fromStepOn(route, earlier)?.steps.some((node) => node.id === later) === true;
