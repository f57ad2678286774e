import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly level: string;
  /** Standard output by default. */
  readonly destination?: DestinationStream;
}

/** Names under which a secret or a personal value may reach a log line, at the top or one or two levels down. */
const SECRET_NAMES = [
  ...[
    'authorization',
    'cookie',
    '"set-cookie"',
    '"idempotency-key"',
    'password',
    'secret',
    'token',
    'key',
    'apiKey',
  ],
  ...['masterKey', 'connectionString', 'databaseUrl', 'email', 'name', 'comment', 'plaintext', 'body'],
];

const at = (prefix: string) => (name: string) =>
  name.startsWith('"') ? `${prefix.slice(0, -1)}[${name}]` : prefix + name;

const REDACT = [
  ...SECRET_NAMES.map((name) => (name.startsWith('"') ? `[${name}]` : name)),
  ...SECRET_NAMES.map(at('*.')),
  ...SECRET_NAMES.map(at('*.*.')),
];

/** JSON lines with an RFC 3339 time. A line about a call carries its `correlationId`. */
export function createLogger(options: LoggerOptions): Logger {
  const settings = {
    level: options.level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: REDACT, censor: '[redacted]' },
    serializers: { err: describeError, error: describeError },
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}

/** Addresses with a password in them turn up in messages of drivers. */
const LOGIN = /(\w+:\/\/[^\s:/@]*):[^\s@]*@/g;
/** Our keys, whole. */
const KEY = /\bcsk_[A-Za-z0-9_-]+/g;

const scrub = (text: string) => text.replace(LOGIN, '$1:[redacted]@').replace(KEY, 'csk_[redacted]');

/**
 * An error as type, code, message and stack, and its causes. The other properties stay out: a PostgreSQL error's
 * `detail` quotes the row, and an HTTP error's holds the request.
 */
export function describeError(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { message: scrub(String(error)) };
  return {
    type: error.name,
    message: scrub(error.message),
    ...('code' in error ? { code: error.code } : {}),
    stack: scrub(error.stack ?? ''),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
