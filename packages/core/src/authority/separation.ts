import type { Approve, Identity, Separation } from '../definition/model.ts';
import type { RequestState } from '../request/state.ts';

/**
 * Separation of duties (SEMANTICS 11, 12; N7). Returns why a person may not decide a step, or null. It is asked
 * for everyone on the chain of authority: who acts, whose place it is, and every delegate between them.
 */
export function exclusion(
  state: RequestState,
  separate: Separation,
  step: Approve,
  person: string,
): string | null {
  for (const identity of separate.never) {
    if (holds(state, identity, person)) return `excluded:${identity}`;
  }
  for (const steps of separate.different) {
    if (steps.includes(step.id) && hasDecided(state, steps, step.id, person)) return 'excluded:different';
  }
  return null;
}

function holds(state: RequestState, identity: Identity, person: string): boolean {
  switch (identity) {
    case 'requester':
      return state.requester === person;
    case 'submitter':
      return state.submitter === person;
    case 'beneficiary':
      return state.beneficiary === person;
    case 'editor':
      return state.revision.editors.includes(person);
    default: {
      const never: never = identity;
      return never;
    }
  }
}

/** Did the person act in another of these steps, for themself or for somebody, or did somebody act for them? */
const hasDecided = (state: RequestState, steps: readonly string[], step: string, person: string): boolean =>
  state.decisions.some(
    (d) =>
      d.standing &&
      d.step !== step &&
      steps.includes(d.step) &&
      (d.person === person || d.principal === person || d.chain.includes(person)),
  );
