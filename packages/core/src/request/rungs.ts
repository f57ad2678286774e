import { type Fold, standingOn } from './fold.ts';
import type { Decision } from './model.ts';
import type { RequestState, StepState } from './state.ts';

/** The rung that is asked now; undefined where the step asks no chain, or between two rungs. */
export const openRungOf = (step: StepState | undefined): string | undefined =>
  step?.rungs?.find((one) => one.status === 'open')?.rung;

/** In which rung a decision was made. */
export function rungOf(state: RequestState, { assignment }: Decision): string | undefined {
  const numbered = state.assignments[assignment - 1];
  const place = numbered?.n === assignment ? numbered : state.assignments.find((one) => one.n === assignment);
  return place?.rung;
}

/** What stands in one rung of a step; without a rung, in the step. One decision settles one rung (SEMANTICS 10, 15). */
export function standingIn(fold: Fold, step: string, rung: string | undefined): readonly Decision[] {
  const standing = standingOn(fold, step);
  return rung === undefined ? standing : standing.filter((d) => rungOf(fold.state, d) === rung);
}

/** As `standingIn`, for the rung that is asked now. */
export const standingNow = (fold: Fold, step: string): readonly Decision[] =>
  standingIn(fold, step, openRungOf(fold.state.steps[step]));
