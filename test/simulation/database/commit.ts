import { createHash } from 'node:crypto';
import type { VerdictRow } from '../../../apps/server/src/db/commit-call.ts';
import { failure } from './failure.ts';
import { type Member, membersOf } from './members.ts';
import { named } from './signature.ts';
import { type Environment, name, type Tables } from './tables.ts';
import { judge, type Slip, type Verdict } from './verdict.ts';
import { applyWrites, assertWrites } from './writes.ts';

/**
 * What `countersign.commit` does, as its comment in the migration says it; the conformance test holds the two together.
 * @param slips faults of the database that a plant asks for; none otherwise.
 */
export function commit(tables: Tables, values: readonly unknown[], slips: ReadonlySet<Slip>): VerdictRow[] {
  const { allowed, members } = membersOf(named(values));
  for (const { kind, authority, entry } of members) {
    if ((kind === 'directory' || kind === 'matrix') && !authority && entry !== null)
      throw failure('22023', 'a directory or matrix stream changes authority');
  }
  const heads = new Map(
    [...tables.environments].filter(([id]) => allowed.has(id) && members.some((m) => m.environment === id)),
  );
  const verdicts = judge(heads, members, slips);
  // All or nothing: what would raise is looked for before anything is written.
  members.forEach((member, i) => {
    if (verdicts[i]?.fresh !== null) assertMember(member);
  });
  if (!slips.has('acknowledged-not-written')) {
    members.forEach((member, i) => {
      const verdict = verdicts[i];
      const environment = heads.get(member.environment);
      if (verdict !== undefined && environment !== undefined) write(environment, member, verdict, slips);
    });
    advance(heads, members, verdicts, slips);
  }
  return verdicts.map(({ seq, reason, detail }, i) => {
    const head = heads.get(members[i]?.environment ?? '')?.head;
    const directory = head?.directory_revision ?? null;
    return { seq, reason, detail, directory, clock: head?.clock_revision ?? null };
  });
}

function assertMember({ entry, authority, movesClock }: Member): void {
  if (entry === null) return;
  const hash = createHash('sha256').update('\0').update(entry.leaf).digest();
  if (!hash.equals(entry.leafHash)) throw failure('23514', 'entry_leaf_hash_check');
  if (entry.writes !== null) assertWrites(entry.writes, authority, movesClock);
}

function write(
  environment: Environment,
  member: Member,
  { fresh, store }: Verdict,
  slips: ReadonlySet<Slip>,
): void {
  const { entry, answer } = member;
  if (store && answer !== null && !slips.has('answers-forgotten')) {
    const { principal, key, digest, status, text } = answer;
    const leaf_hash = entry === null ? null : entry.leafHash;
    const row = { principal, key, request_digest: digest, status, answer: text, seq: fresh, leaf_hash };
    environment.answers.set(name(principal, key), row);
  }
  if (entry === null || fresh === null) return;
  const { stream: stream_id, kind, version: before, authority } = member;
  const standing = environment.streams.get(stream_id)?.version ?? 0;
  const version = (slips.has('versions-unchecked') ? Math.max(before, standing) : before) + 1;
  const at = new Date(entry.at);
  const { command: command_id, leaf, leafHash: leaf_hash, correlation, schema } = entry;
  const row = { seq: fresh, stream_id, version, command_id, authority, at, correlation, leaf, leaf_hash };
  environment.entries.push(row);
  environment.commands.set(command_id, row);
  const known = environment.streams.get(stream_id);
  if (known !== undefined) environment.streamsBefore.set(stream_id, known);
  environment.streams.set(stream_id, {
    stream_id,
    kind: known?.kind ?? kind,
    version,
    last_hash: leaf_hash,
    last_at: at,
    schema,
    state: entry.state,
    updated_seq: fresh,
  });
  project(environment, member, fresh, at, slips);
  if (entry.writes !== null) applyWrites(environment, fresh, entry.writes);
}

function project(
  environment: Environment,
  { stream: stream_id, entry }: Member,
  seq: number,
  at: Date,
  slips: ReadonlySet<Slip>,
): void {
  if (entry === null) return;
  if (entry.request !== null) {
    const { due_at, ...columns } = entry.request;
    const before = environment.requests.get(stream_id);
    environment.requests.set(stream_id, {
      stream_id,
      ...columns,
      definition: before?.definition ?? columns.definition,
      definition_digest: before?.definition_digest ?? columns.definition_digest,
      created_seq: before?.created_seq ?? seq,
      created_at: before?.created_at ?? at,
      updated_at: at,
      due_at: due_at === null ? null : new Date(due_at),
    });
  }
  for (const row of entry.assignments) {
    const place = name(stream_id, row.n);
    const before = environment.assignments.get(place);
    environment.assignments.set(place, {
      stream_id,
      ...row,
      step: before?.step ?? row.step,
      opened_seq: before?.opened_seq ?? seq,
      opened_at: before?.opened_at ?? at,
    });
  }
  for (const { key, due } of entry.timers) {
    if (due === null) environment.timers.delete(name(stream_id, key));
    else environment.timers.set(name(stream_id, key), { stream_id, key, due });
  }
  for (const { kind, key, release } of entry.keys) {
    const place = name(kind, key);
    const held = environment.keys.get(place);
    if (release && held?.stream_id === stream_id) environment.keys.delete(place);
    if (!release && (held === undefined || slips.has('business-keys-unchecked')))
      environment.keys.set(place, { kind, key, stream_id });
  }
}

function advance(
  heads: ReadonlyMap<string, Environment>,
  members: readonly Member[],
  verdicts: readonly Verdict[],
  slips: ReadonlySet<Slip>,
): void {
  members.forEach((member, i) => {
    const head = heads.get(member.environment)?.head;
    const fresh = verdicts[i]?.fresh ?? null;
    if (head === undefined) return;
    // A sequence would do this: it goes on for those that were turned away.
    if (fresh === null && member.entry !== null && slips.has('losers-take-a-seq')) head.seq += 1;
    if (fresh === null) return;
    head.seq = Math.max(head.seq, fresh);
    if (member.authority) head.directory_revision = fresh;
    if (member.movesClock) head.clock_revision = fresh;
  });
}
