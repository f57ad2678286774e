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
  /** A key is asked for after its command: so it was, until the simulation met it. */
  | 'commands-first'
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

/** Step (b) of the migration: what each member relied on, against what stands. */
export function judge(
  heads: ReadonlyMap<string, Environment>,
  members: readonly Member[],
  slips: ReadonlySet<Slip>,
): readonly Verdict[] {
  const seen = new Set<string>();
  /** Is this one not the first of the batch under this name? Those that fail count as well. */
  const again = (...parts: string[]): boolean => {
    const known = seen.has(name(...parts));
    seen.add(name(...parts));
    return known;
  };
  const checked = members.map((member) => {
    const { environment: id, stream, entry, answer } = member;
    const sameStream = again('stream', id, stream);
    const sameKey = answer !== null && again('answer', id, answer.principal, answer.key);
    const sameCommand = entry !== null && again('command', id, entry.command);
    const claims = entry?.keys.filter((key) => !key.release) ?? [];
    const twice = claims.map((key) => again('claim', id, key.kind, key.key)).includes(true);
    const environment = heads.get(id);
    if (environment === undefined) return { reason: 'environment', detail: null, logged: null };
    const logged = entry === null ? undefined : environment.commands.get(entry.command);
    const held = answer === null ? undefined : environment.answers.get(name(answer.principal, answer.key));
    const holders = claims
      .map((key) => environment.keys.get(name(key.kind, key.key))?.stream_id)
      .filter((holder) => holder !== undefined && holder !== stream)
      .sort();
    const bad = (): readonly [reason: string | null, detail?: string] => {
      const another = logged !== undefined && !slips.has('commands-unchecked');
      if (another && entry?.leafHash.equals(logged.leaf_hash)) return ['replayed'];
      if (another && slips.has('commands-first')) return ['command'];
      if (held !== undefined && answer !== null && !slips.has('answers-unchecked'))
        return ['idempotency', held.request_digest.equals(answer.digest) ? 'same' : 'other'];
      if (another) return ['command'];
      const version = environment.streams.get(stream)?.version ?? 0;
      if (version !== member.version && !slips.has('versions-unchecked')) return ['version'];
      const { directory_revision, clock_revision } = environment.head;
      const authority = !slips.has('authority-unchecked');
      if (authority && member.directory !== null && member.directory !== directory_revision)
        return ['authority'];
      if (member.clock !== null && member.clock !== clock_revision) return ['clock'];
      if (sameStream) return ['version'];
      if (sameKey || sameCommand) return ['batch'];
      if (holders[0] !== undefined && !slips.has('business-keys-unchecked'))
        return ['business-key', holders[0]];
      return [twice ? 'batch' : null];
    };
    const [reason, detail] = bad();
    return { reason, detail: detail ?? null, logged: logged?.seq ?? null };
  });
  return number(heads, members, checked, slips);
}

type Checked = {
  readonly reason: string | null;
  readonly detail: string | null;
  readonly logged: number | null;
};

/** The first change of authority, and of the clock, bites all that come after it; the rest get their places. */
function number(
  heads: ReadonlyMap<string, Environment>,
  members: readonly Member[],
  checked: readonly Checked[],
  slips: ReadonlySet<Slip>,
): readonly Verdict[] {
  const first = (environment: string, reasons: readonly (string | null)[], moves: (one: Member) => boolean) =>
    members.findIndex((one, i) => one.environment === environment && reasons[i] === null && moves(one));
  const bitten = (reasons: readonly (string | null)[], by: 'authority' | 'clock') =>
    members.map((member, i) => {
      if (reasons[i] !== null) return reasons[i] ?? null;
      if (by === 'authority' && slips.has('authority-unchecked')) return null;
      if (member[by === 'authority' ? 'directory' : 'clock'] === null) return null;
      const moves = (one: Member) => (by === 'authority' ? one.authority : one.movesClock);
      const at = first(member.environment, reasons, moves);
      return at !== -1 && at < i ? by : null;
    });
  const reasons = bitten(
    bitten(
      checked.map((one) => one.reason),
      'authority',
    ),
    'clock',
  );
  const next = new Map([...heads].map(([id, { head }]) => [id, head.seq]));
  return members.map((member, i): Verdict => {
    const reason = reasons[i] ?? null;
    const { detail = null, logged = null } = checked[i] ?? {};
    const passes = reason === null && member.entry !== null;
    const place = (next.get(member.environment) ?? 0) + 1;
    if (passes || (slips.has('losers-leave-a-gap') && reason !== null)) next.set(member.environment, place);
    const fresh = passes ? place : null;
    return {
      seq: fresh ?? (reason === 'replayed' ? logged : null),
      fresh,
      store: reason === null && member.answer !== null,
      reason,
      detail: reason === 'business-key' || reason === 'idempotency' ? detail : null,
    };
  });
}
