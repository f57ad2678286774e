import { bar, type Candidates } from '../authority/candidates.ts';
import type { Approve } from '../definition/model.ts';
import { type Fold, placesOf, standingOn } from '../request/fold.ts';
import type { Addition, Assignment, Decision } from '../request/model.ts';
import { openRungOf, rungOf } from '../request/rungs.ts';
import type { RequestState } from '../request/state.ts';
import type { Work } from './work.ts';

/** What was added to a step and not taken away (SEMANTICS 21). */
export const additionsOf = (state: RequestState, step: string): readonly Addition[] =>
  state.additions?.filter((one) => one.step === step && one.status !== 'taken_away') ?? [];

/** Who must approve the step besides its quorum. */
export const addedApprovers = (state: RequestState, step: string): readonly string[] =>
  additionsOf(state, step).flatMap((one) => (one.as === 'approver' ? [one.person] : []));

export const isAdded = (via: Assignment['via']): boolean => via.some((one) => one.via === 'added');

/** Was this decided on an added place? Then it counts for what was added, and never for the quorum. */
export function isOnAddedPlace(state: RequestState, decision: Decision): boolean {
  if (state.additions === undefined) return false;
  const place = state.assignments.find((a) => a.n === decision.assignment);
  return place !== undefined && isAdded(place.via);
}

/** Whom the step waits for before anybody else may approve it. */
export function awaitedFirst(fold: Fold, step: string): readonly Addition[] {
  const first = additionsOf(fold.state, step).filter((one) => one.order === 'before');
  if (first.length === 0) return first;
  const approved = new Set(
    standingOn(fold, step).flatMap((d) => (d.decision === 'approve' ? [d.principal] : [])),
  );
  return first.filter((one) => (one.as === 'adviser' ? one.status === 'asked' : !approved.has(one.person)));
}

/** With those who were added, so far as they may decide. Whoever the step asks by itself has that place, and no other. */
export function withAdded(work: Work, step: Approve, people: Candidates): Candidates {
  const opening = work.state.steps[step.id]?.opening;
  const rung = openRungOf(work.state.steps[step.id]);
  const own = (person: string): boolean =>
    placesOf(work, step.id).some(
      (a) => a.opening === opening && a.person === person && a.rung === rung && !isAdded(a.via),
    );
  // Who was added approves the step once, in whichever rung they were added.
  const acted = (person: string): boolean =>
    rung !== undefined &&
    standingOn(work, step.id).some(
      (d) => d.principal === person && isOnAddedPlace(work.state, d) && rungOf(work.state, d) !== rung,
    );
  const added = additionsOf(work.state, step.id).filter(
    ({ as, person }) => as === 'approver' && !people.eligible.has(person) && !own(person) && !acted(person),
  );
  if (added.length === 0) return people;
  const eligible = new Map(people.eligible);
  const barred = [...people.barred];
  for (const { person, by } of added) {
    const reason = bar(work.state, work.context, step, person);
    if (reason === null) eligible.set(person, [{ via: 'added', by }]);
    else if (!barred.some((b) => b.person === person)) barred.push({ person, reason });
  }
  return { ...people, eligible, barred };
}
