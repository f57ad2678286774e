import { evaluate, type Lookup, lookupIn } from '../condition/index.ts';
import type { Context } from '../request/result.ts';
import type { RequestState } from '../request/state.ts';
import type { Json } from '../values.ts';

/** What an expression says of a request now. `unknown` names the inputs that are absent; then there is no result. */
export type Evaluated = {
  readonly result: Json | undefined;
  readonly unknown: readonly string[];
  readonly inputs: { readonly [path: string]: Json };
};

export function evaluateSource(state: RequestState, context: Context, source: string): Evaluated {
  const { result, inputs } = evaluate(context.definition.expression(source), lookup(state, context));
  return isUnknown(result)
    ? { result: undefined, unknown: result.unknown, inputs }
    : { result, unknown: [], inputs };
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

const isUnknown = (result: unknown): result is { readonly unknown: readonly string[] } =>
  typeof result === 'object' && result !== null && 'unknown' in result;

function lookup(state: RequestState, context: Context): Lookup {
  const checks = Object.fromEntries(Object.entries(state.steps).map(([id, step]) => [id, step.check]));
  return lookupIn({
    fields: state.revision.fields,
    limits: context.definition.definition.limits,
    requester: state.requester,
    submitter: state.submitter,
    beneficiary: state.beneficiary,
    checks,
    revision: state.revision.number,
  });
}
