import type { Member } from './members.ts';
import { type Environment, name } from './tables.ts';

/** Ways in which a database could fail its contract. Each is planted by a test, to see it found. */
export type Slip =
  | 'versions-unchecked'
  | 'authority-unchecked'
  | 'commands-unchecked'
  | 'answers-unchecked'
  | 'answers-forgotten'
  | 'business-keys-unchecked'
  | 'acknowledged-not-written'
  | 'losers-take-a-seq'
  | 'losers-leave-a-gap'
  | 'environments-mixed'
  /** A replica that is behind answers. */
  | 'reads-behind'
  | 'positions-ahead';

export type Verdict = {
  readonly seq: number | null;
  /** The seq that this call gives. */
  readonly fresh: number | null;
  readonly store: boolean;
  readonly reason: string | null;
  readonly detail: string | null;
};

/** What stands when a member's turn comes: members that pass move it on for those after them. */
type Standing = {
  readonly environment: Environment;
  seq: number;
  directory: number;
  clock: number;
};

/** Does a member share something with one before it in the batch? Those that fail count as well. */
type Shared = { readonly stream: boolean; readonly command: boolean; readonly key: boolean };

/** Step (b) of the migration: what each member relied on, against what stands. */
export function judge(
  heads: ReadonlyMap<string, Environment>,
  members: readonly Member[],
  slips: ReadonlySet<Slip>,
): readonly Verdict[] {
  const shared = sharing(members);
  const standing = new Map<string, Standing>(
    [...heads].map(([id, environment]) => {
      const { seq, directory_revision: directory, clock_revision: clock } = environment.head;
      return [id, { environment, seq, directory, clock }];
    }),
  );
  return members.map((member, i): Verdict => {
    const at = standing.get(member.environment);
    const none = { seq: null, fresh: null, store: false, detail: null };
    if (at === undefined) return { ...none, reason: 'environment' };
    const found = reasonOf(member, at, shared[i] ?? { stream: false, command: false, key: false }, slips);
    if (found.reason === null && member.entry !== null) {
      at.seq += 1;
      if (member.authority) at.directory = at.seq;
      if (member.movesClock) at.clock = at.seq;
      return { ...none, reason: null, seq: at.seq, fresh: at.seq, store: member.answer !== null };
    }
    if (found.reason === null) return { ...none, reason: null, store: member.answer !== null };
    if (slips.has('losers-leave-a-gap')) at.seq += 1;
    return { ...none, ...found };
  });
}

type Found = { readonly reason: string | null; readonly detail?: string; readonly seq?: number };

function reasonOf(
  { stream, entry, answer, version, directory, clock }: Member,
  at: Standing,
  shared: Shared,
  slips: ReadonlySet<Slip>,
): Found {
  const { commands, answers, streams, keys } = at.environment;
  const logged = entry === null || slips.has('commands-unchecked') ? undefined : commands.get(entry.command);
  const held =
    answer === null || slips.has('answers-unchecked')
      ? undefined
      : answers.get(name(answer.principal, answer.key));
  if (logged !== undefined && entry?.leafHash.equals(logged.leaf_hash))
    return { reason: 'replayed', seq: logged.seq };
  if (held !== undefined && answer !== null)
    return { reason: 'idempotency', detail: held.request_digest.equals(answer.digest) ? 'same' : 'other' };
  if (logged !== undefined) return { reason: 'command' };
  const known = streams.get(stream)?.version ?? 0;
  if (known !== version && !slips.has('versions-unchecked')) return { reason: 'version' };
  if (directory !== null && directory !== at.directory && !slips.has('authority-unchecked'))
    return { reason: 'authority' };
  if (clock !== null && clock !== at.clock) return { reason: 'clock' };
  if (shared.stream) return { reason: 'version' };
  if (shared.command) return { reason: 'batch' };
  const [holder] = claimsOf(entry)
    .map((key) => keys.get(name(key.kind, key.key))?.stream_id)
    .filter((one) => one !== undefined && one !== stream)
    .sort();
  if (holder !== undefined && !slips.has('business-keys-unchecked'))
    return { reason: 'business-key', detail: holder };
  return { reason: shared.key ? 'batch' : null };
}

const claimsOf = (entry: Member['entry']) => entry?.keys.filter((key) => !key.release) ?? [];

function sharing(members: readonly Member[]): readonly Shared[] {
  const seen = new Set<string>();
  const again = (...parts: string[]): boolean => {
    const known = seen.has(name(...parts));
    seen.add(name(...parts));
    return known;
  };
  return members.map(({ environment: id, stream, entry, answer }) => {
    const command = entry !== null && again('command', id, entry.command);
    const answered = answer !== null && again('answer', id, answer.principal, answer.key);
    const claimed = claimsOf(entry).map((key) => again('claim', id, key.kind, key.key));
    return { stream: again('stream', id, stream), command: command || answered, key: claimed.includes(true) };
  });
}
