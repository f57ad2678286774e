import type { Fold } from './fold.ts';
import { writable } from './fold.ts';
import type { Override } from './model.ts';
import type { RequestState } from './state.ts';

/** The override by which a step is settled now. */
export const overrideOf = (state: RequestState, step: string): Override | undefined =>
  state.overrides?.find((one) => one.standing && one.step === step);

/** Is any step of an approved request settled by an override (SEMANTICS 1, 18)? */
export const isOverridden = (state: RequestState): boolean =>
  state.outcome === 'approved' && hasOverride(state);

export const hasOverride = (state: RequestState): boolean =>
  state.overrides?.some((one) => one.standing) === true;

export function addOverride(fold: Fold, override: Override): void {
  writable(fold).overrides = [...(fold.state.overrides ?? []), override];
}

export function changeOverride(fold: Fold, n: number, to: Partial<Override>): void {
  writable(fold).overrides = (fold.state.overrides ?? []).map((one) =>
    one.n === n ? { ...one, ...to } : one,
  );
}
