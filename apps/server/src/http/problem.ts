import {
  isProblemCode,
  type ProblemCode,
  type ProblemDetails,
  problem,
  problems,
} from '@countersign/contract';
import type { Refusal } from '@countersign/core';

/** Thrown at the edge and by use cases; the one error handler turns it into an RFC 9457 answer. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly details: ProblemDetails;
  readonly retryAfter: number | null;

  constructor(code: ProblemCode, details: ProblemDetails = {}, retryAfter: number | null = null) {
    super(details.detail ?? code);
    this.name = 'ProblemError';
    this.code = code;
    this.details = details;
    this.retryAfter = retryAfter;
  }

  /** Refused for who asks (401, 403), not for what is asked. */
  get isRefusal(): boolean {
    const [status] = problems[this.code];
    return status === 401 || status === 403;
  }

  /** The answer's status and body. */
  answer(correlationId: string): { status: number; body: ReturnType<typeof problem> } {
    const body = problem(this.code, { ...this.details, correlationId });
    return { status: body.status, body };
  }
}

/** A refusal of the core, told as a problem. Codes are the same on both sides; a test holds the two lists together. */
export function fromRefusal(refusal: Refusal): ProblemError {
  const { code, message, errors, data } = refusal;
  if (!isProblemCode(code)) return new ProblemError('internal', { detail: `no problem for ${code}` });
  return new ProblemError(code, { detail: message, errors: [...errors], data: { ...data } });
}

export const notFound = (what: string): ProblemError =>
  new ProblemError('not-found', { detail: `There is no ${what} here.` });
