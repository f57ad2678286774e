import { bar, type Candidates, candidates } from '../authority/candidates.ts';
import type { Approve, Assignees } from '../definition/model.ts';
import type { Via } from '../request/model.ts';
import type { Context } from '../request/result.ts';
import type { RequestState } from '../request/state.ts';
import { requiredApprovals } from './tally.ts';

/**
 * Who may answer a step now: its assignees, with an escalation's if it has escalated, its fallback's where too few
 * are left, and those to whom a place was reassigned. Asked when the step opens and again at each decision.
 */
export function peopleOf(state: RequestState, context: Context, step: Approve): Candidates {
  const reached = state.steps[step.id];
  let people = candidates(state, context, step, step.by);
  if (reached?.escalated && step.escalate) {
    const added = tagged(candidates(state, context, step, step.escalate.add), { via: 'escalation' });
    people = step.escalate.replace ? added : merge(people, added);
  }
  const required = reached?.openedAt ? reached.required : requiredApprovals(step.need, people.eligible.size);
  if (step.fallback && people.missing.length === 0 && people.eligible.size < required) {
    people = merge(people, fallback(state, context, step, step.fallback));
  }
  return withReassigned(state, context, step, people);
}

const fallback = (state: RequestState, context: Context, step: Approve, by: Assignees): Candidates =>
  tagged(candidates(state, context, step, by), { via: 'fallback' });

/** A matrix limits how much a person may approve: there, a reassigned place needs somebody the matrix itself names. */
function withReassigned(
  state: RequestState,
  context: Context,
  step: Approve,
  people: Candidates,
): Candidates {
  if (step.by.by === 'matrix') return people;
  const opening = state.steps[step.id]?.opening;
  const eligible = new Map(people.eligible);
  const barred = [...people.barred];
  for (const a of state.assignments) {
    const moved = a.via.find((v) => v.via === 'reassignment');
    if (!moved || a.step !== step.id || a.opening !== opening || eligible.has(a.person)) continue;
    const reason = bar(state, context, step, a.person);
    if (reason === null) eligible.set(a.person, [moved]);
    else barred.push({ person: a.person, reason });
  }
  return { ...people, eligible, barred };
}

const tagged = (people: Candidates, tag: Via): Candidates => ({
  ...people,
  eligible: new Map([...people.eligible].map(([person, via]) => [person, [tag, ...via]])),
});

function merge(a: Candidates, b: Candidates): Candidates {
  const eligible = new Map(a.eligible);
  for (const [person, via] of b.eligible) if (!eligible.has(person)) eligible.set(person, via);
  return {
    eligible,
    barred: [...a.barred, ...b.barred.filter((x) => !a.barred.some((y) => y.person === x.person))],
    missing: [...new Set([...a.missing, ...b.missing])].sort(),
    causes: [...new Set([...a.causes, ...b.causes])].sort(),
    inputs: { ...a.inputs, ...b.inputs },
    facts: [...new Set([...a.facts, ...b.facts])].sort(),
  };
}
