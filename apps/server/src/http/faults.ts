import type { CommitRefused, Overloaded } from '../db/commit-errors.ts';
import { ProblemError } from './problem.ts';

/** Faults of the pipeline, by their stable codes: nothing was written, or the same key finds out. */
export function fromPipeline(error: unknown): ProblemError | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'overloaded':
      return new ProblemError(
        'overloaded',
        { detail: (error as Overloaded).message },
        (error as Overloaded).retryAfterSeconds,
      );
    // A value came for whose owner there is no key any more.
    case 'erased':
      return new ProblemError('erased', { detail: (error as Error).message });
    case 'contended':
    case 'committer-closed':
    case 'database-unavailable':
    case 'outcome-unknown':
      return new ProblemError('unavailable', { detail: (error as Error).message }, 1);
    case 'too_large':
    case 'too_deep':
      return new ProblemError('body-too-large', {
        detail: `This would make an audit entry that is too large: ${(error as Error).message}.`,
      });
    case 'commit-refused':
      return new ProblemError(
        (error as CommitRefused).sqlstate.startsWith('53') ? 'unavailable' : 'internal',
        {},
        5,
      );
    case 'ECONNREFUSED':
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENOTFOUND':
    case 'ENOENT':
    case '57P01':
    case '57P02':
    case '57P03':
    case '53300':
      return new ProblemError('unavailable', { detail: 'The database cannot be reached.' }, 2);
    default:
      return error instanceof Error &&
        /connection terminated|connection error|timeout exceeded when trying to connect|query read timeout/i.test(
          error.message,
        )
        ? new ProblemError('unavailable', { detail: 'The database cannot be reached.' }, 2)
        : null;
  }
}
