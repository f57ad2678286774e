import { type RouteId, routeTable } from '@countersign/contract';
import type { Projection } from '../db/commit-proposal.ts';
import type { Engine } from '../engine/engine.ts';
import type { Change, DecideContext } from '../engine/execution.ts';
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
  readonly command: { readonly type: string; readonly data: unknown };
  /** Where the caller has drawn ids already, with `idsOf`. */
  readonly ids?: Ids;
  readonly changesAuthority?: boolean;
  readonly movesClock?: boolean;
  /** Pure; throws a ProblemError to refuse. */
  readonly decide: (state: S | null, context: DecideContext) => readonly E[];
  readonly project?: (change: Change<S, E>) => Projection;
  /** The refusal where another stream holds a business key that `project` claims. */
  readonly taken?: (holder: string) => ProblemError;
  /** What is stored under the idempotency key and sent. No plaintext of personal values, no secret. */
  readonly answer: (change: Change<S, E>) => { readonly status: number; readonly body: unknown };
};

/** Ids of this call: derived in a seeded sandbox, random elsewhere. */
export const idsOf = (engine: Engine, call: ChangeCall): Promise<Ids> =>
  engine.ids(call.principal.environment, call.principal.serviceAccount, call.idempotencyKey ?? '');

/** Runs one command of a call through the engine and turns what came of it into its reply. */
export async function change<S, E extends { readonly type: string }>(
  engine: Engine,
  call: ChangeCall,
  spec: ChangeSpec<S, E>,
): Promise<Reply & { readonly replayed: boolean }> {
  const { principal, actFor, idempotencyKey } = call;
  if (idempotencyKey === null) throw new ProblemError('idempotency-key-missing');
  const executed = await engine.execute<S, E, ProblemError>({
    id: { environment: principal.environment, stream: spec.stream, kind: spec.kind },
    allowed: [principal.environment],
    fold: spec.fold,
    command: { ...spec.command, actor: actorOf(principal, actFor) },
    correlation: call.correlationId,
    idempotency: { principal: principal.serviceAccount, key: idempotencyKey, digest: call.requestDigest },
    ids: spec.ids ?? (await idsOf(engine, call)),
    readsAuthority: true,
    changesAuthority: spec.changesAuthority ?? false,
    movesClock: spec.movesClock ?? false,
    decide: (state, context) => outcome(() => spec.decide(state, context)),
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
      const headers = receipt(executed.seq, executed.leafHash);
      return { status: executed.status, text: executed.body, mediaType: JSON_TYPE, headers, replayed: false };
    }
    case 'unchanged':
      return { status: executed.status, text: executed.body, mediaType: JSON_TYPE, replayed: false };
    case 'refused':
      throw executed.refusal;
    case 'replayed':
      return {
        status: executed.status,
        text: executed.body,
        mediaType: executed.status < 400 ? JSON_TYPE : PROBLEM_TYPE,
        headers: { ...receipt(executed.seq, executed.leafHash), 'Idempotency-Replayed': 'true' },
        replayed: true,
      };
    case 'key-reused':
      throw new ProblemError('idempotency-key-reused', {
        detail: `This key was used for another ${routeTable[call.id].path} call, or with another body.`,
      });
    default: {
      const never: never = executed;
      return never;
    }
  }
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

function outcome<E>(decide: () => readonly E[]) {
  try {
    return { ok: true, events: decide() } as const;
  } catch (error) {
    if (error instanceof ProblemError) return { ok: false, refusal: error } as const;
    throw error;
  }
}
