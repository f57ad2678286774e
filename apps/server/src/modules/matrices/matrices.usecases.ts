import { canonicalJson, type MatrixVersion } from '@countersign/core';
import type { Projection } from '../../db/commit-proposal.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Change } from '../../engine/execution.ts';
import type { Call, Reply } from '../../http/call.ts';
import { actorOf, type ChangeReply, change } from '../../http/change.ts';
import { notFound } from '../../http/problem.ts';
import { type MatrixEvent, type MatrixState, matrixFold, matrixStream } from './matrices.model.ts';
import { presentProposal } from './matrices.present.ts';
import type { MatrixQueries } from './matrices.queries.ts';
import { decided, refuseUnknown } from './matrices.refusals.ts';
import { parsed } from './matrices.source.ts';
import { effectTimer } from './matrices.system.ts';

type Deps = { readonly engine: Engine; readonly queries: MatrixQueries };
type MatrixReply = ChangeReply<MatrixState, MatrixEvent>;

/**
 * A new immutable version, in force from `effectiveFrom`, or from now where neither body nor source says when; or a
 * proposal of one, where somebody else must approve it first.
 */
export async function publishMatrix({ engine, queries }: Deps, call: Call<'publishMatrix'>): Promise<Reply> {
  const { source, format, effectiveFrom } = call.body;
  const dated = effectiveFrom === undefined ? {} : { effectiveFrom: new Date(effectiveFrom).toISOString() };
  const read = (now: string): MatrixVersion => parsed(source, { format, now, ...dated });
  const name = read(new Date(0).toISOString()).matrix;
  const actor = actorOf(call.principal, call.actFor);
  const data = { matrix: name, format, source, effectiveFrom: dated.effectiveFrom ?? null };
  // What waits and says the same, as of the decision that stands.
  let waits: { readonly proposal: string; readonly seq: number } | null = null;
  const reply = await change<MatrixState, MatrixEvent>(engine, call, {
    stream: matrixStream(name),
    kind: 'matrix',
    fold: matrixFold,
    changesAuthority: true,
    command: { type: 'publishMatrix', data },
    decide(state, { now, directory, environment }) {
      // As if it had been sent when the newest version was: without a date of its own it is the same then.
      waits = null;
      if (state !== null && read(state.effectiveFrom).digest === state.digest) return [];
      const waiting = directory.proposals.get(name);
      if (waiting !== undefined && read(waiting.version.effectiveFrom).digest === waiting.version.digest) {
        waits = { proposal: waiting.version.digest, seq: waiting.seq };
        return [];
      }
      const version = read(now);
      refuseUnknown(version, directory);
      const alone = environment.kind === 'sandbox';
      const command = { type: 'publishMatrix', version, alone } as const;
      return { events: decided(directory, command, actor, now), data: { ...data, alone } };
    },
    project: (made) => published(made, source),
    answer: ({ events, after }) => {
      const [event] = events;
      if (event?.type === 'matrix.proposed') return { status: 202, body: { proposal: event.version.digest } };
      if (waits !== null) return { status: 202, body: waits };
      // A version never changes: its number is all that a repetition needs.
      return { status: events.length === 0 ? 200 : 201, body: { version: after.version } };
    },
  });
  return answered({ engine, queries }, call.principal.environment, name, reply);
}

/** Somebody else than its editor puts a proposed version into force, as they saw it. */
export async function approveMatrix({ engine, queries }: Deps, call: Call<'approveMatrix'>): Promise<Reply> {
  const { name } = call.params;
  const { digest } = call.body;
  const { environment } = call.principal;
  const actor = actorOf(call.principal, call.actFor);
  const reply = await change<MatrixState, MatrixEvent>(engine, call, async () => {
    await existing(queries, environment, name);
    const proposal = (await engine.directoryNow(environment)).proposals.get(name);
    if (proposal === undefined) throw notFound('proposed change of this authority matrix');
    const { source } = await queries.proposedAt(environment, proposal.seq);
    return {
      stream: matrixStream(name),
      kind: 'matrix',
      fold: matrixFold,
      changesAuthority: true,
      command: { type: 'approveMatrix', data: { matrix: name, digest } },
      decide: (_state, { now, directory }) =>
        decided(directory, { type: 'approveMatrix', matrix: name, digest }, actor, now),
      project: (made) => published(made, source),
      answer: ({ after }) => ({ status: 201, body: { version: after.version } }),
    };
  });
  return answered({ engine, queries }, environment, name, reply);
}

