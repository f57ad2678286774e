import { bigints, booleans, byteas, integers, jsonbs, jsons, texts, timestamps } from './binary-array.ts';
import type { ConflictReason, Projection, Proposal, Verdict } from './commit-proposal.ts';

/** One call of `countersign.commit`, prepared once: what is sent again after a lost answer is the same bytes. */
export type CommitCall = {
  readonly name: string;
  readonly text: string;
  readonly values: readonly Buffer[];
};

export type VerdictRow = {
  readonly seq: string | number | null;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly directory: string | number | null;
  readonly clock: string | number | null;
};

const PARAMETERS = 54;
const TEXT = `select * from countersign.commit(${Array.from({ length: PARAMETERS }, (_, i) => `$${i + 1}`).join(',')})`;

/**
 * Builds the arrays: one element a member, children by their member's 1-based position.
 * @throws RangeError on a number or a time that is none.
 */
export function commitCall(allowed: readonly string[], members: readonly Proposal[]): CommitCall {
  const entries = members.map((m) => m.entry);
  const answers = members.map((m) => m.idempotency);
  const requests = children(members, ({ request }) => (request === undefined ? undefined : [request]));
  const assignments = children(members, (p) => p.assignments);
  const timers = children(members, (p) => p.timers);
  const keys = children(members, (p) => p.businessKeys);
  const sealed = children(members, (p) => p.sealed);
  const writes = children(members, (p) => (p.writes === undefined ? undefined : [p.writes]));
  const values = [
    texts(allowed),
    texts(members.map((m) => m.environment)),
    texts(members.map((m) => m.stream)),
    texts(members.map((m) => m.kind)),
    integers(members.map((m) => m.version)),
    bigints(members.map((m) => m.directory)),
    bigints(members.map((m) => m.clock)),
    booleans(entries.map((e) => e?.changesAuthority ?? false)),
    booleans(entries.map((e) => e?.movesClock ?? false)),
    texts(entries.map((e) => e?.command ?? null)),
    byteas(entries.map((e) => e?.leaf ?? null)),
    byteas(entries.map((e) => e?.leafHash ?? null)),
    timestamps(entries.map((e) => e?.at ?? null)),
    texts(entries.map((e) => e?.correlation ?? null)),
    integers(entries.map((e) => e?.schema ?? null)),
    jsons(entries.map((e) => e?.state ?? null)),
    texts(answers.map((a) => a?.principal ?? null)),
    texts(answers.map((a) => a?.key ?? null)),
    byteas(answers.map((a) => a?.digest ?? null)),
    integers(answers.map((a) => a?.status ?? null)),
    texts(answers.map((a) => a?.answer ?? null)),
    integers(requests.map(([member]) => member)),
    texts(requests.map(([, r]) => r.definition)),
    texts(requests.map(([, r]) => r.definitionDigest)),
    texts(requests.map(([, r]) => r.status)),
    texts(requests.map(([, r]) => r.outcome)),
    texts(requests.map(([, r]) => r.requester)),
    texts(requests.map(([, r]) => r.submitter)),
    texts(requests.map(([, r]) => r.externalReference)),
    timestamps(requests.map(([, r]) => r.dueAt)),
    integers(assignments.map(([member]) => member)),
    integers(assignments.map(([, a]) => a.n)),
    texts(assignments.map(([, a]) => a.step)),
    texts(assignments.map(([, a]) => a.person)),
    texts(assignments.map(([, a]) => a.status)),
    texts(assignments.map(([, a]) => a.group)),
    texts(assignments.map(([, a]) => a.role)),
    timestamps(assignments.map(([, a]) => a.dueAt)),
    integers(timers.map(([member]) => member)),
    texts(timers.map(([, t]) => t.key)),
    timestamps(timers.map(([, t]) => t.due)),
    integers(keys.map(([member]) => member)),
    texts(keys.map(([, k]) => k.kind)),
    texts(keys.map(([, k]) => k.key)),
    booleans(keys.map(([, k]) => k.release)),
    integers(sealed.map(([member]) => member)),
    texts(sealed.map(([, s]) => s.item)),
    texts(sealed.map(([, s]) => s.owner)),
    byteas(sealed.map(([, s]) => s.nonce)),
    byteas(sealed.map(([, s]) => s.ciphertext)),
    byteas(sealed.map(([, s]) => s.wrappedKey)),
    texts(sealed.map(([, s]) => s.context)),
    integers(writes.map(([member]) => member)),
    jsonbs(writes.map(([, rows]) => JSON.stringify(rows))),
  ];
  return { name: 'countersign.commit', text: TEXT, values };
}

function children<T>(
  members: readonly Proposal[],
  pick: (projection: Projection) => readonly T[] | undefined,
): readonly (readonly [member: number, row: T])[] {
  const all: (readonly [number, T])[] = [];
  members.forEach(({ entry }, i) => {
    if (entry === null) return;
    for (const row of pick(entry.projection) ?? []) all.push([i + 1, row]);
  });
  return all;
}

const CONFLICTS: readonly ConflictReason[] = ['version', 'authority', 'clock', 'batch', 'command'];

/** @throws Error on a reason that this version does not know: it must not be taken for success. */
export function readVerdict(row: VerdictRow, member: Proposal): Verdict {
  if (row.reason === 'environment') return { outcome: 'foreign-environment' };
  const revisions = { directory: Number(row.directory), clock: Number(row.clock) };
  if (row.reason === null || row.reason === 'replayed') {
    const replayed = row.reason === null ? {} : ({ replayed: true } as const);
    if (row.seq !== null) return { outcome: 'committed', seq: Number(row.seq), ...replayed, revisions };
    if (member.entry === null) return { outcome: 'refused', revisions };
  }
  if (row.reason === 'idempotency') {
    return { outcome: 'answered', sameRequest: row.detail === 'same', revisions };
  }
  if (row.reason === 'business-key' && row.detail !== null) {
    return { outcome: 'business-key-taken', holder: row.detail, revisions };
  }
  const reason = CONFLICTS.find((known) => known === row.reason);
  if (reason !== undefined) return { outcome: 'conflict', reason, revisions };
  throw new Error(`commit: unknown verdict ${row.reason ?? 'null'} for ${member.stream}`);
}
