import type { Approve, Check, Parallel, Sequence } from '../definition/model.ts';
import { because } from '../why/explain.ts';
import type { Explanation } from '../why/model.ts';
import { at } from './clause.ts';
import { hold } from './hold.ts';
import { evaluateCondition } from './inputs.ts';
import { emit, type Work } from './work.ts';

export type Wanted = {
  readonly is: 'yes' | 'no' | 'unknown';
  readonly clause: string | null;
  readonly inputs: Explanation['inputs'];
};

/** Evaluates `when` once; unknown holds and never skips (SEMANTICS 3). */
export function isWanted(work: Work, node: Approve | Sequence | Parallel | Check): Wanted {
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
