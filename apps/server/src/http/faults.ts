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
    case 'checkpoint-outrun':
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
      return (error as CommitRefused).sqlstate.startsWith('53')
        ? full('database')
        : new ProblemError('internal');
    case 'ENOSPC':
    case 'EDQUOT':
      return full('server');
    // The socket of the embedded database, while it is started again; any other file is our own fault.
    case 'ENOENT':
      return isConnecting(error) ? unreachable() : null;
    case 'ECONNREFUSED':
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENOTFOUND':
    case '57P01':
    case '57P02':
    case '57P03':
    case '53300':
    // A standby that has not been promoted yet.
    case '25006':
    case 'no-primary':
      return unreachable();
    default:
      return error instanceof Error &&
        /connection terminated|connection error|timeout exceeded when trying to connect|query read timeout/i.test(
          error.message,
        )
        ? unreachable()
        : null;
  }
}

const isConnecting = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && error.syscall === 'connect';

const unreachable = (): ProblemError =>
  new ProblemError('unavailable', { detail: 'The database cannot be reached.' }, 2);

/** Somebody has to make room: sooner than in a while there is no use in coming again. */
const full = (whose: string): ProblemError =>
  new ProblemError('unavailable', { detail: `The ${whose}'s disk or memory is full; nothing was kept.` }, 10);

/** What only an operator can mend. The answer does not say where, the log does. */
export const isForOperator = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['ENOSPC', 'EDQUOT', 'commit-refused'].includes(String(error.code));
