import type { CompiledDefinition } from '../definition/index.ts';
import type { FactSource } from '../facts/model.ts';
import type { RelatedSum } from '../related/model.ts';
import type { Json } from '../values.ts';
import type { RequestEvent } from './events.ts';

/** All that `decide` may know besides state and command. */
export type Context = {
  /** RFC 3339 UTC with milliseconds; never before the stream's last event (ENGINE 17). */
  readonly now: string;
  readonly definition: CompiledDefinition;
  readonly facts: FactSource;
  /** Sums over related requests, as the command has read them; absent: it has read none. */
  readonly related?: readonly RelatedSum[];
};

export type RefusalCode =
  | 'added-first'
  | 'already-exists'
  | 'already-decided'
  | 'answer-not-expected'
  | 'approval-ended'
  | 'assignment-not-open'
  | 'bulk-not-offered'
  | 'deadline-passed'
  | 'decision-not-offered'
  | 'definition-is-part'
  | 'delegation-out-of-scope'
  | 'document-invalid'
  | 'document-missing'
  | 'effect-not-allowed'
  | 'effect-receipted'
  | 'excluded'
  | 'name-authority'
  | 'not-eligible'
  | 'not-found'
  | 'not-allowed'
  | 'not-earlier'
  | 'on-hold'
  | 'override-not-offered'
  | 'person-required'
  | 'reason-unknown'
  | 'reason-required'
  | 'request-not-active'
  | 'requester-required'
  | 'revision-mismatch'
  | 'route-too-long'
  | 'step-not-open'
  | 'timer-not-due'
  | 'too-many-comments'
  | 'unknown-calendar'
  | 'unknown-person'
  | 'validation-failed';

/** What, why, where and what to do. No HTTP here: one table maps codes to problems. */
export type Refusal = {
  readonly code: RefusalCode;
  readonly message: string;
  readonly errors: readonly FieldError[];
  readonly data: { readonly [key: string]: Json };
};
export type FieldError = {
  readonly field: string;
  readonly code: string;
  readonly message: string;
  /** Of a row or a cell, as JSON Pointer (RFC 6901). */
  readonly pointer?: string;
};

export type Refused = { readonly ok: false; readonly refusal: Refusal };
export type Decided = { readonly ok: true; readonly events: readonly RequestEvent[] } | Refused;

export const refuse = (
  code: RefusalCode,
  message: string,
  data: Refusal['data'] = {},
  errors: readonly FieldError[] = [],
): Refused => ({ ok: false, refusal: { code, message, errors, data } });
