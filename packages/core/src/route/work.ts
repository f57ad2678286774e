import { type Candidates, candidatesOf } from '../authority/candidates.ts';
import type { Approve, Assignees } from '../definition/model.ts';
import type { RequestCreated, RequestEvent } from '../request/events.ts';
import { takeIn } from '../request/evolve.ts';
import { type Fold, foldOf } from '../request/fold.ts';
import type { Context } from '../request/result.ts';
import type { RequestState } from '../request/state.ts';

/**
 * One decision in the making, or one reading: the state as of the events emitted so far, written in place. What is
 * taken out of it before an `emit` may be old after it. Lives for one call of `decide` or `why`.
 */
export type Work = Fold & {
  readonly events: RequestEvent[];
  readonly context: Context;
  /** Who was found for the assignees of each step. */
  readonly found: Map<string, Known[]>;
  /** Open steps in which nothing was to be done, by the number of events at that time. */
  readonly calm: Map<string, number>;
  /** Steps that a preview takes for approved, to see what comes after them; empty in a decision. */
  readonly assumed: Set<string>;
};

type Known = { readonly by: Assignees; readonly rung: string | undefined; readonly people: Candidates };

export const begin = (state: RequestState, context: Context): Work => ({
  ...foldOf(state),
  events: [],
  context,
  found: new Map(),
  calm: new Map(),
  assumed: new Set(),
});

export function emit(work: Work, event: Exclude<RequestEvent, RequestCreated>): void {
  work.events.push(event);
  takeIn(work, event, work.context.now);
  forget(work, event);
}

/** As `candidatesOf`, looked up once: a walk asks for it several times a step. */
export function candidates(work: Work, step: Approve, by: Assignees, rung?: string): Candidates {
  let known = work.found.get(step.id);
  if (!known) {
    known = [];
    work.found.set(step.id, known);
  }
  const before = known.find((one) => one.by === by && one.rung === rung);
  if (before) return before.people;
  const people = candidatesOf(work.state, work.context, step, by, rung);
  known.push({ by, rung, people });
  return people;
}

/** Candidates follow from the revision, the answers of checks and, by separation of duties, other steps' decisions. */
function forget(work: Work, event: RequestEvent): void {
  if (work.found.size === 0) return;
  if (
    event.type === 'request.revised' ||
    event.type === 'request.reworked' ||
    event.type === 'check.answered'
  )
    work.found.clear();
  else if (event.type === 'decision.recorded') forgetSeparated(work, event.decision.step);
  else if (event.type === 'override.recorded') forgetSeparated(work, event.override.step);
  else if (event.type === 'override.voided') work.found.clear();
  else if (event.type === 'decision.voided') {
    const voided = work.state.decisions.find((d) => d.n === event.decision);
    if (voided) forgetSeparated(work, voided.step);
  }
}

function forgetSeparated(work: Work, step: string): void {
  for (const steps of work.context.definition.definition.separate.different) {
    if (!steps.includes(step)) continue;
    for (const one of steps) if (one !== step) work.found.delete(one);
  }
}
