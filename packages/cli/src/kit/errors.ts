import { CountersignProblem, CountersignUnavailable } from '@countersign/sdk';
import { EXIT, type ExitCode } from './exit.ts';
import { errorPaint, type Io } from './io.ts';
import { clean } from './text.ts';

/** The command line, or a file that it names, cannot be used. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Refused by a check made here; what is wrong has been shown or is the message. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Ended by Ctrl-C, with a word on how to go on. */
export class Stopped extends Error {
  override readonly name = 'AbortError';
}

/** How an error is told: in words for people, as one object for machines, and as an exit code. */
type Told = {
  readonly exit: ExitCode;
  readonly error: { readonly code: string; readonly message: string; readonly [member: string]: unknown };
};

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';
const isSystem = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error;

function tell(error: unknown): Told {
  if (error instanceof UsageError)
    return { exit: EXIT.usage, error: { code: 'usage', message: error.message } };
  if (error instanceof Refused)
    return { exit: EXIT.refused, error: { code: error.code, message: error.message } };
  if (error instanceof CountersignProblem) {
    const { code, status, title, message, action, errors, data, correlationId } = error;
    const exit = status >= 500 || status === 429 ? EXIT.unavailable : EXIT.refused;
    return { exit, error: { code, status, title, message, action, errors, data, correlationId } };
  }
  if (error instanceof CountersignUnavailable) {
    const { message, status, idempotencyKey, attempts } = error;
    return {
      exit: EXIT.unavailable,
      error: { code: 'unreachable', message, status, idempotencyKey, attempts },
    };
  }
  if (isAbort(error))
    return { exit: EXIT.interrupted, error: { code: 'interrupted', message: stoppedWords(error) } };
  if (isSystem(error))
    return { exit: EXIT.usage, error: { code: error.code ?? 'system', message: systemWords(error) } };
  const message = error instanceof Error ? error.message : String(error);
  return { exit: EXIT.refused, error: { code: 'failed', message } };
}

const stoppedWords = (error: unknown): string => (error instanceof Stopped ? error.message : 'Stopped.');

function systemWords({ code, path, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT':
      return `There is no file ${path}.`;
    case 'EACCES':
      return `${path} may not be opened.`;
    case 'EADDRINUSE':
      return `Another program listens there already (${message}). Choose another port with --port.`;
    case 'EISDIR':
      return `${path} is a directory.`;
    default:
      return message;
  }
}

/** Shows an error on standard error, without a stack trace, and gives the exit code that goes with it. */
export function reportError(error: unknown, io: Io, json: boolean): ExitCode {
  const told = tell(error);
  if (json) io.stderr.write(`${JSON.stringify({ error: told.error })}\n`);
  else io.stderr.write(`${words(error, told, io)}\n`);
  return told.exit;
}

function words(error: unknown, { error: told }: Told, io: Io): string {
  const paint = errorPaint(io);
  if (error instanceof CountersignProblem) {
    const fields = error.errors.map(
      (e) => `  ${clean(e.field === '' ? '(the body)' : e.field)}: ${clean(e.message)} (${e.code})`,
    );
    return [
      `${paint.red('Refused')}: ${clean(error.message)} ${paint.dim(`(${error.code})`)}`,
      ...fields,
      `  ${paint.bold('What to do')}: ${error.action}`,
    ].join('\n');
  }
  if (error instanceof CountersignUnavailable) {
    const { status, idempotencyKey } = error;
    const lines = [
      `${paint.red('No answer')}: ${clean(error.message)}.`,
      status === null ? '  Does the server run? `countersign start` starts one; --url names another.' : '',
      idempotencyKey === null
        ? ''
        : `  Whether it happened is not known. To find out, repeat it with --idempotency-key ${idempotencyKey}`,
    ];
    return lines.filter((line) => line !== '').join('\n');
  }
  const label =
    error instanceof UsageError || isSystem(error) ? paint.red('Cannot be done') : paint.red('Failed');
  return isAbort(error) ? told.message : `${label}: ${clean(told.message)}`;
}
