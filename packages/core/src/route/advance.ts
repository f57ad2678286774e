import type { Choose, Node, Parallel, Sequence } from '../definition/model.ts';
import { hasOverride } from '../request/overrides.ts';
import { isActive } from '../request/phase.ts';
import type { Json } from '../values.ts';
import { because } from '../why/explain.ts';
import { approve } from './approve.ts';
import { check } from './check.ts';
import { at } from './clause.ts';
import { closeOpen } from './close.ts';
import { hold, type StepResult } from './hold.ts';
import { evaluateCondition } from './inputs.ts';
import { reconsider } from './reconsider.ts';
import { isWanted } from './wanted.ts';
import { emit, type Work } from './work.ts';

/** A walk settles after at most as many passes as the route has steps; more would be a defect, not a route. */
const MAX_PASSES = 1000;

/**
 * Walks the route from the top and does what has become due: opens, skips, holds, blocks and settles steps, until
 * nothing more happens. The tree is sound by construction: there is no deadlock to find and no token to lose.
 * While a person holds the request the route stands still; its release walks it.
 */
export function advance(work: Work): void {
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    if (!isMoving(work)) return;
    const before = work.events.length;
    const result = walk(work, work.context.definition.definition.route);
    if (!isActive(work.state)) return;
    if (result === 'passed') {
      if (reconsider(work)) continue;
      closeOpen(work, null, 'route-passed');
      emit(work, { type: 'request.approved', ...(hasOverride(work.state) ? { overridden: true } : {}) });
      return;
    }
    if (work.events.length === before) return;
  }
  throw new Error('the route does not settle');
}

const isMoving = (work: Work): boolean => isActive(work.state) && work.state.hold === null;

function walk(work: Work, nodes: readonly Node[]): StepResult {
  for (const node of nodes) {
    const result = visit(work, node);
    if (result !== 'passed') return result;
  }
  return 'passed';
}

function visit(work: Work, node: Node): StepResult {
  switch (node.kind) {
    case 'approve':
      return approve(work, node);
    case 'sequence':
    case 'parallel':
      return group(work, node);
    case 'choose':
      return choose(work, node);
    case 'check':
      return check(work, node);
    default: {
      const never: never = node;
      return never;
    }
  }
}

function group(work: Work, node: Sequence | Parallel): StepResult {
  const own = work.state.steps[node.id];
  if (node.when !== null && own?.status === 'skipped') return 'passed';
  if (node.when !== null && own?.status !== 'chosen') {
    const { is, clause, inputs } = isWanted(work, node);
    if (is !== 'yes') return is === 'no' ? 'passed' : 'waiting';
    const why = because('when-true', { clause, inputs });
    emit(work, { type: 'branch.chosen', step: node.id, branch: 0, why });
  }
  if (node.kind === 'sequence') return walk(work, node.steps);
  let passed = true;
  for (const step of node.steps) {
    const result = visit(work, step);
    if (result === 'rejected') return 'rejected';
    if (!isActive(work.state)) return 'waiting';
    if (result !== 'passed') passed = false;
  }
  return passed ? 'passed' : 'waiting';
}

function choose(work: Work, node: Choose): StepResult {
  const own = work.state.steps[node.id];
  if (own?.status === 'passed' || own?.status === 'chosen') return follow(work, node, own.branch ?? 0);
  const inputs: { [path: string]: Json } = {};
  for (const [index, branch] of node.branches.entries()) {
    const clause = `${at(work, node, String(index))}: ${branch.when ?? 'otherwise'}`;
    if (branch.when !== null) {
      const outcome = evaluateCondition(work.state, work.context, branch.when);
      Object.assign(inputs, outcome.inputs);
      if (outcome.result === 'unknown')
        return hold(work, node.id, outcome.unknown, because('when-unknown', { clause, inputs }));
      if (!outcome.result) continue;
    }
    const why = because(branch.when === null ? 'otherwise' : 'when-true', { clause, inputs });
    if (branch.pass === null || branch.steps.length > 0)
      emit(work, { type: 'branch.chosen', step: node.id, branch: index, why });
    else emit(work, { type: 'branch.passed', step: node.id, branch: index, reason: branch.pass, why });
    return follow(work, node, index);
  }
  throw new Error(`choose ${node.id} has no branch for otherwise: publishing refuses such a definition`);
}

/** A branch that passes for a reason does its steps first: a reason replaces nobody who is asked on the way. */
function follow(work: Work, node: Choose, index: number): StepResult {
  const branch = node.branches[index];
  const own = work.state.steps[node.id];
  if (!branch || !own) throw new Error(`choose ${node.id} has no branch ${index}`);
  const result = walk(work, branch.steps);
  if (result === 'passed' && branch.pass !== null && own.status !== 'passed') {
    const { why } = own;
    emit(work, { type: 'branch.passed', step: node.id, branch: index, reason: branch.pass, why });
  }
  return result;
}
