import type { Json } from '../values.ts';

/**
 * Why (N11): the clause that decided, the inputs that it read, and the facts that it relied on. It comes from
 * the evaluator that decides, never from a second one.
 */
export type Explanation = {
  /** Stable code of the rule, e.g. `when-false`, `quorum-met`, `separation`, `no-eligible-person`. */
  readonly rule: string;
  /** Where in the definition: a path such as `route[1].when`, or a condition's source. */
  readonly clause: string | null;
  /** Inputs read, by path: `fields.amount` → value; `unknown` inputs are null. */
  readonly inputs: { readonly [path: string]: Json };
  /** Facts relied on: `role:cfo`, `person:usr_…`, `matrix:spend#row-3`. */
  readonly facts: readonly string[];
  /** Persons concerned, e.g. those excluded, with the reason for each. */
  readonly persons: readonly PersonReason[];
};

export type PersonReason = {
  readonly person: string;
  /** `excluded:requester`, `excluded:different`, `inactive`, `over-limit`, `decided`, `vacant`, `not-eligible` … */
  readonly reason: string;
};
