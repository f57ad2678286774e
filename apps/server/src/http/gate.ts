import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { type Admission, overloaded } from './admission.ts';
import { turnstile } from './turnstile.ts';

export type GateOptions = {
  readonly admission: Admission;
  /** For a whole request to arrive, ms. */
  readonly requestTimeout: number;
  readonly maxConnections: number;
  readonly correlationOf: (request: IncomingMessage) => string;
  /** Told of everybody who is turned away. */
  readonly turnedAway: () => void;
};

/** Longer than the idle time of common balancers (60 s), so that they close first. */
const KEEP_ALIVE_MS = 72_000;

/**
 * A server that turns calls away while there is no room, before they are routed, read or known: at ten times the load
 * that it sustains, most of what it does is this. Health, metrics and pages pass.
 */
export function gatedServer(handle: RequestListener, options: GateOptions): Server {
  const { admission, requestTimeout, correlationOf, turnedAway } = options;
  const stile = turnstile();
  const server = createServer((request, response) => {
    const isCall = request.url?.startsWith('/v1/') === true;
    const { socket, headers } = request;
    if (!isCall || !admission.isFull(headers.authorization ?? '', stile.isEarly(socket))) {
      if (isCall) stile.letIn(socket);
      return handle(request, response);
    }
    turnAway(response, correlationOf(request));
    turnedAway();
    return stile.turnedAway(socket);
  });
  server.on('connection', bounded(server, options.maxConnections));
  server.requestTimeout = requestTimeout;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

/** One too many is closed at once; so are those that nobody uses, and the next one finds room. */
function bounded(server: Server, most: number): (socket: Socket) => void {
  let open = 0;
  return (socket) => {
    open += 1;
    socket.once('close', () => {
      open -= 1;
    });
    if (open <= most) return;
    socket.destroy();
    server.closeIdleConnections();
  };
}

const refusal = overloaded();
const { status, body } = refusal.answer('');

function turnAway(response: ServerResponse, correlationId: string): void {
  const text = JSON.stringify({ ...body, correlationId });
  response.writeHead(status, {
    'Content-Type': 'application/problem+json',
    'Content-Length': Buffer.byteLength(text),
    'Retry-After': refusal.retryAfter ?? 1,
    'Correlation-Id': correlationId,
  });
  response.end(text);
}
