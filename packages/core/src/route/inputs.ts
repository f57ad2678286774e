import {
  evaluateSource as evaluateIn,
  isFailed,
  isUnknown,
  type Lookup,
  lookupIn,
} from '../condition/index.ts';
import { toBeGiven } from '../form/lacking.ts';
import { totalNow } from '../related/sums.ts';
import type { Context } from '../request/result.ts';
import type { RequestState } from '../request/state.ts';
import type { Json } from '../values.ts';

/** What an expression says of a request now. `unknown` names what is missing; then there is no result. */
export type Evaluated = {
  readonly result: Json | undefined;
  readonly unknown: readonly string[];
  readonly inputs: { readonly [path: string]: Json };
};

export function evaluateSource(state: RequestState, context: Context, source: string): Evaluated {
  const { result, inputs } = evaluateIn(
    source,
    context.definition.scope,
    lookup(state, context),
    state.revision.rates,
  );
  if (isUnknown(result)) {
    const unknown = toBeGiven(context.definition, state.revision.fields, result.unknown);
    return { result: undefined, unknown, inputs };
  }
  // What cannot be computed is as good as unknown: it holds and says why, and is never taken for true or false.
  if (isFailed(result))
    return { result: undefined, unknown: [`${source}: ${result.problem.message}`], inputs };
  return { result, unknown: [], inputs };
}

/** A condition: true, false, or unknown. The checker has made sure that it is boolean. */
export function evaluateCondition(
  state: RequestState,
  context: Context,
  source: string,
): {
  readonly result: boolean | 'unknown';
  readonly unknown: readonly string[];
  readonly inputs: Evaluated['inputs'];
} {
  const { result, unknown, inputs } = evaluateSource(state, context, source);
  return { result: typeof result === 'boolean' ? result : 'unknown', unknown, inputs };
}

function lookup(state: RequestState, context: Context): Lookup {
  const { definition } = context.definition;
  return lookupIn({
    fields: state.revision.fields,
    limits: definition.limits,
    requester: state.requester,
    submitter: state.submitter,
    beneficiary: state.beneficiary,
    check: (step) => (Object.hasOwn(state.steps, step) ? state.steps[step]?.check : undefined),
    revision: state.revision.number,
    total: (path) => totalNow(path, state, context.definition, context.related ?? [], context.now),
  });
}
