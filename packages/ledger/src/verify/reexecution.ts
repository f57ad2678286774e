import { leafOfScanned } from '../leaf/decode.ts';
import type { CheckedEntry, Fault, NotReproducible, Reexecute } from './model.ts';

const MOST_NAMED = 100;

export type Reexecutions = {
  reproduced: number;
  erased: number;
  other: number;
  readonly named: NotReproducible[];
  /** The first decision that came out different. */
  different: Fault | null;
  run(entry: CheckedEntry, line: number): Promise<void>;
};

export function reexecutions(reexecute: Reexecute): Reexecutions {
  return {
    reproduced: 0,
    erased: 0,
    other: 0,
    named: [],
    different: null,
    async run(entry, line) {
      // After a difference the caller's state is no longer the log's: every later answer would be noise.
      if (this.different !== null) return;
      const { hash, bytes } = entry;
      const answer = reexecute({ seq: entry.seq, hash, leaf: leafOfScanned(bytes) });
      const { verdict, detail } = answer instanceof Promise ? await answer : answer;
      const { seq } = entry;
      const { stream } = entry.leaf;
      switch (verdict) {
        case 'reproduced':
          this.reproduced++;
          return;
        case 'different': {
          const words = `run again, the decision comes out different: ${detail ?? 'no detail was given'}`;
          this.different = { code: 'not_reproduced', seq, within: null, stream, line, words };
          return;
        }
        case 'erased':
          this.erased++;
          break;
        case 'not-reproducible':
          this.other++;
          break;
        default: {
          const never: never = verdict;
          throw new TypeError(`no such verdict: ${never}`);
        }
      }
      if (this.named.length < MOST_NAMED) this.named.push({ seq, stream, verdict, detail });
    },
  };
}
