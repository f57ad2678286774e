import { z } from 'zod';

/** What the reference says about one environment variable. */
export interface SettingDoc {
  readonly name: string;
  readonly type: string;
  /** As an operator would write it; undefined: may be left out. */
  readonly default?: string;
  readonly secret?: true;
  readonly about: string;
}

export const DOCS = z.registry<SettingDoc>();

function setting<T>(schema: z.ZodType<T, string>, doc: SettingDoc & { readonly default: string }) {
  const read = schema.prefault(doc.default);
  DOCS.add(read, doc);
  return read;
}

function optional<T>(schema: z.ZodType<T, string>, doc: SettingDoc) {
  const read = schema.optional();
  DOCS.add(read, doc);
  return read;
}

const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `expected a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `expected a whole number from ${least} to ${most}`);

const UNITS: Readonly<Record<string, number>> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

const size = z
  .string()
  .regex(/^[1-9]\d{0,8}(B|KiB|MiB|GiB)$/, 'expected a size such as 512KiB or 50MiB')
  .transform((text) => {
    const unit = text.replace(/^\d+/, '');
    return Number.parseInt(text, 10) * (UNITS[unit] ?? 1);
  });

const SPANS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

const span = z
  .string()
  .regex(/^[1-9]\d{0,8}(ms|s|min|h|d)$/, 'expected a length of time such as 500ms, 30s or 7d')
  .transform((text) => {
    const unit = text.replace(/^\d+/, '');
    return Number.parseInt(text, 10) * (SPANS[unit] ?? 1);
  });

const choice = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.string().pipe(z.enum(values, `expected ${values.join(', ')}`));

const postgres = z
  .string()
  .regex(/^postgres(ql)?:\/\//, 'expected an address such as postgres://login:password@host:5432/database');

const yesNo = choice(['yes', 'no']).transform((answer) => answer === 'yes');
const text = z.string().min(1, 'expected some text');
const url = z.url({
  protocol: /^https?$/,
  error: 'expected an address such as https://approvals.example.com',
});

/** Sizes are in bytes and spans in milliseconds once read. */
export const settingsSchema = z.object({
  mode: setting(choice(['all', 'api', 'worker']), {
    name: 'COUNTERSIGN_MODE',
    type: 'all, api or worker',
    default: 'all',
    about: 'What this process does: answer calls, follow the log (timers, webhooks), or both.',
  }),
  host: setting(text, {
    name: 'COUNTERSIGN_HOST',
    type: 'address',
    default: '127.0.0.1',
    about:
      'Where the server listens. It speaks plain HTTP: put a proxy with TLS in front before you open it.',
  }),
  port: setting(whole(0, 65_535), {
    name: 'COUNTERSIGN_PORT',
    type: 'number',
    default: '8080',
    about: 'Port; 0 takes a free one.',
  }),
  workerPort: setting(whole(0, 65_535), {
    name: 'COUNTERSIGN_WORKER_PORT',
    type: 'number',
    default: '8081',
    about: 'Port of a process that is only a worker, for /healthz, /readyz and /metrics; 0 takes a free one.',
  }),
  publicUrl: optional(url, {
    name: 'COUNTERSIGN_PUBLIC_URL',
    type: 'address',
    about:
      'How others reach the server, for links and as the issuer of approval tokens. Default: host and port.',
  }),
  data: setting(text, {
    name: 'COUNTERSIGN_DATA',
    type: 'directory',
    default: './.countersign',
    about: 'What the server keeps on disk: the embedded database, documents, keys, checkpoints.',
  }),
  databaseUrl: optional(postgres, {
    name: 'DATABASE_URL',
    type: 'postgres address',
    secret: true,
    about:
      'A PostgreSQL (15 or later) of your own; of several hosts (a:5432,b:5432) the one that takes writes. Alone: its owner, which migrates; the application then logs in as countersign_app. Default: the embedded PostgreSQL.',
  }),
  databaseOwnerUrl: optional(postgres, {
    name: 'DATABASE_OWNER_URL',
    type: 'postgres address',
    secret: true,
    about:
      'The owner, only to migrate. DATABASE_URL is then the login of the application, which owns nothing.',
  }),
  databaseConnections: setting(whole(8, 500), {
    name: 'COUNTERSIGN_DATABASE_CONNECTIONS',
    type: 'number',
    default: '20',
    about:
      'Connections of this process to the database, at most; three write, and up to three follow the log.',
  }),
  masterKeyFile: optional(text, {
    name: 'COUNTERSIGN_MASTER_KEY_FILE',
    type: 'file',
    about:
      '32 random bytes that wrap every key in the key store. Default: master.key in COUNTERSIGN_DATA, made at the first start. Back it up apart from the database.',
  }),
  logLevel: setting(choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']), {
    name: 'COUNTERSIGN_LOG_LEVEL',
    type: 'fatal, error, warn, info, debug, trace or silent',
    default: 'info',
    about: 'The least severe messages that are written, as JSON lines on standard output.',
  }),
  bodyLimit: setting(size, {
    name: 'COUNTERSIGN_BODY_LIMIT',
    type: 'size',
    default: '4MiB',
    about: 'Largest JSON body of a call.',
  }),
  uploadLimit: setting(size, {
    name: 'COUNTERSIGN_UPLOAD_LIMIT',
    type: 'size',
    default: '100MiB',
    about: 'Largest document version.',
  }),
  rateLimit: setting(whole(1, 10_000_000), {
    name: 'COUNTERSIGN_RATE_LIMIT',
    type: 'number',
    default: '6000',
    about: 'Calls per key and minute.',
  }),
  rateLimitAnonymous: setting(whole(1, 10_000_000), {
    name: 'COUNTERSIGN_RATE_LIMIT_ANONYMOUS',
    type: 'number',
    default: '300',
    about: 'Calls without a valid key per address and minute.',
  }),
  trustProxy: setting(yesNo, {
    name: 'COUNTERSIGN_TRUST_PROXY',
    type: 'yes or no',
    default: 'no',
    about: 'Believe X-Forwarded-For and X-Forwarded-Proto. Only behind a proxy that sets them.',
  }),
  shutdownGrace: setting(span, {
    name: 'COUNTERSIGN_SHUTDOWN_GRACE',
    type: 'length of time',
    default: '20s',
    about: 'How long calls under way may take to finish after SIGTERM or SIGINT.',
  }),
  idempotencyRetention: setting(span, {
    name: 'COUNTERSIGN_IDEMPOTENCY_RETENTION',
    type: 'length of time',
    default: '7d',
    about: 'How long an Idempotency-Key keeps its answer.',
  }),
  metrics: setting(yesNo, {
    name: 'COUNTERSIGN_METRICS',
    type: 'yes or no',
    default: 'yes',
    about: 'Serve /metrics for Prometheus.',
  }),
});
