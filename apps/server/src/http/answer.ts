import { randomUUID } from 'node:crypto';
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Reply } from './call.ts';
import { fromPipeline, isForOperator } from './faults.ts';
import { JSON_TYPE, STREAM_TYPE } from './media.ts';
import { ProblemError } from './problem.ts';

export function send(reply: FastifyReply, correlationId: string, answer: Reply): FastifyReply {
  void reply.code(answer.status).header('Correlation-Id', correlationId);
  for (const [name, value] of Object.entries(answer.headers ?? {})) void reply.header(name, value);
  if (answer.stream) return reply.type(answer.mediaType ?? STREAM_TYPE).send(answer.stream);
  if (answer.text !== undefined)
    return reply.type(answer.mediaType ?? 'text/plain; charset=utf-8').send(answer.text);
  if (answer.body === undefined) return reply.send();
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer.body));
}

/** The only place where an error becomes an answer. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem =
    error instanceof ProblemError ? error : (fromPipeline(error) ?? fromFastify(error, request));
  if (problem.code === 'internal' || isForOperator(error))
    request.log.error({ correlationId: request.id, err: error }, 'failed');
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

/** What is not even HTTP (RFC 9112), or took too long to arrive: there is no request yet to answer. */
export function refuseClient(error: Error & { readonly code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  // In a pipeline, the answer to an earlier request is still owed: a client would take this one for that.
  const { _httpMessage: owed } = socket as Duplex & { readonly _httpMessage?: ServerResponse | null };
  if (owed?.req.complete === true) return void socket.destroy();
  const code = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'request-timeout' : 'validation-failed';
  const { status, body } = new ProblemError(code, {
    detail: 'This is no HTTP request that can be read.',
  }).answer(randomUUID());
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  );
}

/** Fastify's own refusals, by their stable codes. */
function fromFastify(error: unknown, request: FastifyRequest): ProblemError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE': {
      const limit = request.routeOptions.bodyLimit;
      return new ProblemError('body-too-large', {
        detail: `A body may have ${limit} bytes here.`,
        data: { limit },
      });
    }
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new ProblemError('unsupported-media-type', {
        detail: `Send ${JSON_TYPE}, or ${STREAM_TYPE} for uploads.`,
      });
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new ProblemError('malformed-json', { detail: 'The body is empty or shorter than announced.' });
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new ProblemError('not-found', { detail: 'The address is not well formed.' });
    default:
      return new ProblemError('internal');
  }
}
