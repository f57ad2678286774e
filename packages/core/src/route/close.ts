import type { Approve } from '../definition/model.ts';
import { placesOf } from '../request/fold.ts';
import type { Assignment } from '../request/model.ts';
import { because } from '../why/explain.ts';
import { at } from './clause.ts';
import { emit, type Work } from './work.ts';

const canBeFilled = (a: Assignment): boolean => a.status === 'open' || a.status === 'vacant';

/** Closes the places of one step, or of all, that nobody needs to answer any more. */
export function closeOpen(work: Work, step: Approve | null, rule: string): void {
  const open = (step === null ? work.state.assignments : placesOf(work, step.id)).filter(canBeFilled);
  if (open.length === 0) return;
  emit(work, {
    type: 'assignments.closed',
    assignments: open.map((a) => a.n),
    status: 'no_longer_required',
    why: because(rule, { clause: step ? at(work, step, 'need') : null }),
  });
}

/** Return and revision withdraw every open assignment, rework those of the steps that run again (SEMANTICS 6). */
export function withdrawOpen(work: Work, rule: string, steps?: ReadonlySet<string>): void {
  const open = work.state.assignments.filter(
    (a) => canBeFilled(a) && (steps === undefined || steps.has(a.step)),
  );
  if (open.length === 0) return;
  emit(work, {
    type: 'assignments.closed',
    assignments: open.map((a) => a.n),
    status: 'withdrawn',
    why: because(rule),
  });
}

/** Overrides of these steps, or of all, count no more. */
export function voidOverrides(work: Work, rule: string, steps?: ReadonlySet<string>): void {
  for (const one of work.state.overrides ?? [])
    if (one.standing && (steps === undefined || steps.has(one.step)))
      emit(work, { type: 'override.voided', override: one.n, why: because(rule) });
}

/** One rejected step ends the request; its siblings are no longer required (SEMANTICS 7). */
export function reject(work: Work, id: string): void {
  closeOpen(work, null, 'request-rejected');
  const why = work.state.steps[id]?.why ?? because('rejected');
  emit(work, { type: 'request.rejected', step: id, why });
}
