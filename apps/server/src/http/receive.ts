import { hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { type Route, type RouteId, requestHeaders, validate } from '@countersign/contract';
import type { FastifyRequest } from 'fastify';
import type { Call } from './call.ts';
import { isBadText, parseBody } from './json.ts';
import { JSON_TYPE, STREAM_TYPE } from './media.ts';
import type { AppOptions } from './options.ts';
import type { Authenticator, Principal } from './principal.ts';
import { ProblemError } from './problem.ts';
import type { StrangersLimit } from './strangers.ts';

/** From bytes to a validated call, in the order in which a stranger may learn things: key, scope, shape. */
export async function callOf(
  id: RouteId,
  route: Route,
  request: FastifyRequest,
  options: AppOptions,
  strangers: StrangersLimit,
): Promise<Call> {
  const principal =
    route.scope === null ? null : await principalOf(request, options.authenticator, strangers);
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

/** Who was found to hold the key of a request, for what is told of its refusal. */
export const principals = new WeakMap<FastifyRequest, Principal>();

export const secretOf = (request: FastifyRequest): string | null =>
  /^Bearer (csk_[A-Za-z0-9_-]{16,128})$/.exec(request.headers.authorization ?? '')?.[1] ?? null;

async function principalOf(
  request: FastifyRequest,
  authenticator: Authenticator,
  strangers: StrangersLimit,
): Promise<Principal> {
  const secret = secretOf(request);
  const principal = secret === null ? null : await authenticator.authenticate(secret);
  if (principal) return principal;
  strangers.failed(request.ip);
  throw new ProblemError('unauthenticated', { detail: nobody(request, secret) });
}

function nobody(request: FastifyRequest, secret: string | null): string {
  if (secret !== null) return 'This API key is unknown, revoked or expired.';
  return request.headers.authorization === undefined
    ? 'No API key was presented.'
    : 'What was presented is no API key: one begins with csk_ and follows the word Bearer.';
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
  const head = `${request.method} ${request.url}\n${headerOf(request, 'countersign-act-for') ?? ''}\n`;
  if (route.body === undefined) return { body: undefined, stream: null, digest: digestOf(head) };
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  const wanted = route.body.kind === 'json' ? JSON_TYPE : STREAM_TYPE;
  if (type !== wanted)
    throw new ProblemError('unsupported-media-type', { detail: `Send this as ${wanted}.` });
  if (route.body.kind === 'stream') {
    const file = `${request.headers['content-length'] ?? ''}\n${headerOf(request, 'countersign-file-name') ?? ''}`;
    return { body: undefined, stream: request.body as Readable, digest: digestOf(head + file) };
  }
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const parsed = parseBody(bytes);
  if (!parsed.ok) throw new ProblemError(parsed.code, { detail: parsed.detail, errors: parsed.errors });
  const body = check(route.body.schema, parsed.value, 'body');
  return { body, stream: null, digest: digestOf(Buffer.concat([Buffer.from(head), bytes])) };
}

const digestOf = (data: string | Buffer): Buffer => hash('sha256', data, 'buffer');

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
  const badCursor = checked.errors.some((e) => e.field === 'cursor' && e.code !== 'unknown-field');
  const code = badCursor ? 'cursor-invalid' : checked.code;
  throw new ProblemError(code, {
    detail: `The ${where} is not as documented: ${checked.errors[0]?.field ?? ''} ${checked.errors[0]?.message ?? ''}`,
    errors: checked.errors,
  });
}

export function headerOf(request: FastifyRequest, name: string): string | null {
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
