import { isHashHex } from './bytes.ts';
import { LedgerError } from './errors.ts';
import type { Leaf, LeafEvent } from './leaf/model.ts';
import { isTextList, membersOf } from './shape.ts';

/**
 * The event that opens a log's new life after its database was restored (ENGINE 10): the first event of the first
 * entry after those kept, in the `environment` stream. It names what was lost, so that a restore and an attack
 * look different.
 */
export type EnvironmentRestored = {
  readonly type: 'environment.restored';
  /** The origin from here on. */
  readonly origin: string;
  readonly previous: {
    readonly origin: string;
    /** The last checkpoint that the old log signed, as its signed note. */
    readonly checkpoint: string;
  };
  /** The entries 1..kept stand as they were. */
  readonly kept: number;
  /** The highest `seq` that was acknowledged and is lost; `kept` where none is known to be. */
  readonly lost: number;
  /** Where the old checkpoint's size is at most `kept`: the consistency proof (hex) from it to `kept`. */
  readonly proof: readonly string[];
};

const MEMBERS = 'kept,lost,origin,previous,proof,type';

/** The restore that an entry of the environment declares, if it does. Throws `bad_leaf` where it declares one wrongly. */
export function declaredRestore(leaf: Leaf): EnvironmentRestored | null {
  const event = leaf.events.find(({ type }) => type === 'environment.restored');
  if (event === undefined) return null;
  if (leaf.events[0] !== event) {
    throw new LedgerError('bad_leaf', 'a restore is the first event of its entry');
  }
  return parse(event) ?? wrong(`its members are not ${MEMBERS}, each of its kind`);
}

function parse(event: LeafEvent): EnvironmentRestored | null {
  const { kept, lost, origin, proof, previous } = membersOf(event, MEMBERS) ?? {};
  const { checkpoint, origin: oldOrigin } = membersOf(previous, 'checkpoint,origin') ?? {};
  if (typeof kept !== 'number' || typeof lost !== 'number' || kept < 0 || lost < kept) return null;
  if (typeof origin !== 'string' || typeof oldOrigin !== 'string' || typeof checkpoint !== 'string')
    return null;
  if (!isTextList(proof) || !proof.every(isHashHex)) return null;
  return {
    type: 'environment.restored',
    origin,
    previous: { origin: oldOrigin, checkpoint },
    kept,
    lost,
    proof,
  };
}

function wrong(why: string): never {
  throw new LedgerError('bad_leaf', `not a declared restore: ${why}`);
}
