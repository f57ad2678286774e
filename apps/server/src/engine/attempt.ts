import { type Directory, ENGINE, factSource, recordFacts } from '@countersign/core';
import { encodeLeaf, leafHash } from '@countersign/ledger';
import type { Proposal } from '../db/commit-proposal.ts';
import { type Environment, environmentTime } from './environments.ts';
import type { Change, Execution, Idempotency } from './execution.ts';
import { randomIds } from './ids.ts';
import { foldAll, type Loaded } from './streams.ts';

/** What one attempt decides on. Each part may be old; the commit checks them all. */
export type Basis<S> = {
  readonly environment: Environment;
  readonly directory: Directory;
  readonly at: Loaded<S>;
  /** Wall clock, ms. */
  readonly wall: () => number;
};

type Told = { readonly status: number; readonly body: string };
export type Attempted<S, E, R> =
  /** `text`: JSON of the state after; `hash`: hex of the leaf hash. */
  | ({
      readonly kind: 'change';
      readonly change: Change<S, E>;
      readonly hash: string;
      readonly text: string;
    } & Told)
  | ({ readonly kind: 'unchanged' } & Told)
  | ({ readonly kind: 'refusal'; readonly refusal: R } & Told);

export type Attempt<S, E, R> = { readonly decided: Attempted<S, E, R>; readonly proposal: Proposal };

/**
 * Decides once, and makes the leaf's bytes (ENGINE 7). Pure but for random ids.
 * @param taken the refusal for a business key that another stream was found to hold.
 */
export function attempt<S, E extends { readonly type: string }, R>(
  execution: Execution<S, E, R>,
  { environment, directory, at, wall }: Basis<S>,
  taken: R | null,
): Attempt<S, E, R> {
  const { id, command } = execution;
  const now = laterOf(new Date(environmentTime(environment.clock, wall())).toISOString(), at.lastAt);
  const ids = execution.ids?.fork() ?? randomIds(wall);
  const commandId = command.id ?? ids.id('cmd');
  const version = at.version;
  const facts = recordFacts(factSource(directory));
  const context = { now, facts: facts.source, directory, environment, ids, commandId, version };
  const outcome =
    taken === null ? execution.decide(at.state, context) : ({ ok: false, refusal: taken } as const);
  const basis = {
    environment: id.environment,
    stream: id.stream,
    kind: id.kind,
    version,
    directory: execution.readsAuthority ? directory.revision : null,
    clock: environment.clockRevision,
  };
  if (!outcome.ok) {
    const { status, body, store } = execution.refuse(outcome.refusal);
    const idempotency = store ? answerRow(execution.idempotency, status, body) : null;
    const decided = { kind: 'refusal', refusal: outcome.refusal, status, body } as const;
    return { decided, proposal: { ...basis, entry: null, idempotency } };
  }
  const change = fold(execution, at, outcome.events, now, commandId);
  const { status, body } = execution.answer(change);
  const idempotency = answerRow(execution.idempotency, status, body);
  if (outcome.events.length === 0) {
    return { decided: { kind: 'unchanged', status, body }, proposal: { ...basis, entry: null, idempotency } };
  }
  const leaf = encodeLeaf({
    v: 1,
    environment: id.environment,
    kind: id.kind,
    stream: id.stream,
    version: change.version,
    previous: at.lastHash,
    engine: ENGINE,
    command: { id: commandId, type: command.type, actor: command.actor, data: outcome.data ?? command.data },
    correlation: execution.correlation,
    now,
    directory: directory.revision,
    facts: facts.used(),
    events: outcome.events,
  });
  const hash = leafHash(leaf);
  const text = JSON.stringify(change.after);
  const entry = {
    command: commandId,
    leaf,
    leafHash: hash,
    at: now,
    correlation: execution.correlation,
    changesAuthority: execution.changesAuthority,
    movesClock: execution.movesClock,
    schema: execution.fold.schema,
    state: text,
    projection: execution.project(change),
  };
  const hex = Buffer.from(hash).toString('hex');
  return {
    decided: { kind: 'change', change, hash: hex, text, status, body },
    proposal: { ...basis, entry, idempotency },
  };
}

function fold<S, E extends { readonly type: string }, R>(
  execution: Execution<S, E, R>,
  at: Loaded<S>,
  events: readonly E[],
  now: string,
  commandId: string,
): Change<S, E> {
  const after = foldAll(execution.fold, at.state, events, now);
  if (after === null) throw new Error(`${execution.command.type} began a stream without an event`);
  const version = at.version + (events.length === 0 ? 0 : 1);
  return { before: at.state, after, events, now, version, commandId };
}

function answerRow(idempotency: Idempotency | null, status: number, answer: string): Proposal['idempotency'] {
  return idempotency === null ? null : { ...idempotency, status, answer };
}

/** RFC 3339 with milliseconds in UTC sorts as text. */
function laterOf(a: string, b: string | null): string {
  return b !== null && b > a ? b : a;
}
