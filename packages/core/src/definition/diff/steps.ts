import type { Definition, Node, Use } from '../model.ts';
import { placedNodes, stepsPath } from '../walk.ts';
import type { Change } from './change.ts';
import { approveWords, assigneesWords, durationWords, listWords, whenWords } from './words.ts';

type Step = {
  /** Its id; for a step named after its place, its kind and the first named step in it. */
  readonly key: string;
  readonly node: Node;
  readonly path: string;
  readonly parent: string;
};

/** Steps added, removed, moved and changed. */
export function diffSteps(a: Definition, b: Definition): readonly Change[] {
  const [before, after] = [stepsOf(a), stepsOf(b)];
  const changes: Change[] = [];
  for (const step of before.values())
    if (!after.has(step.key))
      changes.push({
        change: 'removed',
        path: step.path,
        message: `Step ${step.key} is removed${asked(step.node)}.`,
      });
  for (const step of after.values()) {
    const old = before.get(step.key);
    if (!old)
      changes.push({
        change: 'added',
        path: step.path,
        message: `Step ${step.key} is added${asked(step.node)}.`,
      });
    else changes.push(...diffStep(old, step));
  }
  return [...changes, ...diffOrder(before, after)];
}

function stepsOf(definition: Definition): ReadonlyMap<string, Step> {
  const steps = placedNodes(definition.route).map(({ node, path }) => ({ key: keyOf(node), node, path }));
  const parents = new Map<Node, string>();
  for (const { key, node, path } of steps) {
    if (node.kind === 'sequence' || node.kind === 'parallel')
      for (const one of node.steps) parents.set(one, key);
    if (node.kind === 'choose')
      for (const [i, branch] of node.branches.entries())
        for (const one of branch.steps)
          parents.set(
            one,
            `${key}, ${stepsPath(branch, path, i).endsWith('otherwise') ? 'otherwise' : `when ${branch.when}`}`,
          );
  }
  return new Map(steps.map((step) => [step.key, { ...step, parent: parents.get(step.node) ?? 'the route' }]));
}

function keyOf(node: Node): string {
  if (!new RegExp(`^${node.kind}(-\\d+)+$`).test(node.id)) return node.id;
  const inside = placedNodes([node]).find(({ node: one }) => one.kind === 'approve' || one.kind === 'check');
  return inside ? `${node.kind} around ${inside.node.id}` : node.id;
}

function asked(node: Node): string {
  return node.kind === 'approve' ? `: ${assigneesWords(node.by)}` : '';
}

function diffStep(old: Step, step: Step): readonly Change[] {
  const changes: Change[] = [];
  const { key, path } = step;
  if (old.node.kind !== step.node.kind) {
    const message = `Step ${key} was of the kind ${old.node.kind}, and is now of the kind ${step.node.kind}.`;
    return [{ change: 'changed', path, message }];
  }
  if (old.parent !== step.parent)
    changes.push({
      change: 'moved',
      path,
      message: `Step ${key} moves from ${old.parent} to ${step.parent}.`,
    });
  const [was, is] = [clauses(old.node), clauses(step.node)];
  for (const clause of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const [from, to] = [was[clause] ?? 'nothing', is[clause] ?? 'nothing'];
    if (from !== to)
      changes.push({
        change: 'changed',
        path: `${path}.${clause}`,
        message: `Step ${key}: ${clause} changes from “${from}” to “${to}”.`,
      });
  }
  return changes;
}

function clauses(node: Node): { readonly [clause: string]: string } {
  switch (node.kind) {
    case 'approve':
      return approveWords(node);
    case 'sequence':
      return { when: whenWords(node.when), ...(node.use ? useWords(node.use) : {}) };
    case 'parallel':
      return { when: whenWords(node.when) };
    case 'check': {
      const { ask, within } = node;
      const given = Object.entries(node.with).map(([name, expression]) => `${name} = ${expression}`);
      const otherwise = `fail: ${node.else.fail}, unknown: ${node.else.unknown}`;
      return {
        when: whenWords(node.when),
        ask,
        with: listWords(given),
        within: durationWords(within),
        else: otherwise,
      };
    }
    case 'choose': {
      const branches = node.branches.map((branch) => {
        const condition = branch.when === null ? 'otherwise' : `when ${branch.when}`;
        return branch.pass === null ? condition : `${condition} pass (${branch.pass})`;
      });
      return { choose: branches.join('; ') };
    }
    default: {
      const never: never = node;
      return never;
    }
  }
}

function useWords({ part, digest, with: given }: Use): { readonly [clause: string]: string } {
  const version = digest === null ? '' : ` (${digest.slice(0, 12)}…)`;
  return {
    use: `${part}${version}`,
    with: listWords(Object.entries(given).map(([name, expression]) => `${name} = ${expression}`)),
  };
}

/** Steps that stay within their parent, but in another order. */
function diffOrder(before: ReadonlyMap<string, Step>, after: ReadonlyMap<string, Step>): readonly Change[] {
  const changes: Change[] = [];
  for (const parent of new Set([...after.values()].map((step) => step.parent))) {
    const stays = (steps: ReadonlyMap<string, Step>, others: ReadonlyMap<string, Step>): readonly string[] =>
      [...steps.values()]
        .filter((s) => s.parent === parent && others.get(s.key)?.parent === parent)
        .map((s) => s.key);
    const [was, is] = [stays(before, after), stays(after, before)];
    const isParallel = parent.startsWith('parallel');
    if (isParallel || was.join() === is.join()) continue;
    const path = after.get(is[0] ?? '')?.path ?? 'route';
    changes.push({
      change: 'moved',
      path,
      message: `In ${parent} the order changes from ${was.join(', ')} to ${is.join(', ')}.`,
    });
  }
  return changes;
}
