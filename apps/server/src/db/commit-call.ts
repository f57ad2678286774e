import type { ConflictReason, Projection, Proposal, Verdict } from './commit-proposal.ts';

/** One call of `countersign.commit`, prepared once: what is sent again after a lost answer is the same bytes. */
export type CommitCall = {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
};

export type VerdictRow = {
  readonly seq: string | number | null;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly directory: string | number | null;
  readonly clock: string | number | null;
};

const PARAMETERS = 45;
const TEXT = `select * from countersign.commit(${Array.from({ length: PARAMETERS }, (_, i) => `$${i + 1}`).join(',')})`;

/** Builds the arrays: one element a member, children by their member's 1-based position. */
export function commitCall(allowed: readonly string[], members: readonly Proposal[]): CommitCall {
  const entries = members.map((m) => m.entry);
  const answers = members.map((m) => m.idempotency);
  const assignments = children(members, (p) => p.assignments);
  const timers = children(members, (p) => p.timers);
  const keys = children(members, (p) => p.businessKeys);
  const sealed = children(members, (p) => p.sealed);
  const values: unknown[] = [
    allowed,
    members.map((m) => m.environment),
    members.map((m) => m.stream),
    members.map((m) => m.kind),
    members.map((m) => m.version),
    members.map((m) => m.directory),
    members.map((m) => m.clock),
    entries.map((e) => e?.changesAuthority ?? false),
    entries.map((e) => e?.movesClock ?? false),
    entries.map((e) => e?.command ?? null),
    entries.map((e) => e?.leaf ?? null),
    entries.map((e) => e?.leafHash ?? null),
    entries.map((e) => e?.at ?? null),
    entries.map((e) => e?.correlation ?? null),
    entries.map((e) => e?.schema ?? null),
    entries.map((e) => e?.state ?? null),
    entries.map((e) => requestRow(e?.projection)),
    entries.map((e) => (e?.projection.writes === undefined ? null : JSON.stringify(e.projection.writes))),
    answers.map((a) => a?.principal ?? null),
    answers.map((a) => a?.key ?? null),
    answers.map((a) => a?.digest ?? null),
    answers.map((a) => a?.status ?? null),
    answers.map((a) => a?.answer ?? null),
    assignments.map(([member]) => member),
    assignments.map(([, a]) => a.n),
    assignments.map(([, a]) => a.step),
    assignments.map(([, a]) => a.person),
    assignments.map(([, a]) => a.status),
    assignments.map(([, a]) => a.group),
    assignments.map(([, a]) => a.role),
    assignments.map(([, a]) => a.dueAt),
    timers.map(([member]) => member),
    timers.map(([, t]) => t.key),
    timers.map(([, t]) => t.due),
    keys.map(([member]) => member),
    keys.map(([, k]) => k.kind),
    keys.map(([, k]) => k.key),
    keys.map(([, k]) => k.release),
    sealed.map(([member]) => member),
    sealed.map(([, s]) => s.item),
    sealed.map(([, s]) => s.owner),
    sealed.map(([, s]) => s.nonce),
    sealed.map(([, s]) => s.ciphertext),
    sealed.map(([, s]) => s.wrappedKey),
    sealed.map(([, s]) => s.context),
  ];
  return { name: 'countersign.commit', text: TEXT, values };
}

function children<T>(
  members: readonly Proposal[],
  pick: (projection: Projection) => readonly T[] | undefined,
): (readonly [member: number, row: T])[] {
  return members.flatMap((member, i) => {
    const rows = member.entry === null ? undefined : pick(member.entry.projection);
    return rows === undefined ? [] : rows.map((row) => [i + 1, row] as const);
  });
}

function requestRow(projection: Projection | undefined): string | null {
  const row = projection?.request;
  if (row === undefined) return null;
  return JSON.stringify({
    definition: row.definition,
    definition_digest: row.definitionDigest,
    status: row.status,
    outcome: row.outcome,
    requester: row.requester,
    submitter: row.submitter,
    external_reference: row.externalReference,
    due_at: row.dueAt,
  });
}

const CONFLICTS: readonly ConflictReason[] = ['version', 'authority', 'clock', 'batch', 'command'];

/** @throws Error on a reason that this version does not know: it must not be taken for success. */
export function readVerdict(row: VerdictRow, member: Proposal): Verdict {
  if (row.reason === 'environment') return { outcome: 'foreign-environment' };
  const revisions = { directory: Number(row.directory), clock: Number(row.clock) };
  if (row.reason === null || row.reason === 'replayed') {
    if (row.seq !== null) return { outcome: 'committed', seq: Number(row.seq), revisions };
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
