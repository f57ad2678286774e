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
  error instanceof Error && ('syscall' in error || ('code' in error && error.code === 'no-primary'));

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
    return {
      exit: isUnanswered(error) ? EXIT.unavailable : EXIT.usage,
      error: { code: error.code ?? 'system', message: systemWords(error) },
    };
  if (error instanceof AggregateError && isSystem(error.errors[0])) return tell(error.errors[0]);
  const message = error instanceof Error ? error.message : String(error);
  return { exit: EXIT.refused, error: { code: 'failed', message } };
}

/** Only `start` meets it: the client of the API has an error of its own. */
const isUnanswered = ({ syscall, code }: NodeJS.ErrnoException): boolean =>
  syscall === 'connect' || syscall === 'getaddrinfo' || code === 'no-primary';

const stoppedWords = (error: unknown): string => (error instanceof Stopped ? error.message : 'Stopped.');

function systemWords(error: NodeJS.ErrnoException): string {
  const { code, path, message, syscall } = error;
  if (isUnanswered(error))
    return `The database does not answer (${message.replace(/\.$/, '')}). Does the PostgreSQL that DATABASE_URL names run?`;
  switch (code) {
    case 'ENOENT':
      if (syscall === 'mkdir')
        return `No directory can be made at ${path}. Choose another place with --data or COUNTERSIGN_DATA.`;
      return `There is no file ${path}.`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `This account may not open or write ${path}.`;
    case 'ENOTDIR':
      return `${path} cannot be made: what stands above it is a file.`;
    case 'EADDRINUSE':
      return `Another program listens there already (${message}). Choose another port with --port or COUNTERSIGN_PORT.`;
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

const ABOUT_KEYS =
  'Give a key that this server made: --key, or COUNTERSIGN_KEY. Without these, the key of a sandbox is looked for in ./.countersign; COUNTERSIGN_DATA names another directory.';

function words(error: unknown, { error: told }: Told, io: Io): string {
  const paint = errorPaint(io);
  if (error instanceof CountersignProblem) {
    const fields = error.errors.map(
      (e) => `  ${clean(e.field === '' ? '(the body)' : e.field)}: ${clean(e.message)} (${e.code})`,
    );
    return [
      `${paint.red('Refused')}: ${clean(error.message)} ${paint.dim(`(${error.code})`)}`,
      ...fields,
      `  ${paint.bold('What to do')}: ${error.code === 'unauthenticated' ? ABOUT_KEYS : error.action}`,
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
  return isAbort(error) ? told.message : `${paint.red(labelOf(error))}: ${clean(told.message)}`;
}

function labelOf(error: unknown): string {
  if (error instanceof Refused) return 'Refused';
  const system = isSystem(error) || (error instanceof AggregateError && isSystem(error.errors[0]));
  return error instanceof UsageError || system ? 'Cannot be done' : 'Failed';
}
