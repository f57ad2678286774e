import { type RouteId, routeTable } from '@countersign/contract';
import type { Projection } from '../db/commit-proposal.ts';
import type { Engine, Replay } from '../engine/engine.ts';
import type { Change, DecideContext, Outcome } from '../engine/execution.ts';
import type { Ids } from '../engine/ids.ts';
import type { Fold, StreamId } from '../engine/streams.ts';
import type { Reply } from './call.ts';
import type { Principal } from './principal.ts';
import { ProblemError } from './problem.ts';

/** What a change takes from the call that asks for it. */
export type ChangeCall = {
  readonly id: RouteId;
  readonly principal: Principal;
  readonly actFor: string | null;
  readonly idempotencyKey: string | null;
  readonly requestDigest: Buffer;
  readonly correlationId: string;
};

export type ChangeSpec<S, E extends { readonly type: string }> = {
  readonly stream: string;
  readonly kind: StreamId['kind'];
  readonly fold: Fold<S, E>;
  /** The stream's id has just been drawn. */
  readonly begins?: boolean;
  readonly command: { readonly type: string; readonly data: unknown };
  /** Where the caller has drawn ids already, with `idsOf`. */
  readonly ids?: Ids;
  readonly changesAuthority?: boolean;
  readonly movesClock?: boolean;
  /** Pure; throws a ProblemError to refuse. */
  readonly decide: (state: S | null, context: DecideContext) => readonly E[] | DecidedWith<E>;
  readonly project?: (change: Change<S, E>) => Projection;
  /** The refusal where another stream holds a business key that `project` claims. */
  readonly taken?: (holder: string) => ProblemError | Promise<ProblemError>;
  /** What is stored under the idempotency key and sent. No plaintext of personal values, no secret. */
  readonly answer: (change: Change<S, E>) => { readonly status: number; readonly body: unknown };
};

/** Events, and the command's data as the entry shows it where that depends on what was decided on. */
export type DecidedWith<E> = { readonly events: readonly E[]; readonly data: unknown };

/** Ids of this call: derived in a seeded sandbox, random elsewhere. */
export const idsOf = (engine: Engine, call: ChangeCall): Promise<Ids> =>
  engine.ids(call.principal.environment, call.principal.serviceAccount, call.idempotencyKey ?? '');

export type ChangeReply<S = unknown, E = unknown> = Reply & {
  readonly replayed: boolean;
  /** What was committed by this very call; null: nothing, or by an earlier one. */
  readonly made: Change<S, E> | null;
};

/**
 * Looks up ahead of `decide` what it may not: names, tokens, versions, keys to seal with. All of that may be otherwise
 * when the call is repeated. What a caller may know of at all is asked before, outside.
 */
export type Prepare<T> = () => Promise<T>;

/** Runs one command of a call through the engine and turns what came of it into its reply. */
export async function change<S, E extends { readonly type: string }>(
  engine: Engine,
  call: ChangeCall,
  wanted: ChangeSpec<S, E> | Prepare<ChangeSpec<S, E>>,
): Promise<ChangeReply<S, E>> {
  if (typeof wanted !== 'function') return execute(engine, call, wanted);
  let spec: ChangeSpec<S, E>;
  try {
    spec = await wanted();
  } catch (error) {
    // Whatever is wrong with it now: a repeated call gets its first answer.
    const before = await answeredBefore(engine, call);
    if (before === null) throw error;
    return before;
  }
  return execute(engine, call, spec);
}

