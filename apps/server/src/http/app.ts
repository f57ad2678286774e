import { createHash, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  type Route,
  type RouteId,
  requestHeaders,
  routeIds,
  routeTable,
  validate,
} from '@countersign/contract';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Call, Handlers, Reply } from './call.ts';
import { fromPipeline } from './faults.ts';
import { isBadText, parseBody } from './json.ts';
import type { Authenticator, Principal } from './principal.ts';
import { ProblemError } from './problem.ts';

export type AppOptions = {
  readonly handlers: Handlers;
  readonly authenticator: Authenticator;
  readonly logger: FastifyBaseLogger;
  readonly limits: {
    /** Bytes of a JSON body. */
    readonly body: number;
    /** Bytes of an upload. */
    readonly upload: number;
    /** Requests a minute for each key; 0: no limit. */
    readonly rate: number;
  };
  /** Told of everybody who is refused for who they are (401, 403), before they are. */
  readonly refused: (refused: Refused) => Promise<void>;
  /** Told of every answer, for metrics. */
  readonly observe: (route: RouteId | 'unknown', status: number, seconds: number) => void;
};

export type Refused = {
  readonly operation: RouteId;
  readonly problem: ProblemError;
  /** Null where the key was no good, or none was presented. */
  readonly principal: Principal | null;
  /** As presented, for looking up whose it was. */
  readonly secret: string | null;
  readonly actFor: string | null;
};

const JSON_TYPE = 'application/json';
const STREAM_TYPE = 'application/octet-stream';

/** The HTTP edge: every route of the contract, one validation, one error handler. Decides nothing. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: options.logger,
    // One line for each answer, our own.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'correlationId' }),
    bodyLimit: options.limits.body,
    routerOptions: { maxParamLength: 512, ignoreTrailingSlash: false },
    genReqId: (request) => correlationOf(request.headers['correlation-id']),
    // Bodies are read and refused by the routes themselves, in our words.
    exposeHeadRoutes: true,
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(JSON_TYPE, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addContentTypeParser(STREAM_TYPE, (_request, payload, done) => done(null, payload));
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  await app.register(helmet, {
    contentSecurityPolicy: {
      // Nothing from elsewhere. The API reference configures itself by an inline script and styles.
      directives: {
        'script-src': ["'self'", "'unsafe-inline'"],
        'style-src': ["'self'", "'unsafe-inline'"],
        'font-src': ["'self'", 'data:'],
        'worker-src': ['blob:'],
        // The server speaks plain HTTP on loopback: there is nothing to upgrade to.
        'upgrade-insecure-requests': null,
      },
    },
  });
  if (options.limits.rate > 0) await limitRate(app, options.limits.rate);
  app.addHook('onResponse', (request, reply, done) => {
    options.observe(routeIdOf(request), reply.statusCode, reply.elapsedTime / 1000);
    request.log.info(
      { route: routeIdOf(request), status: reply.statusCode, ms: Math.round(reply.elapsedTime * 100) / 100 },
      'answered',
    );
    done();
  });
  app.setNotFoundHandler((request, reply) => {
    const known = routeIds.filter((id) => matches(routeTable[id].path, request.url));
    if (known.length === 0)
      return sendError(
        new ProblemError('not-found', { detail: 'There is no such resource.' }),
        request,
        reply,
      );
    void reply.header('Allow', [...new Set(known.map((id) => routeTable[id].method))].join(', '));
    return sendError(new ProblemError('method-not-allowed'), request, reply);
  });
  for (const id of routeIds) register(app, id, options);
  return app;
}

async function limitRate(app: FastifyInstance, rate: number): Promise<void> {
  await app.register(rateLimit, {
    max: rate,
    timeWindow: 60_000,
    enableDraftSpec: true,
    // A hash, so that no secret is kept beyond the request.
    keyGenerator: (request) =>
      createHash('sha256')
        .update(request.headers.authorization ?? request.ip)
        .digest('base64'),
    allowList: (request) => request.routeOptions.config.scoped !== true,
    errorResponseBuilder: (_request, context) =>
      new ProblemError('rate-limited', {}, Math.ceil(context.ttl / 1000)),
  });
}

declare module 'fastify' {
  interface FastifyContextConfig {
    id?: RouteId;
    scoped?: boolean;
  }
}

const routeIdOf = (request: FastifyRequest): RouteId | 'unknown' =>
  request.routeOptions.config.id ?? 'unknown';

function register(app: FastifyInstance, id: RouteId, options: AppOptions): void {
  const route: Route = routeTable[id];
  const handler = options.handlers[id] as unknown as (call: unknown) => Promise<Reply>;
  const isStream = route.body?.kind === 'stream';
  app.route({
    method: route.method,
    url: route.path.replace(/\{(\w+)\}/g, ':$1'),
    config: { id, scoped: route.scope !== null },
    bodyLimit: isStream
      ? options.limits.upload
      : route.body?.kind === 'json'
        ? (route.body.maxBytes ?? options.limits.body)
        : options.limits.body,
    handler: async (request, reply) => {
      try {
        const call = await callOf(id, route, request, options);
        return send(reply, request.id, await handler(call));
      } catch (error) {
        if (error instanceof ProblemError && error.isRefusal)
          await options.refused({
            operation: id,
            problem: error,
            principal: principals.get(request) ?? null,
            secret: secretOf(request),
            actFor: headerOf(request, 'countersign-act-for'),
          });
        throw error;
      }
    },
  });
}

/** From bytes to a validated call, in the order in which a stranger may learn things: key, scope, shape. */
async function callOf(
  id: RouteId,
  route: Route,
  request: FastifyRequest,
  options: AppOptions,
): Promise<Call> {
  const principal = route.scope === null ? null : await principalOf(request, options.authenticator);
  if (principal) principals.set(request, principal);
  if (principal && route.scope !== null && !principal.scopes.has(route.scope)) {
    throw new ProblemError('forbidden-scope', {
      detail: `This key lacks the scope ${route.scope}.`,
      data: { scope: route.scope },
    });
  }
  const actFor = actForOf(route, request, principal);
  if (isBadText(decodeSafely(request.url)))
    throw new ProblemError('invalid-text', { detail: 'The address holds NUL or a lone surrogate.' });
  const params = check(route.params, request.params, 'path');
  const query = check(route.query ?? null, request.query, 'query');
  const headers = check(route.headers, request.headers, 'header');
  const idempotencyKey = idempotencyKeyOf(route, request);
  const { body, stream, digest } = bodyOf(route, request);
  const call: unknown = {
    id,
    params,
    query,
    headers,
    body,
    stream,
    principal,
    actFor,
    idempotencyKey,
    requestDigest: digest,
    ifMatch: headerOf(request, 'if-match'),
    correlationId: request.id,
  };
  return call as Call;
}

