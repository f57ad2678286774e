import { replayer } from '@countersign/core';
import type { Reexecute, Reexecution, VerifiedEntry } from '@countersign/ledger';

export type Rerun = {
  readonly reexecute: Reexecute;
  /** Entries that hold no decision of the core: keys, clock, documents. Intact is all that they can be. */
  readonly notDecided: () => number;
};

/** Decides each entry again from the entries before it, by the core's own rules. `see` is shown every entry. */
export function rerun(see: (entry: VerifiedEntry) => void = () => undefined): Rerun {
  const replay = replayer();
  let first: number | null = null;
  let notDecided = 0;
  return {
    notDecided: () => notDecided,
    reexecute(entry) {
      see(entry);
      first ??= entry.seq;
      if (first !== 1) return partial;
      const { seq, leaf } = entry;
      const { kind, stream, engine, command, now, directory, facts, events } = leaf;
      try {
        const verdict = replay.entry({ seq, kind, stream, engine, command, now, directory, facts, events });
        if (verdict.verdict === 'not-decided') notDecided++;
        return toReexecution(verdict);
      } catch (error) {
        // The ledger passes on what is well formed; what the core cannot even read was not written by it.
        const message = error instanceof Error ? error.message : String(error);
        return { verdict: 'different', detail: `it cannot be run again: ${message}` };
      }
    },
  };
}

const partial: Reexecution = {
  verdict: 'not-reproducible',
  detail: 'the export does not start at entry 1, so what was true before is not known',
};

type Verdict = ReturnType<ReturnType<typeof replayer>['entry']>;

function toReexecution(verdict: Verdict): Reexecution {
  switch (verdict.verdict) {
    case 'reproduced':
    case 'not-decided':
      return { verdict: 'reproduced', detail: null };
    case 'not-reproducible':
    case 'different':
      return { verdict: verdict.verdict, detail: verdict.detail };
    default: {
      const never: never = verdict;
      return never;
    }
  }
}
