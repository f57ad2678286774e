import type { Directory, FactSource } from '@countersign/core';
import type { Projection } from '../db/commit-proposal.ts';
import type { Environment } from './environments.ts';
import type { Ids } from './ids.ts';
import type { Fold, StreamId } from './streams.ts';

/**
 * One command on one stream: what the pipeline needs to know. S: state, E: event, R: refusal. `decide`, `evolve`,
 * `project`, `answer` and `refuse` are pure, and may be called several times before one result is kept.
 */
export type Execution<S, E extends { readonly type: string }, R> = {
  readonly id: StreamId;
  /** Environments that the authenticated caller may act in. */
  readonly allowed: readonly string[];
  readonly fold: Fold<S, E>;
  /** The stream's id has just been drawn, so it need not be looked for; the commit checks that. */
  readonly begins?: boolean;
  /** `id` is drawn from `ids` where it is absent. Timers bring one that names the firing, so that it happens once. */
  readonly command: {
    readonly id?: string;
    readonly type: string;
    readonly actor: unknown;
    readonly data: unknown;
  };
  readonly correlation: string | null;
  readonly idempotency: Idempotency | null;
  /** Null: random. From `engine.ids`, where the caller has drawn ids already. */
  readonly ids: Ids | null;
  /** Does the outcome depend on authority? Only what cannot (an upload, a timer's bookkeeping) says no. */
  readonly readsAuthority: boolean;
  readonly changesAuthority: boolean;
  readonly movesClock: boolean;
  readonly decide: (state: S | null, context: DecideContext) => Outcome<E, R>;
  readonly project: (change: Change<S, E>) => Projection;
  /** The body to store and send. No plaintext of sealed values (ENGINE 15). */
  readonly answer: (change: Change<S, E>) => Answer;
  /** `store`: a deterministic 4xx, kept under the idempotency key; never 429 or 5xx. */
  readonly refuse: (refusal: R) => Answer & { readonly store: boolean };
  /** The refusal when another stream holds a business key that `project` claims. */
  readonly taken?: (holder: string) => R | Promise<R>;
};

export type Idempotency = {
  readonly principal: string;
  readonly key: string;
  /** SHA-256 over method, path and body. */
  readonly digest: Uint8Array;
};

export type DecideContext = {
  /** RFC 3339 UTC: the later of the environment's clock and the stream's last entry. */
  readonly now: string;
  /** Records what is looked up: its digests go into the leaf. */
  readonly facts: FactSource;
  /** For what changes the directory itself; what is read here is not recorded. */
  readonly directory: Directory;
  readonly environment: Environment;
  readonly ids: Ids;
  readonly commandId: string;
  /** Version of the stream that is decided on; 0: it does not exist. */
  readonly version: number;
};

export type Outcome<E, R> =
  /** `data`: the command as its entry shows it, where that depends on what it was decided on. */
  | { readonly ok: true; readonly events: readonly E[]; readonly data?: unknown }
  | { readonly ok: false; readonly refusal: R };

export type Change<S, E> = {
  readonly before: S | null;
  readonly after: S;
  readonly events: readonly E[];
  readonly now: string;
  readonly version: number;
  readonly commandId: string;
};

/** `body` is JSON text. */
export type Answer = { readonly status: number; readonly body: string };

export type Executed<S, E, R> =
  | {
      readonly outcome: 'committed';
      readonly seq: number;
      /** Hex. */
      readonly leafHash: string;
      readonly status: number;
      readonly body: string;
      readonly change: Change<S, E>;
    }
  /** The key had an answer to this very request. */
  | {
      readonly outcome: 'replayed';
      readonly seq: number | null;
      readonly leafHash: string | null;
      readonly status: number;
      readonly body: string;
    }
  /** Allowed, and nothing to record: `decide` gave no event, so there is no entry. */
  | { readonly outcome: 'unchanged'; readonly status: number; readonly body: string }
  | { readonly outcome: 'refused'; readonly refusal: R; readonly status: number; readonly body: string }
  /** The key was used for another request: `idempotency-key-reused`. */
  | { readonly outcome: 'key-reused' };