async function execute<S, E extends { readonly type: string }>(
  engine: Engine,
  call: ChangeCall,
  spec: ChangeSpec<S, E>,
): Promise<ChangeReply<S, E>> {
  const { principal, actFor, idempotencyKey } = call;
  if (idempotencyKey === null) throw new ProblemError('idempotency-key-missing');
  const executed = await engine.execute<S, E, ProblemError>({
    id: { environment: principal.environment, stream: spec.stream, kind: spec.kind },
    allowed: [principal.environment],
    fold: spec.fold,
    begins: spec.begins ?? false,
    command: { ...spec.command, actor: actorOf(principal, actFor) },
    correlation: call.correlationId,
    idempotency: { principal: principal.serviceAccount, key: idempotencyKey, digest: call.requestDigest },
    ids: spec.ids ?? (await idsOf(engine, call)),
    readsAuthority: true,
    changesAuthority: spec.changesAuthority ?? false,
    movesClock: spec.movesClock ?? false,
    decide: (state, context) =>
      outcome(() => {
        refuseInactive(actFor, context);
        return spec.decide(state, context);
      }),
    project: spec.project ?? (() => ({})),
    ...(spec.taken ? { taken: spec.taken } : {}),
    answer: (made) => {
      const { status, body } = spec.answer(made);
      return { status, body: JSON.stringify(body) };
    },
    refuse: (refusal) => {
      const { status, body } = refusal.answer(call.correlationId);
      return { status, body: JSON.stringify(body), store: status < 500 && status !== 429 };
    },
  });
  switch (executed.outcome) {
    case 'committed': {
      const { status, body: text, change: made } = executed;
      const headers = receipt(executed.seq, executed.leafHash);
      return { status, text, mediaType: JSON_TYPE, headers, replayed: false, made };
    }
    case 'unchanged':
      return {
        status: executed.status,
        text: executed.body,
        mediaType: JSON_TYPE,
        replayed: false,
        made: null,
      };
    case 'refused':
      throw executed.refusal;
    case 'replayed':
    case 'key-reused':
      return again(call, executed);
    default: {
      const never: never = executed;
      return never;
    }
  }
}

/** The answer that the call's key has already: to be asked before work with effects that is done ahead of `decide`. */
export async function answeredBefore(
  engine: Engine,
  call: ChangeCall,
): Promise<ChangeReply<never, never> | null> {
  const { principal, idempotencyKey: key, requestDigest: digest } = call;
  if (key === null) throw new ProblemError('idempotency-key-missing');
  const replay = await engine.answered(principal.environment, {
    principal: principal.serviceAccount,
    key,
    digest,
  });
  return replay === null ? null : again(call, replay);
}

function again(call: ChangeCall, replay: Replay): ChangeReply<never, never> {
  if (replay.outcome === 'key-reused') {
    throw new ProblemError('idempotency-key-reused', {
      detail: `This key was used for another ${routeTable[call.id].path} call, or with another body.`,
    });
  }
  return {
    status: replay.status,
    text: replay.body,
    mediaType: replay.status < 400 ? JSON_TYPE : PROBLEM_TYPE,
    headers: { ...receipt(replay.seq, replay.leafHash), 'Idempotency-Replayed': 'true' },
    replayed: true,
    made: null,
  };
}

/** For whom a key may act is asked at the revision that is decided on, and is no part of the decision. */
function refuseInactive(actFor: string | null, { directory }: DecideContext): void {
  if (actFor === null || directory.people.get(actFor)?.value?.active === true) return;
  throw new ProblemError('act-for-refused', { detail: `${actFor} is not an active person here.` });
}

export const actorOf = (principal: Principal, actFor: string | null) =>
  actFor === null
    ? ({ kind: 'service', service: principal.serviceAccount } as const)
    : ({ kind: 'person', person: actFor, via: principal.serviceAccount } as const);

const JSON_TYPE = 'application/json; charset=utf-8';
const PROBLEM_TYPE = 'application/problem+json';

function receipt(seq: number | null, leafHash: string | null): { [name: string]: string | number } {
  return seq === null || leafHash === null ? {} : { 'Countersign-Seq': seq, 'Countersign-Leaf': leafHash };
}

function outcome<E>(decide: () => readonly E[] | DecidedWith<E>): Outcome<E, ProblemError> {
  try {
    const decided = decide();
    return 'events' in decided ? { ok: true, ...decided } : { ok: true, events: decided };
  } catch (error) {
    if (error instanceof ProblemError) return { ok: false, refusal: error };
    throw error;
  }
}
