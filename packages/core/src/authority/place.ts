import type { Approve } from '../definition/model.ts';
import type { Context } from '../request/result.ts';
import type { RequestState } from '../request/state.ts';
import type { Candidates } from './candidates.ts';
import { type Chain, delegationChain } from './delegation.ts';
import { exclusion } from './separation.ts';

export type PlaceUse =
  | { readonly ok: true; readonly chain: Chain }
  /** `no-delegation`, `delegation-out-of-scope`, or why `person` is barred. */
  | { readonly ok: false; readonly person: string; readonly reason: string };

const OWN: Chain = { delegations: [], persons: [] };

/**
 * May `person` use the place of `principal` in a step now, and over which chain of delegations (SEMANTICS 13, 14; N7)?
 * Asked of everyone on the chain, at the decision and again when a revision asks whether the decision stands.
 */
export function usePlace(
  state: RequestState,
  context: Context,
  step: Approve,
  people: Candidates,
  principal: string,
  person: string,
): PlaceUse {
  const refused = (who: string, reason: string): PlaceUse => ({ ok: false, person: who, reason });
  if (!people.eligible.has(principal)) {
    return refused(principal, people.barred.find((b) => b.person === principal)?.reason ?? 'not-eligible');
  }
  if (person === principal) return { ok: true, chain: OWN };
  if (context.facts.person(person).value?.active !== true) return refused(person, 'inactive');
  const search = delegationChain(state, context, principal, person);
  if (!search.ok) {
    return refused(person, search.reason === 'none' ? 'no-delegation' : 'delegation-out-of-scope');
  }
  const excluded = exclusion(state, context.definition.definition.separate, step);
  for (const link of search.chain.persons) {
    const reason = excluded(link);
    if (reason === null) continue;
    const past = delegationChain(state, context, principal, person, (one) => excluded(one) !== null);
    return past.ok ? past : refused(link, reason);
  }
  return search;
}
