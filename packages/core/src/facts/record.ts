import { digestJson } from './digest.ts';
import type { Fact, FactSource } from './model.ts';

/** How a fact stands in an entry. */
type Cited = { readonly name: string; readonly digest: string };

/** Facts are immutable and outlive many decisions: each is digested once. */
const known = new WeakMap<Fact, Cited>();

function cite(fact: Fact): Cited {
  const before = known.get(fact);
  if (before !== undefined) return before;
  const cited = { name: `${fact.kind}:${fact.key}`, digest: digestJson(fact) };
  known.set(fact, cited);
  return cited;
}

export type FactRecorder = {
  readonly source: FactSource;
  /** Digests of what was looked up, by `kind:key`. */
  used(): { readonly [key: string]: string };
};

/** Wraps a source so that what a decision looked at can be recorded with it (ENGINE 6). */
export function recordFacts(source: FactSource): FactRecorder {
  const seen = new Set<Fact>();
  const note = <F extends Fact>(fact: F): F => {
    seen.add(fact);
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
      calendar: (key) => note(source.calendar(key)),
      rates: (name, date) => note(source.rates(name, date)),
    },
    used() {
      const digests: { [key: string]: string } = {};
      for (const fact of seen) {
        const { name, digest } = cite(fact);
        digests[name] = digest;
      }
      return digests;
    },
  };
}
