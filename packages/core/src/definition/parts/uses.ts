import type { Definition, Field, Node, Sequence, Use } from '../model.ts';
import { placedNodes } from '../walk.ts';

export type UseNode = Sequence & { readonly use: Use };

const asUse = (node: Node): readonly UseNode[] =>
  node.kind === 'sequence' && node.use ? [{ ...node, use: node.use }] : [];

/** The parts that a route uses itself, and not within another part. */
export function usesIn(route: readonly Node[]): readonly UseNode[] {
  return route.flatMap((node): readonly UseNode[] => {
    switch (node.kind) {
      case 'approve':
      case 'check':
        return [];
      case 'sequence':
        return node.use ? asUse(node) : usesIn(node.steps);
      case 'parallel':
        return usesIn(node.steps);
      case 'choose':
        return node.branches.flatMap((branch) => usesIn(branch.steps));
      default: {
        const never: never = node;
        return never;
      }
    }
  });
}

/** Every use, those within parts as well. */
export const allUses = (route: readonly Node[]): readonly UseNode[] =>
  placedNodes(route).flatMap(({ node }) => asUse(node));

/** Names of the parts that a definition needs and that were not looked up yet, each once. */
export const neededParts = (definition: Definition): readonly string[] => [
  ...new Set(allUses(definition.route).flatMap(({ use }) => (use.digest === null ? [use.part] : []))),
];

/** The parts that a definition uses itself, by name and digest, each once. */
export function pinnedParts(
  definition: Definition,
): readonly { readonly name: string; readonly digest: string }[] {
  const pins = usesIn(definition.route).flatMap(({ use }) =>
    use.digest === null ? [] : [{ name: use.part, digest: use.digest }],
  );
  return pins.filter((pin, i) => pins.findIndex((one) => one.digest === pin.digest) === i);
}

/** Which parts stand in a definition, and how deep. */
export function partUses({ route }: Definition): {
  readonly names: ReadonlySet<string>;
  readonly depth: number;
} {
  const names = new Set(allUses(route).map(({ use }) => use.part));
  const depthOf = (nodes: readonly Node[]): number =>
    usesIn(nodes).reduce((most, one) => Math.max(most, 1 + depthOf(one.steps)), 0);
  return { names, depth: depthOf(route) };
}

/** A part reads its parameters as other definitions read their fields. */
export function withReadable(definition: Definition): Definition {
  const { parameters } = definition;
  if (parameters === undefined) return definition;
  const fields = parameters.map(
    ({ default: _, ...parameter }): Field => ({ ...parameter, required: false, personal: false }),
  );
  return { ...definition, fields };
}