/** An approver says no to a proposed version, or its editor takes it back. */
export async function rejectMatrix({ engine, queries }: Deps, call: Call<'rejectMatrix'>): Promise<Reply> {
  const { name } = call.params;
  const { digest, reason = null } = call.body;
  const actor = actorOf(call.principal, call.actFor);
  const {
    replayed: _replayed,
    made: _made,
    ...reply
  } = await change<MatrixState, MatrixEvent>(engine, call, async () => {
    await existing(queries, call.principal.environment, name);
    return {
      stream: matrixStream(name),
      kind: 'matrix',
      fold: matrixFold,
      changesAuthority: true,
      command: { type: 'rejectMatrix', data: { matrix: name, digest } },
      decide: (_state, { now, directory }) =>
        decided(directory, { type: 'rejectMatrix', matrix: name, digest, reason }, actor, now),
      answer: () => ({ status: 200, body: { name, digest, reason } }),
    };
  });
  return reply;
}

async function existing(queries: MatrixQueries, environment: string, name: string): Promise<void> {
  if ((await queries.version(environment, name, null)) === null) throw notFound('authority matrix');
}

function published({ events, after, now }: Change<MatrixState, MatrixEvent>, source: string): Projection {
  const versions = events.flatMap((event) => (event.type === 'matrix.published' ? [event.version] : []));
  if (versions.length === 0) return {};
  return {
    timers: versions
      .filter(({ effectiveFrom }) => effectiveFrom > now)
      .map(({ digest, effectiveFrom }) => ({ key: effectTimer(digest), due: effectiveFrom })),
    writes: {
      matrix_version: versions.map((version) => ({
        matrix: version.matrix,
        version: after.version,
        digest: version.digest,
        effective_from: version.effectiveFrom,
        canonical: canonicalJson(version),
        source,
      })),
    },
  };
}

type Said = { readonly version: number } | { readonly proposal: string; readonly seq?: number };

/** The stored answer names what it made; what that is, is read. A proposal that is over by now is answered by its digest. */
async function answered(
  { engine, queries }: Deps,
  environment: string,
  name: string,
  { replayed: _replayed, made: _made, ...reply }: MatrixReply,
): Promise<Reply> {
  if (reply.status >= 400 || reply.text === undefined) return reply;
  const said: Said = JSON.parse(reply.text);
  const { text: _text, mediaType: _type, ...rest } = reply;
  if ('proposal' in said) {
    const directory = await engine.directoryNow(environment);
    const waiting = directory.proposals.get(name);
    const still = waiting?.version.digest === said.proposal ? waiting : undefined;
    const now = await engine.now(environment);
    const body = {
      name,
      digest: said.proposal,
      waits: still ? presentProposal(directory, still, now) : null,
    };
    if (said.seq === undefined) return { ...rest, body };
    const { leaf } = await queries.proposedAt(environment, said.seq);
    const receipt = { 'Countersign-Seq': said.seq, 'Countersign-Leaf': leaf };
    return { ...rest, body, headers: { ...reply.headers, ...receipt } };
  }
  const stored = await queries.version(environment, name, String(said.version));
  if (stored === null) throw new Error(`version ${said.version} of ${name} has no row`);
  const receipt = { 'Countersign-Seq': stored.version.seq, 'Countersign-Leaf': stored.leaf };
  return { ...rest, body: stored.version, headers: { ...reply.headers, ...receipt } };
}
