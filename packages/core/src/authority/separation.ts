import type { Approve, Identity, Separation } from '../definition/model.ts';
import type { RequestState } from '../request/state.ts';

/**
 * Separation of duties (SEMANTICS 11, 12; N7). Says why a person may not decide a step, or null. It is asked for
 * everyone on the chain of authority: who acts, whose place it is, and every delegate between them.
 */
export function exclusion(
  state: RequestState,
  separate: Separation,
  step: Approve,
): (person: string) => string | null {
  const decided = decidedElsewhere(state, separate, step.id);
  return (person) => {
    for (const identity of separate.never) {
      if (holds(state, identity, person)) return `excluded:${identity}`;
    }
    return decided?.has(person) ? 'excluded:different' : null;
  };
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

/** Who acted in another of the steps that need different people: for themself, for somebody, through somebody, or by an override. */
function decidedElsewhere(
  state: RequestState,
  separate: Separation,
  step: string,
): ReadonlySet<string> | null {
  let persons: Set<string> | null = null;
  for (const steps of separate.different) {
    if (!steps.includes(step)) continue;
    persons ??= new Set();
    for (const d of state.decisions) {
      if (!d.standing || d.step === step || !steps.includes(d.step)) continue;
      persons.add(d.person).add(d.principal);
      for (const link of d.chain) persons.add(link);
    }
    for (const one of state.overrides ?? [])
      if (one.standing && one.step !== step && steps.includes(one.step)) persons.add(one.person);
  }
  return persons;
}
