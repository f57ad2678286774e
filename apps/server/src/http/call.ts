import type { Readable } from 'node:stream';
import type { BodyOf, HeadersOf, ParamsOf, QueryOf, RouteId, routes } from '@countersign/contract';
import type { Principal } from './principal.ts';
import type { ProblemError } from './problem.ts';

/** One validated call of a route. */
export type Call<Id extends RouteId = RouteId> = {
  readonly id: Id;
  readonly params: ParamsOf<Id>;
  readonly query: QueryOf<Id>;
  readonly headers: HeadersOf<Id>;
  readonly body: BodyOf<Id>;
  /** The bytes of a streamed body; null elsewhere. */
  readonly stream: Readable | null;
  readonly principal: (typeof routes)[Id] extends { readonly scope: null } ? null : Principal;
  /** The person whom the key acts for: named in the header, and allowed by scope. */
  readonly actFor: string | null;
  readonly idempotencyKey: string | null;
  /** SHA-256 over method, path and body: what an idempotency key is bound to. Of a streamed body, its length and name only. */
  readonly requestDigest: Buffer;
  readonly ifMatch: string | null;
  readonly correlationId: string;
};

export type Reply = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: { readonly [name: string]: string | number };
  /** Instead of a JSON body. */
  readonly stream?: Readable;
  readonly text?: string;
  readonly mediaType?: string;
  /** Refused for who asks (401, 403), in parts of a call that was answered as a whole: written down as any other. */
  readonly refusals?: readonly ProblemError[];
};

export type Handler<Id extends RouteId> = (call: Call<Id>) => Promise<Reply>;
/** One handler for every route of the contract; a missing one does not compile. */
export type Handlers = { readonly [Id in RouteId]: Handler<Id> };
