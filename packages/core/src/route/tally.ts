import { shareOf } from '../decimal.ts';
import type { Approve, Quorum } from '../definition/model.ts';
import type { Decision } from '../request/model.ts';
import type { Context } from '../request/result.ts';
import type { RequestState } from '../request/state.ts';
import { placesOf } from './places.ts';

/** Where a step stands. `open`: places that can still be answered by somebody eligible. */
export type Tally = {
  readonly approvals: number;
  readonly rejections: number;
  readonly abstentions: number;
  readonly open: number;
  readonly required: number;
  readonly verdict: 'approved' | 'rejected' | 'blocked' | 'open';
};

/** Approvals needed when `people` are eligible. Never below one: nothing passes because nobody is there (N1). */
export function requiredApprovals(need: Quorum, people: number): number {
  switch (need.rule) {
    case 'any':
      return 1;
    case 'all':
      return Math.max(1, people);
    case 'atLeast':
      return Math.max(1, need.n);
    case 'share':
      return Math.max(1, shareOf(need.percent, people));
    default: {
      const never: never = need;
      return never;
    }
  }
}

/** `all` and shares freeze their roster when the step opens; `any` and `n` follow live membership (SEMANTICS 8). */
export const freezesRoster = (need: Quorum): boolean => need.rule === 'all' || need.rule === 'share';

/** Who has used their one place in a step, for themself or for somebody, or by somebody who acted for them. */
export const actors = (state: RequestState, step: string): ReadonlySet<string> =>
  new Set(
    state.decisions.filter((d) => d.step === step && d.standing).flatMap((d) => [d.person, d.principal]),
  );

/** Counts persons, one place each, however many paths lead to them (SEMANTICS 7–9). */
export function tally(
  state: RequestState,
  context: Context,
  step: Approve,
  eligible: { has(person: string): boolean },
): Tally {
  const decisions = state.decisions.filter((d) => d.step === step.id && d.standing);
  const acted = actors(state, step.id);
  const approvals = decisions.filter((d) => d.decision === 'approve' && counts(d, step, context)).length;
  const rejections = decisions.filter((d) => d.decision === 'reject').length;
  const abstentions = decisions.filter((d) => d.decision === 'abstain').length;
  const open = placesOf(state, step.id).filter(
    (a) => a.status === 'open' && eligible.has(a.person) && !acted.has(a.person),
  ).length;
  const required = state.steps[step.id]?.required ?? 1;
  return {
    approvals,
    rejections,
    abstentions,
    open,
    required,
    verdict: verdict(step, { approvals, rejections, open, required }),
  };
}

/** A settled step whose approvals count only while their makers are active, and now are too few (SEMANTICS 8). */
export function hasLapsed(state: RequestState, context: Context, step: Approve): boolean {
  if (!step.whileActive) return false;
  const { approvals, required } = tally(state, context, step, new Set());
  return approvals < required;
}

function counts(decision: Decision, step: Approve, context: Context): boolean {
  if (!step.whileActive) return true;
  return [decision.person, decision.principal].every((p) => context.facts.person(p).value?.active === true);
}

type Count = { approvals: number; rejections: number; open: number; required: number };

function verdict(step: Approve, n: Count): Tally['verdict'] {
  const { rule } = step.reject;
  if (rule === 'first' && n.rejections > 0) return 'rejected';
  if (rule === 'atLeast' && n.rejections >= step.reject.n) return 'rejected';
  const met = n.approvals >= n.required;
  if (met && (rule !== 'wait' || n.open === 0)) return 'approved';
  if (n.approvals + n.open >= n.required) return 'open';
  // Out of reach: by rejections the answer is no; by abstentions or vacancies there is no answer (SEMANTICS 9).
  return n.approvals + n.open + n.rejections >= n.required ? 'rejected' : 'blocked';
}
