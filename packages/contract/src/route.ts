import type { z } from 'zod';
import type { StreamKind } from './events/envelope.ts';
import type { ProblemCode } from './problems/problem.ts';
import type { Scope } from './scopes.ts';

export type Tag =
  | 'Approval requests'
  | 'Assignments'
  | 'Delegations'
  | 'Approval tokens'
  | 'Definitions'
  | 'Matrices'
  | 'Calendars'
  | 'Exchange rates'
  | 'Documents'
  | 'Directory'
  | 'Erasures'
  | 'Events'
  | 'Audit'
  | 'Access'
  | 'Environment'
  | 'Operations';

export type Examples = { readonly [name: string]: unknown };

export type Body =
  /** JSON; at most `maxBytes` (1 MiB where absent). */
  | {
      readonly kind: 'json';
      readonly schema: z.ZodType;
      readonly examples: Examples;
      readonly maxBytes?: number;
    }
  /** Raw bytes, streamed. The server's settings bound them. */
  | { readonly kind: 'stream'; readonly mediaType: 'application/octet-stream' };

export type Answer =
  | {
      readonly kind: 'json';
      readonly description: string;
      readonly schema: z.ZodType;
      readonly examples: Examples;
    }
  | {
      readonly kind: 'stream' | 'text';
      readonly description: string;
      readonly mediaType: string;
      readonly example?: string;
    };

export type Route = {
  /** operationId */
  readonly id: string;
  readonly method: 'GET' | 'POST';
  /** OpenAPI form: `/v1/approval-requests/{request}`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: Tag;
  /** What the key must hold; null: no key is needed. */
  readonly scope: Scope | null;
  /** Countersign-Act-For: a person must act, may act, or cannot. */
  readonly actFor: 'required' | 'optional' | 'none';
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: Body;
  /** By status; problems are named in `problems`. */
  readonly answers: { readonly [status: number]: Answer };
  /** Beyond those that every route of its shape has. */
  readonly problems: readonly ProblemCode[];
  /** Does it append to the log? Then it needs an Idempotency-Key, and its answer acknowledges with seq and leaf. */
  readonly mutating: boolean;
  /** Kind of the stream that its entry belongs to; null where nothing is appended. */
  readonly stream: StreamKind | null;
  /** Its receipts stand in its answer, one for each entry. */
  readonly several?: true;
  /** The answer has an ETag. */
  readonly etag?: boolean;
  /** It accepts If-Match. */
  readonly ifMatch?: boolean;
};

export const json = <S extends z.ZodType>(description: string, schema: S, example: unknown) =>
  ({ kind: 'json', description, schema, examples: { example } }) as const;

export const body = <S extends z.ZodType>(schema: S, examples: Examples) =>
  ({ kind: 'json', schema, examples }) as const;

/** A route that reads: no entry, no Idempotency-Key. */
export const read = <const R extends Omit<Route, 'mutating' | 'stream'>>(route: R) =>
  ({ ...route, mutating: false, stream: null }) as const;

/** A route that leaves exactly one entry in the log; with `several`, one for each item of its body at most. */
export const change = <const R extends Omit<Route, 'mutating' | 'method'> & { readonly stream: StreamKind }>(
  route: R,
) => ({ ...route, method: 'POST', mutating: true }) as const;

export const problemsOf = (route: Route): ProblemCode[] => {
  const codes = new Set<ProblemCode>(route.problems);
  const add = (...more: ProblemCode[]) => {
    for (const code of more) codes.add(code);
  };
  // Of any address and any header: what is not known is refused, and so is what is no text.
  add('validation-failed', 'unknown-field', 'invalid-text');
  if (route.scope !== null) add('unauthenticated', 'forbidden-scope', 'rate-limited');
  if (route.actFor !== 'none') add('act-for-refused');
  if (route.actFor === 'required') add('person-required');
  if (route.params !== undefined) add('not-found');
  if (route.query !== undefined && 'cursor' in route.query.shape) add('cursor-invalid');
  if (route.body?.kind === 'json') add('malformed-json', 'unsafe-number', 'unsupported-media-type');
  if (route.body !== undefined) add('body-too-large');
  if (route.mutating)
    add(
      'idempotency-key-missing',
      'idempotency-key-invalid',
      'idempotency-key-in-use',
      'idempotency-key-reused',
      'conflict',
      'overloaded',
    );
  if (route.ifMatch === true) add('precondition-failed', 'precondition-required');
  add('internal', 'unavailable');
  return [...codes];
};
