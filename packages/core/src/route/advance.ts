import type { Approve, Check, Choose, Node, Parallel, Sequence } from '../definition/model.ts';
import { isReached } from '../request/evolve.ts';
import { addDuration } from '../time.ts';
import { because } from '../why/explain.ts';
import { evaluateCondition, evaluateSource } from './inputs.ts';
import { at, closeOpen, hold, openStep, reconcile, type StepResult } from './step.ts';
import { emit, type Work } from './work.ts';

/** A walk settles after at most as many passes as the route has steps; more would be a defect, not a route. */
const MAX_PASSES = 1000;

/**
 * Walks the route from the top and does what has become due: opens, skips, holds, blocks and settles steps, until
 * nothing more happens. The tree is sound by construction: there is no deadlock to find and no token to lose.
 */
export function advance(work: Work): void {
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    if (!isActive(work)) return;
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
  const status = work.state.steps[step.id]?.status;
  switch (isReached(work.state.steps[step.id]) ? status : undefined) {
    case 'approved':
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
      return wanted === 'yes'
        ? ended(work, step, openStep(work, step))
        : wanted === 'no'
          ? 'passed'
          : 'waiting';
    }
    default: {
      const never: never = status as never;
      return never;
    }
  }
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

/** Evaluates `when` once; unknown holds and never skips (SEMANTICS 3). */
function isWanted(work: Work, node: Approve | Sequence | Parallel | Check): 'yes' | 'no' | 'unknown' {
  if (node.when === null) return 'yes';
  const { result, unknown, inputs } = evaluateCondition(work.state, work.context, node.when);
  const parts = { clause: `${at(work, node, 'when')}: ${node.when}`, inputs };
  if (result === 'unknown') {
    hold(work, node.id, unknown, because('when-unknown', parts));
    return 'unknown';
  }
  if (result) return 'yes';
  emit(work, { type: 'step.skipped', step: node.id, why: because('when-false', parts) });
  return 'no';
}

function group(work: Work, node: Sequence | Parallel): StepResult {
  const own = work.state.steps[node.id];
  if (node.when !== null && own?.status === 'skipped') return 'passed';
  if (node.when !== null && own?.status !== 'chosen') {
    const wanted = isWanted(work, node);
    if (wanted !== 'yes') return wanted === 'no' ? 'passed' : 'waiting';
    emit(work, {
      type: 'branch.chosen',
      step: node.id,
      branch: 0,
      why: because('when-true', { clause: at(work, node, 'when') }),
    });
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
  if (own?.status === 'passed') return 'passed';
  if (own?.status === 'chosen') return walk(work, node.branches[own.branch ?? 0]?.steps ?? []);
  const inputs: { [path: string]: import('../values.ts').Json } = {};
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
    if (branch.pass !== null) {
      emit(work, { type: 'branch.passed', step: node.id, branch: index, reason: branch.pass, why });
      return 'passed';
    }
    emit(work, { type: 'branch.chosen', step: node.id, branch: index, why });
    return walk(work, branch.steps);
  }
  throw new Error(`choose ${node.id} has no branch for otherwise: publishing refuses such a definition`);
}

function check(work: Work, node: Check): StepResult {
  const own = work.state.steps[node.id];
  if (isReached(own)) {
    if (own.status === 'passed' || own.status === 'skipped') return 'passed';
    if (own.check === 'fail' || own.check === 'unknown') return consequence(work, node, own.check);
    if (own.status === 'waiting') return 'waiting';
  }
  const wanted = isWanted(work, node);
  if (wanted !== 'yes') return wanted === 'no' ? 'passed' : 'waiting';
  const given: { [name: string]: unknown } = {};
  for (const [name, source] of Object.entries(node.with)) {
    const { result, unknown, inputs } = evaluateSource(work.state, work.context, source);
    if (unknown.length > 0)
      return hold(
        work,
        node.id,
        unknown,
        because('input-unknown', { clause: at(work, node, `with.${name}`), inputs }),
      );
    given[name] = result;
  }
  emit(work, {
    type: 'check.requested',
    step: node.id,
    ask: node.ask,
    with: given,
    expiresAt: addDuration(work.context.now, node.within),
    why: because('required', { clause: at(work, node, 'check') }),
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
