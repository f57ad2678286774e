import { compareDecimals } from '../decimal.ts';
import type { Node } from '../definition/model.ts';
import { placedNodes } from '../definition/walk.ts';
import { totalNow } from '../related/sums.ts';
import type { StepState } from '../request/state.ts';
import { isReached } from '../request/step-state.ts';
import type { Json } from '../values.ts';
import { because } from '../why/explain.ts';
import { evaluateCondition } from './inputs.ts';
import { emit, type Work } from './work.ts';

/**
 * Before a request is approved, asks again every condition that was answered by a sum over related requests which has
 * grown since, or cannot be told now. Where the answer is another one, the step is walked anew: what was done stays done, and
 * what the sum now leads to is done as well, so that only control is added (SEMANTICS 16).
 */
export function reconsider(work: Work): boolean {
  const { definition, totals } = work.context.definition;
  if (totals.length === 0) return false;
  let again = false;
  for (const { node } of placedNodes(definition.route)) {
    const own = work.state.steps[node.id];
    if (!isReached(own)) continue;
    const grown = totals.flatMap(({ path }): [string, Json][] => grownTo(work, path, own) ?? []);
    if (grown.length === 0 || !isOtherwise(work, node, own)) continue;
    const why = because('related-grown', { clause: own.why.clause, inputs: Object.fromEntries(grown) });
    emit(work, { type: 'step.reconsidered', step: node.id, why });
    again = true;
  }
  return again;
}

/** The sum as it is now, if the step's answer rests on a smaller one. */
function grownTo({ state, context }: Work, path: string, { why }: StepState): [string, Json][] | null {
  const before = Object.hasOwn(why.inputs, path) ? why.inputs[path] : undefined;
  if (before === undefined) return null;
  const now = totalNow(path, state, context.definition, context.related ?? [], context.now);
  if (now === undefined) return [[path, null]];
  const was = typeof before === 'object' && before !== null && 'amount' in before ? before['amount'] : null;
  return typeof was === 'string' && compareDecimals(now.amount, was) <= 0 ? null : [[path, { ...now }]];
}

/** Would it be answered otherwise now? Steps that were asked for stay so. */
function isOtherwise(work: Work, node: Node, own: StepState): boolean {
  const answer = (when: string): boolean | 'unknown' =>
    evaluateCondition(work.state, work.context, when).result;
  if (node.kind !== 'choose')
    return own.status === 'skipped' && node.when !== null && answer(node.when) !== false;
  if (own.status !== 'chosen' && own.status !== 'passed') return false;
  for (const [index, { when }] of node.branches.entries()) {
    const holds = when === null ? true : answer(when);
    if (holds === 'unknown') return true;
    if (holds) return index !== own.branch;
  }
  return false;
}
