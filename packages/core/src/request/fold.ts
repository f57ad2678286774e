import { added, type ByStep, byStep, changed, ofStep } from './by-step.ts';
import type { Assignment, AssignmentStatus, Decision } from './model.ts';
import type { RequestState, StepState } from './state.ts';

export type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * A request while events are folded into it. What an event changes is copied once, at its first change, and written
 * in place from then on: the state that it began with stays as it was. A copy for each event made a command on 500
 * steps side by side eighty times slower.
 */
export type Fold = {
  /** As of the events so far. */
  state: RequestState;
  readonly copied: {
    state: boolean;
    steps: boolean;
    assignments: boolean;
    decisions: boolean;
    timers: boolean;
  };
  /** Steps that are blocked and held; null until somebody asks. */
  stuck: Stuck | null;
  /** The state's lists by step; null until somebody asks. */
  places: ByStep<Assignment> | null;
  decided: ByStep<Decision> | null;
};
type Stuck = { blocked: number; held: number };

export const foldOf = (state: RequestState): Fold => ({
  state,
  copied: { state: false, steps: false, assignments: false, decisions: false, timers: false },
  stuck: null,
  places: null,
  decided: null,
});

export function writable(fold: Fold): Writable<RequestState> {
  if (!fold.copied.state) {
    fold.state = { ...fold.state };
    fold.copied.state = true;
  }
  return fold.state;
}

/** Puts a state in the place of the one before; it must be a fresh object. */
export function replace(fold: Fold, state: RequestState): void {
  fold.state = state;
  fold.copied.state = true;
}

export function setStep(fold: Fold, id: string, value: StepState): void {
  const before = fold.state.steps[id];
  if (fold.stuck) {
    count(fold.stuck, before, -1);
    count(fold.stuck, value, 1);
  }
  if (!fold.copied.steps) {
    writable(fold).steps = { ...fold.state.steps };
    fold.copied.steps = true;
  }
  const steps: { [id: string]: StepState } = fold.state.steps;
  steps[id] = value;
}

export function setSteps(fold: Fold, steps: { [id: string]: StepState }): void {
  writable(fold).steps = steps;
  fold.copied.steps = true;
  fold.stuck = null;
}

export function stuckSteps(fold: Fold): Stuck {
  if (fold.stuck) return fold.stuck;
  const stuck = { blocked: 0, held: 0 };
  const { steps } = fold.state;
  for (const id in steps) count(stuck, steps[id], 1);
  fold.stuck = stuck;
  return stuck;
}

function count(stuck: Stuck, step: StepState | undefined, by: 1 | -1): void {
  if (step?.status === 'blocked') stuck.blocked += by;
  else if (step?.status === 'held') stuck.held += by;
}

export function addAssignments(fold: Fold, more: readonly Assignment[]): void {
  const list = assignmentsToWrite(fold);
  for (const assignment of more) {
    if (fold.places) added(fold.places, assignment.step, list.length);
    list.push(assignment);
  }
}

export function setAssignments(fold: Fold, which: readonly number[], status: AssignmentStatus): void {
  if (which.length === 0) return;
  const list = assignmentsToWrite(fold);
  for (const n of which) {
    const at = indexOf(list, n);
    const assignment = list[at];
    if (!assignment) continue;
    if (fold.places) changed(fold.places, assignment.step);
    list[at] = { ...assignment, status };
  }
}

function assignmentsToWrite(fold: Fold): Assignment[] {
  if (!fold.copied.assignments) {
    writable(fold).assignments = fold.state.assignments.slice();
    fold.copied.assignments = true;
  }
  return fold.state.assignments as Assignment[];
}

export function addDecision(fold: Fold, decision: Decision): void {
  const list = decisionsToWrite(fold);
  if (fold.decided) added(fold.decided, decision.step, list.length);
  list.push(decision);
}

export function changeDecision(fold: Fold, n: number, to: Partial<Decision>): void {
  const list = decisionsToWrite(fold);
  const at = indexOf(list, n);
  const decision = list[at];
  if (!decision) return;
  if (fold.decided) changed(fold.decided, decision.step);
  list[at] = { ...decision, ...to };
}

function decisionsToWrite(fold: Fold): Decision[] {
  if (!fold.copied.decisions) {
    writable(fold).decisions = fold.state.decisions.slice();
    fold.copied.decisions = true;
  }
  return fold.state.decisions as Decision[];
}

/** Both lists are numbered from 1 as they grow. */
const indexOf = (list: readonly { readonly n: number }[], n: number): number =>
  list[n - 1]?.n === n ? n - 1 : list.findIndex((one) => one.n === n);

export function addTimers(fold: Fold, added: { readonly [key: string]: string }): void {
  const timers = timersToWrite(fold);
  for (const key of Object.keys(added)) timers[key] = added[key] as string;
}

export function setTimers(fold: Fold, timers: { [key: string]: string }): void {
  writable(fold).timers = timers;
  fold.copied.timers = true;
}

export function dropTimers(fold: Fold, drop: (key: string) => boolean): void {
  const { timers } = fold.state;
  for (const key in timers) {
    if (!drop(key)) continue;
    return setTimers(fold, Object.fromEntries(Object.entries(timers).filter(([one]) => !drop(one))));
  }
}

function timersToWrite(fold: Fold): { [key: string]: string } {
  if (!fold.copied.timers) {
    writable(fold).timers = { ...fold.state.timers };
    fold.copied.timers = true;
  }
  return fold.state.timers;
}

/** All places of a step, of every opening, in order. */
export function placesOf(fold: Fold, step: string): readonly Assignment[] {
  fold.places ??= byStep(fold.state.assignments);
  return ofStep(fold.places, fold.state.assignments, step);
}

/** All decisions on a step, in order. */
export function decisionsOn(fold: Fold, step: string): readonly Decision[] {
  fold.decided ??= byStep(fold.state.decisions);
  return ofStep(fold.decided, fold.state.decisions, step);
}

export function standingOn(fold: Fold, step: string): readonly Decision[] {
  const decisions = decisionsOn(fold, step);
  return decisions.length === 0 ? decisions : decisions.filter((decision) => decision.standing);
}
