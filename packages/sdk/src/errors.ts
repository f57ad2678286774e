import type { FieldError, Problem } from './generated/types.gen.ts';

export type ProblemCode = Problem['code'];

/** The server refused (RFC 9457). `code` is stable; `action` says what to do; `errors` names the fields at fault. */
export class CountersignProblem extends Error {
  override readonly name = 'CountersignProblem';
  readonly code: ProblemCode;
  readonly status: number;
  readonly title: string;
  readonly action: string;
  readonly errors: readonly FieldError[];
  readonly data: { readonly [name: string]: unknown };
  readonly correlationId: string;
  /** How often the call was sent. */
  readonly attempts: number;

  constructor(problem: Problem, correlationId: string, attempts: number) {
    super(problem.detail);
    this.code = problem.code;
    this.status = problem.status;
    this.title = problem.title;
    this.action = problem.action;
    this.errors = problem.errors;
    this.data = problem.data ?? {};
    this.correlationId = problem.correlationId ?? correlationId;
    this.attempts = attempts;
  }
}

/**
 * No answer arrived, or one that is not ours: the network, a proxy, a timeout. Whether the act happened is not known;
 * send it again with `idempotencyKey` to find out.
 */
export class CountersignUnavailable extends Error {
  override readonly name = 'CountersignUnavailable';
  /** HTTP status, where there was one. */
  readonly status: number | null;
  readonly idempotencyKey: string | null;
  readonly correlationId: string;
  readonly attempts: number;

  constructor(
    message: string,
    about: {
      readonly status: number | null;
      readonly idempotencyKey: string | null;
      readonly correlationId: string;
      readonly attempts: number;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: about.cause });
    this.status = about.status;
    this.idempotencyKey = about.idempotencyKey;
    this.correlationId = about.correlationId;
    this.attempts = about.attempts;
  }
}

/** Is it a problem, and one of these? */
export const isProblem = (error: unknown, ...codes: readonly ProblemCode[]): error is CountersignProblem =>
  error instanceof CountersignProblem && (codes.length === 0 || codes.includes(error.code));

/** Is this the body of a problem answer? */
export const looksLikeProblem = (value: unknown): value is Problem =>
  typeof value === 'object' &&
  value !== null &&
  'code' in value &&
  typeof value.code === 'string' &&
  'status' in value &&
  typeof value.status === 'number' &&
  'errors' in value &&
  Array.isArray(value.errors);
