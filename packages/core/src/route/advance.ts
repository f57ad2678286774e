import type { Approve, Check, Choose, Node, Parallel, Sequence } from '../definition/model.ts';
import { isReached } from '../request/evolve.ts';
import { addDuration } from '../time.ts';
import type { Json } from '../values.ts';
import { because } from '../why/explain.ts';
import type { Explanation } from '../why/model.ts';
import { evaluateCondition, evaluateSource } from './inputs.ts';
import { at, closeOpen, hold, openStep, reconcile, type StepResult } from './step.ts';
import { hasLapsed } from './tally.ts';
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
    if (!isActive(work)) return;
    if (result === 'passed') {
      closeOpen(work, null, 'route-passed');
      emit(work, { type: 'request.approved' });
      return;
    }
    if (work.events.length === before) return;
  }
  throw new Error('the route does not settle');
}

const isActive = (work: Work): boolean =>
  work.state.status === 'in_review' || work.state.status === 'on_hold' || work.state.status === 'blocked';

const isMoving = (work: Work): boolean =>
  isActive(work) && !('hold' in work.state && work.state.hold !== null);

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

function approve(work: Work, step: Approve): StepResult {
  const own = work.state.steps[step.id];
  const status = isReached(own) ? own.status : undefined;
  switch (status) {
    case 'approved':
      return hasLapsed(work.state, work.context, step) ? askAnew(work, step) : 'passed';
    case 'skipped':
      return 'passed';
    case 'open':
    case 'blocked':
      return ended(work, step, reconcile(work, step));
    case 'rejected':
    case 'passed':
    case 'chosen':
    case 'waiting':
      return 'waiting';
    case 'held':
    case undefined: {
      const wanted = isWanted(work, step);
      if (wanted.is !== 'yes') return wanted.is === 'no' ? 'passed' : 'waiting';
      return ended(work, step, openStep(work, step, { rule: 'required', ...wanted }));
    }
    default: {
      const never: never = status;
      return never;
    }
  }
}

/** With `whileActive`, a maker who left after the step was settled leaves it unsettled again (SEMANTICS 8). */
function askAnew(work: Work, step: Approve): StepResult {
  const clause = at(work, step, 'whileActive');
  return ended(work, step, openStep(work, step, { rule: 'approval-lapsed', clause, inputs: {} }));
}

/** One rejected step ends the request; its siblings are no longer required (SEMANTICS 7). */
function ended(work: Work, step: Approve, result: StepResult): StepResult {
  if (result === 'rejected') reject(work, step.id);
  return result;
}

function reject(work: Work, id: string): void {
  closeOpen(work, null, 'request-rejected');
  const why = work.state.steps[id]?.why ?? because('rejected');
  emit(work, { type: 'request.rejected', step: id, why });
}

type Wanted = {
  readonly is: 'yes' | 'no' | 'unknown';
  readonly clause: string | null;
  readonly inputs: Explanation['inputs'];
};

/** Evaluates `when` once; unknown holds and never skips (SEMANTICS 3). */
function isWanted(work: Work, node: Approve | Sequence | Parallel | Check): Wanted {
  if (node.when === null) return { is: 'yes', clause: null, inputs: {} };
  const { result, unknown, inputs } = evaluateCondition(work.state, work.context, node.when);
  const parts = { clause: `${at(work, node, 'when')}: ${node.when}`, inputs };
  if (result === 'unknown') {
    hold(work, node.id, unknown, because('when-unknown', parts));
    return { is: 'unknown', ...parts };
  }
  if (!result) emit(work, { type: 'step.skipped', step: node.id, why: because('when-false', parts) });
  return { is: result ? 'yes' : 'no', ...parts };
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
    if (!isActive(work)) return 'waiting';
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

function check(work: Work, node: Check): StepResult {
  const own = work.state.steps[node.id];
  if (isReached(own)) {
    if (own.status === 'passed' || own.status === 'skipped') return 'passed';
    if (own.check === 'fail' || own.check === 'unknown') return consequence(work, node, own.check);
    if (own.status === 'waiting') return 'waiting';
  }
  const wanted = isWanted(work, node);
  if (wanted.is !== 'yes') return wanted.is === 'no' ? 'passed' : 'waiting';
  const given: { [name: string]: unknown } = {};
  const missing = new Set<string>();
  const inputs: { [path: string]: Json } = {};
  for (const [name, source] of Object.entries(node.with)) {
    const found = evaluateSource(work.state, work.context, source);
    for (const path of found.unknown) missing.add(path);
    Object.assign(inputs, found.inputs);
    given[name] = found.result;
  }
  if (missing.size > 0) {
    const why = because('input-unknown', { clause: at(work, node, 'with'), inputs });
    return hold(work, node.id, [...missing].sort(), why);
  }
  emit(work, {
    type: 'check.requested',
    step: node.id,
    ask: node.ask,
    with: given,
    expiresAt: addDuration(work.context.now, node.within),
    why: because('required', { clause: wanted.clause ?? at(work, node, 'check'), inputs: wanted.inputs }),
  });
  return 'waiting';
}

function consequence(work: Work, node: Check, answer: 'fail' | 'unknown'): StepResult {
  const clause = at(work, node, `else.${answer}`);
  const why = because(`check-${answer}`, { clause, inputs: { [`checks.${node.id}`]: answer } });
  switch (node.else[answer]) {
    case 'reject':
      emit(work, { type: 'step.rejected', step: node.id, why });
      reject(work, node.id);
      return 'rejected';
    case 'hold':
      return hold(work, node.id, [`checks.${node.id}`], why);
    case 'return':
      withdrawOpen(work, `check-${answer}`);
      emit(work, { type: 'request.returned', step: node.id, by: null, reason: `check-${answer}` });
      return 'waiting';
    default: {
      const never: never = node.else[answer];
      return never;
    }
  }
}

/** Return and revision withdraw every open assignment (SEMANTICS 6). */
export function withdrawOpen(work: Work, rule: string): void {
  const open = work.state.assignments.filter((a) => a.status === 'open' || a.status === 'vacant');
  if (open.length === 0) return;
  emit(work, {
    type: 'assignments.closed',
    assignments: open.map((a) => a.n),
    status: 'withdrawn',
    why: because(rule),
  });
}