const principals = new WeakMap<FastifyRequest, Principal>();

const secretOf = (request: FastifyRequest): string | null =>
  /^Bearer (csk_[A-Za-z0-9_-]{16,128})$/.exec(request.headers.authorization ?? '')?.[1] ?? null;

async function principalOf(request: FastifyRequest, authenticator: Authenticator): Promise<Principal> {
  const secret = secretOf(request);
  const principal = secret === null ? null : await authenticator.authenticate(secret);
  if (principal) return principal;
  const detail =
    secret === null ? 'No API key was presented.' : 'This API key is unknown, revoked or expired.';
  throw new ProblemError('unauthenticated', { detail });
}

function actForOf(route: Route, request: FastifyRequest, principal: Principal | null): string | null {
  const named = headerOf(request, 'countersign-act-for');
  if (named === null) {
    if (route.actFor === 'required') {
      throw new ProblemError('person-required', {
        detail: 'Say for whom you act: send Countersign-Act-For with the id of a person.',
      });
    }
    return null;
  }
  if (route.actFor === 'none') {
    throw new ProblemError('validation-failed', {
      detail: 'Nobody is acted for here.',
      errors: [{ field: 'Countersign-Act-For', code: 'not-allowed', message: 'Leave this header out.' }],
    });
  }
  if (!requestHeaders['countersign-act-for'].schema.safeParse(named).success) {
    throw new ProblemError('act-for-refused', {
      detail: 'Countersign-Act-For takes the id of a person, usr_….',
      errors: [{ field: 'Countersign-Act-For', code: 'wrong-format', message: 'Not the id of a person.' }],
    });
  }
  if (!principal?.scopes.has('act-for')) {
    throw new ProblemError('forbidden-scope', {
      detail: 'This key may not act for people: it lacks the scope act-for.',
      data: { scope: 'act-for' },
    });
  }
  return named;
}

function idempotencyKeyOf(route: Route, request: FastifyRequest): string | null {
  if (!route.mutating) return null;
  const key = headerOf(request, 'idempotency-key');
  if (key === null)
    throw new ProblemError('idempotency-key-missing', {
      detail: 'This call changes something: send an Idempotency-Key.',
    });
  if (!requestHeaders['idempotency-key'].schema.safeParse(key).success)
    throw new ProblemError('idempotency-key-invalid');
  return key;
}

