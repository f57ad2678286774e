import type { Json } from '../values.ts';
import type { Explanation, PersonReason } from './model.ts';

/** Builds an explanation; what is not given is empty. */
export function because(
  rule: string,
  parts: {
    readonly clause?: string | null;
    readonly inputs?: { readonly [path: string]: Json };
    readonly facts?: readonly string[];
    readonly persons?: readonly PersonReason[];
  } = {},
): Explanation {
  return {
    rule,
    clause: parts.clause ?? null,
    inputs: parts.inputs ?? {},
    facts: parts.facts ?? [],
    persons: parts.persons ?? [],
  };
}
