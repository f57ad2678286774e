import { hash } from 'node:crypto';
import { type Route, type RouteId, routeIds, routeTable } from '@countersign/contract';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyInstance, type FastifyRequest, LogController } from 'fastify';
import { type Admission, admission } from './admission.ts';
import { refuseClient, send, sendError } from './answer.ts';
import type { Reply } from './call.ts';
import { correlationOf } from './correlation.ts';
import { moreDoors } from './doors.ts';
import { gatedServer } from './gate.ts';
import { JSON_TYPE, STREAM_TYPE } from './media.ts';
import { MonotonicCounts } from './monotonic-counts.ts';
import type { AppOptions, Refused } from './options.ts';
import { ProblemError } from './problem.ts';
import { callOf, headerOf, principals, secretOf } from './receive.ts';
import { securityHeaders } from './security.ts';
import { type StrangersLimit, strangersLimit } from './strangers.ts';

const REQUEST_MS = 600_000;
/** Some 20 KiB each, and a file descriptor. */
const CONNECTIONS = 4000;
/** Calls at once. 64 clients of one environment, each with its next call when the last one was answered, are served whole. */
const CALLS = { burst: 256, steady: 96 };
/** An upload stays as long as its bytes take to arrive. */
const UPLOADS = { burst: 64, steady: 64 };

/** The HTTP edge: every route of the contract, one validation, one error handler. Decides nothing. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const rooms: Rooms = { calls: admission(CALLS), uploads: admission(UPLOADS) };
  const app = Fastify({
    loggerInstance: options.logger,
    // A child for each call costs as much as its line: what is said of a call names its correlation id itself.
    childLoggerFactory: (logger) => logger,
    // One line for each answer, our own.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.limits.body,
    routerOptions: { maxParamLength: 512, ignoreTrailingSlash: false },
    genReqId: (request) => correlationOf(request.headers),
    exposeHeadRoutes: true,
    trustProxy: options.trustProxy,
    serverFactory: (handle) =>
      gatedServer(handle, {
        admission: rooms.calls,
        // An upload over a slow line included.
        requestTimeout: REQUEST_MS,
        maxConnections: CONNECTIONS,
        correlationOf: (request) => correlationOf(request.headers),
        turnedAway: () => options.observe('unknown', 503, 0),
      }),
    // What arrives on an open connection while the server stops is still answered.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => void sendError(error, request, reply),
    clientErrorHandler: refuseClient,
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(JSON_TYPE, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addContentTypeParser(STREAM_TYPE, (_request, payload, done) => done(null, payload));
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  const security = securityHeaders();
  app.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(security);
    done();
  });
  if (options.limits.rate > 0) await limitRate(app, options.limits.rate);
  closeWhenStopping(app);
  app.addHook('onResponse', (request, reply, done) => {
    options.observe(routeIdOf(request), reply.statusCode, reply.elapsedTime / 1000);
    options.logger.info(
      {
        correlationId: request.id,
        route: routeIdOf(request),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 100) / 100,
      },
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
  const strangers = strangersLimit(options.limits.anonymous);
  for (const id of routeIds) register(app, id, options, strangers, rooms);
  return app;
}

/** `close()` ends connections that are idle at that moment; one that is busy then would live on until its time-out. */
function closeWhenStopping(app: FastifyInstance): void {
  const doors = moreDoors(app.server);
  let sweeping: NodeJS.Timeout | undefined;
  let closed: Promise<void> | undefined;
  app.addHook('onListen', (done) => {
    doors.open();
    done();
  });
  app.addHook('preClose', async () => {
    closed = doors.close();
    sweeping = setInterval(() => app.server.closeIdleConnections(), 50);
  });
  app.addHook('onSend', async (_request, reply) => {
    if (sweeping !== undefined) void reply.header('Connection', 'close');
  });
  app.addHook('onClose', async () => {
    await closed;
    clearInterval(sweeping);
  });
}

async function limitRate(app: FastifyInstance, rate: number): Promise<void> {
  await app.register(rateLimit, {
    max: rate,
    timeWindow: 60_000,
    store: MonotonicCounts,
    enableDraftSpec: true,
    // A hash, so that no secret is kept beyond the request.
    keyGenerator: (request) => hash('sha256', request.headers.authorization ?? request.ip, 'base64'),
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

type Rooms = { readonly calls: Admission; readonly uploads: Admission };

function register(
  app: FastifyInstance,
  id: RouteId,
  options: AppOptions,
  strangers: StrangersLimit,
  rooms: Rooms,
): void {
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
      // Health, metrics and pages are served whatever happens: who watches the server must see it.
      const place = route.scope === null ? null : (isStream ? rooms.uploads : rooms.calls).enter();
      try {
        const call = await callOf(id, route, request, options, strangers);
        if (call.principal !== null)
          place?.belongsTo(call.principal.environment, request.headers.authorization ?? '');
        const answer = await handler(call);
        for (const problem of answer.refusals ?? []) await options.refused(refusedOf(id, request, problem));
        return send(reply, request.id, answer);
      } catch (error) {
        if (error instanceof ProblemError && error.isRefusal)
          await options.refused(refusedOf(id, request, error));
        throw error;
      } finally {
        place?.leave();
      }
    },
  });
}

const refusedOf = (operation: RouteId, request: FastifyRequest, problem: ProblemError): Refused => ({
  operation,
  problem,
  principal: principals.get(request) ?? null,
  secret: secretOf(request),
  actFor: headerOf(request, 'countersign-act-for'),
});

function matches(path: string, url: string): boolean {
  const pattern = path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${pattern}$`).test(url.split('?')[0] ?? '');
}
