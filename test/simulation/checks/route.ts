import type { Approve, Definition, Node } from '@countersign/core';
import { definitions } from '../world/definitions.ts';

/** What a published definition asks for, read from its canonical form. */
export type Route = {
  readonly steps: readonly Approve[];
  readonly different: readonly (readonly string[])[];
  step(id: string): Approve;
};

const routes = new Map<string, Route>(
  definitions.map(({ digest, canonical }) => {
    const definition: Definition = JSON.parse(canonical);
    const steps = definition.route.flatMap(approvals);
    const step = (id: string): Approve => {
      const found = steps.find((one) => one.id === id);
      if (found === undefined) throw new Error(`no step ${id}`);
      return found;
    };
    return [digest, { steps, different: definition.separate.different, step }];
  }),
);

function approvals(node: Node): readonly Approve[] {
  if (node.kind === 'approve') return [node];
  return node.kind === 'parallel' || node.kind === 'sequence' ? node.steps.flatMap(approvals) : [];
}

export function routeOf(digest: string): Route {
  const route = routes.get(digest);
  if (route === undefined) throw new Error(`no definition ${digest}`);
  return route;
}
