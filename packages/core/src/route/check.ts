import { deadline } from '../calendar/deadline.ts';
import type { Check } from '../definition/model.ts';
import { isReached } from '../request/step-state.ts';
import type { Json } from '../values.ts';
import { because } from '../why/explain.ts';
import { at } from './clause.ts';
import { reject, withdrawOpen } from './close.ts';
import { hold, type StepResult } from './hold.ts';
import { evaluateSource } from './inputs.ts';
import { isWanted } from './wanted.ts';
import { emit, type Work } from './work.ts';

/** Asks a system once, and acts on its answer. */
export function check(work: Work, node: Check): StepResult {
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
    expiresAt: deadline(work.context, node.within),
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
