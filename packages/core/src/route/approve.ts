import type { Approve } from '../definition/model.ts';
import { isReached } from '../request/step-state.ts';
import { at } from './clause.ts';
import { reject } from './close.ts';
import type { StepResult } from './hold.ts';
import { openNextRung } from './ladder.ts';
import { openStep } from './open.ts';
import { reconcile } from './reconcile.ts';
import { hasLapsed } from './tally.ts';
import { isWanted } from './wanted.ts';
import type { Work } from './work.ts';

export function approve(work: Work, step: Approve): StepResult {
  if (work.assumed.has(step.id)) return 'passed';
  const own = work.state.steps[step.id];
  const status = isReached(own) ? own.status : undefined;
  switch (status) {
    case 'approved':
      return hasLapsed(work, step) ? askAnew(work, step) : 'passed';
    case 'skipped':
      return 'passed';
    case 'open':
    case 'blocked':
      return ended(work, step, look(work, step));
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

/** Looks again only if something has happened since: a walk comes by once more after its last event. */
function look(work: Work, step: Approve): StepResult {
  const before = work.events.length;
  if (work.calm.get(step.id) === before) return 'waiting';
  const result = openNextRung(work, step) ?? reconcile(work, step);
  if (work.events.length === before) work.calm.set(step.id, before);
  return result;
}

/** With `whileActive`, a maker who left after the step was settled leaves it unsettled again (SEMANTICS 8). */
function askAnew(work: Work, step: Approve): StepResult {
  const clause = at(work, step, 'whileActive');
  return ended(work, step, openStep(work, step, { rule: 'approval-lapsed', clause, inputs: {} }));
}

function ended(work: Work, step: Approve, result: StepResult): StepResult {
  if (result === 'rejected') reject(work, step.id);
  return result;
}
