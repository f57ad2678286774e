import type { Candidates } from '../authority/candidates.ts';
import type { Approve } from '../definition/model.ts';
import type { RequestEvent } from '../request/events.ts';
import { evolve } from '../request/evolve.ts';
import type { Context } from '../request/result.ts';
import type { RequestState, StepState } from '../request/state.ts';
import { peopleOf } from './people.ts';

/** One decision in the making: the state as of the events emitted so far. Lives for one call of `decide`. */
export type Work = {
  state: RequestState;
  readonly events: RequestEvent[];
  readonly context: Context;
  readonly people: Map<string, Known>;
};

/** Who may answer a step, and the parts of the state from which that follows. */
type Known = {
  readonly people: Candidates;
  readonly own: StepState | undefined;
  readonly parts: Pick<RequestState, 'revision' | 'assignments' | 'decisions'>;
};

export const begin = (state: RequestState, context: Context): Work => ({
  state,
  events: [],
  context,
  people: new Map(),
});

export function emit(work: Work, event: RequestEvent): void {
  work.events.push(event);
  work.state = evolve(work.state, event, work.context.now);
}

/** As `peopleOf`, resolved again only after a change of what it reads: a walk asks for it several times a step. */
export function peopleNow(work: Work, step: Approve): Candidates {
  const { revision, assignments, decisions } = work.state;
  const own = work.state.steps[step.id];
  const before = work.people.get(step.id);
  const same =
    before !== undefined &&
    before.own === own &&
    before.parts.revision === revision &&
    before.parts.assignments === assignments &&
    before.parts.decisions === decisions;
  if (same) return before.people;
  const people = peopleOf(work.state, work.context, step);
  work.people.set(step.id, { people, own, parts: { revision, assignments, decisions } });
  return people;
}
