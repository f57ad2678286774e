import type { StepState } from './state.ts';

/** A step that was never reached. */
export function blankStep(why: StepState['why']): StepState {
  return {
    status: 'waiting',
    opening: 0,
    openedAt: null,
    roster: null,
    required: 0,
    branch: null,
    check: null,
    missing: [],
    escalated: false,
    why,
  };
}

/** A step that a revision has reset counts as not reached. */
export const isReached = (value: StepState | undefined): value is StepState =>
  value !== undefined && !(value.status === 'waiting' && value.openedAt === null);