type Body = { readonly body: unknown; readonly stream: Readable | null; readonly digest: Buffer };

function bodyOf(route: Route, request: FastifyRequest): Body {
  const hash = createHash('sha256').update(
    `${request.method} ${request.url}\n${headerOf(request, 'countersign-act-for') ?? ''}\n`,
  );
  if (route.body === undefined) return { body: undefined, stream: null, digest: hash.digest() };
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  const wanted = route.body.kind === 'json' ? JSON_TYPE : STREAM_TYPE;
  if (type !== wanted)
    throw new ProblemError('unsupported-media-type', { detail: `Send this as ${wanted}.` });
  if (route.body.kind === 'stream') {
    hash.update(
      `${request.headers['content-length'] ?? ''}\n${headerOf(request, 'countersign-file-name') ?? ''}`,
    );
    return { body: undefined, stream: request.body as Readable, digest: hash.digest() };
  }
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const parsed = parseBody(bytes);
  if (!parsed.ok) throw new ProblemError(parsed.code, { detail: parsed.detail, errors: parsed.errors });
  const body = check(route.body.schema, parsed.value, 'body');
  return { body, stream: null, digest: hash.update(bytes).digest() };
}

/** `null`: nothing may be given. */
function check(
  schema: Route['params'] | Parameters<typeof validate>[0] | null,
  value: unknown,
  where: string,
): unknown {
  if (schema === undefined) return undefined;
  if (schema === null) {
    const given = Object.keys(Object(value));
    if (given.length === 0) return undefined;
    const errors = given.map((field) => ({ field, code: 'unknown-field', message: 'is not known here' }));
    throw new ProblemError('unknown-field', {
      detail: `There is no ${where} parameter ${given[0]}.`,
      errors,
    });
  }
  const checked = validate(schema, value);
  if (checked.ok) return checked.value;
  if (where === 'path')
    throw new ProblemError('not-found', {
      detail: 'There is no such resource: the address is not well formed.',
      errors: checked.errors,
    });
  const code = checked.errors.some((e) => e.field === 'cursor') ? 'cursor-invalid' : checked.code;
  throw new ProblemError(code, {
    detail: `The ${where} is not as documented: ${checked.errors[0]?.field ?? ''} ${checked.errors[0]?.message ?? ''}`,
    errors: checked.errors,
  });
}

function send(reply: FastifyReply, correlationId: string, answer: Reply): FastifyReply {
  void reply.code(answer.status).header('Correlation-Id', correlationId);
  for (const [name, value] of Object.entries(answer.headers ?? {})) void reply.header(name, value);
  if (answer.stream) return reply.type(answer.mediaType ?? STREAM_TYPE).send(answer.stream);
  if (answer.text !== undefined)
    return reply.type(answer.mediaType ?? 'text/plain; charset=utf-8').send(answer.text);
  if (answer.body === undefined) return reply.send();
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer.body));
}

/** The only place where an error becomes an answer. */
function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = error instanceof ProblemError ? error : (fromPipeline(error) ?? fromFastify(error));
  if (problem.code === 'internal') request.log.error({ err: error }, 'failed');
  const { status, body } = problem.answer(request.id);
  const wait = problem.retryAfter ?? (status === 429 || status === 503 ? 1 : null);
  if (wait !== null) void reply.header('Retry-After', wait);
  if (status === 401) void reply.header('WWW-Authenticate', 'Bearer');
  return reply
    .code(status)
    .header('Correlation-Id', request.id)
    .type('application/problem+json')
    .send(JSON.stringify(body));
}

/** Fastify's own refusals, by their stable codes. */
function fromFastify(error: unknown): ProblemError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ProblemError('body-too-large', { detail: 'The body is larger than this resource accepts.' });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new ProblemError('unsupported-media-type', {
        detail: `Send ${JSON_TYPE}, or ${STREAM_TYPE} for uploads.`,
      });
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new ProblemError('malformed-json', { detail: 'The body is empty or shorter than announced.' });
    case 'FST_ERR_BAD_URL':
      return new ProblemError('not-found', { detail: 'The address is not well formed.' });
    default:
      return new ProblemError('internal');
  }
}

const correlationOf = (given: string | string[] | undefined): string =>
  typeof given === 'string' && requestHeaders['correlation-id'].schema.safeParse(given).success
    ? given
    : randomUUID();

function headerOf(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}

function decodeSafely(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch (error) {
    if (error instanceof URIError) return '\u0000';
    throw error;
  }
}

function matches(path: string, url: string): boolean {
  const pattern = path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${pattern}$`).test(url.split('?')[0] ?? '');
}
