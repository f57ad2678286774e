import { digestOf } from './digest.ts';
import type { Fact, FactSource } from './model.ts';

export const factKey = (fact: Fact): string => `${fact.kind}:${fact.key}`;

export type FactRecorder = {
  readonly source: FactSource;
  /** Digests of what was looked up, by `kind:key`. */
  used(): { readonly [key: string]: string };
};

/** Wraps a source so that what a decision looked at can be recorded with it (ENGINE 6). */
export function recordFacts(source: FactSource): FactRecorder {
  const seen = new Map<string, Fact>();
  const note = <F extends Fact>(fact: F): F => {
    seen.set(factKey(fact), fact);
    return fact;
  };
  return {
    source: {
      revision: source.revision,
      person: (id) => note(source.person(id)),
      group: (key) => note(source.group(key)),
      role: (key) => note(source.role(key)),
      delegations: (to) => note(source.delegations(to)),
      matrix: (key) => note(source.matrix(key)),
    },
    used: () => Object.fromEntries([...seen].map(([key, fact]) => [key, digestOf(fact)])),
  };
}
