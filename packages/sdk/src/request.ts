import type { operations } from './generated/operations.gen.ts';
import type { CallOptions, ClientOptions, OperationId, UploadSource } from './types.ts';

export type Operation = (typeof operations)[OperationId];

/** What any operation may be given; the public types say which of it each takes. */
export type AnyInput = CallOptions & {
  readonly path?: { readonly [name: string]: string | number };
  readonly query?: { readonly [name: string]: unknown };
  readonly body?: unknown;
  readonly fileName?: string;
  readonly contentDigest?: string;
};

export type Prepared = {
  readonly url: string;
  readonly headers: Headers;
  readonly idempotencyKey: string | null;
  readonly correlationId: string;
  /** Makes the body of one attempt; null where it cannot be made again. */
  readonly body: () => RequestInit | null;
};

const fill = (path: string, values: AnyInput['path'] = {}): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined || value === '') throw new TypeError(`path parameter "${name}" is missing`);
    return encodeURIComponent(String(value));
  });

/** Lists are joined by commas; what is undefined is left out. */
const search = (query: AnyInput['query'] = {}): string => {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) parameters.set(name, Array.isArray(value) ? value.join(',') : String(value));
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
};

const isUploadSource = (body: unknown): body is UploadSource =>
  typeof body === 'function' ||
  (typeof body === 'object' &&
    body !== null &&
    (body instanceof Uint8Array ||
      body instanceof Blob ||
      body instanceof ReadableStream ||
      Symbol.asyncIterator in body));

const streamOf = (
  source: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>,
): ReadableStream<Uint8Array> => {
  if (source instanceof ReadableStream) return source;
  const iterator = source[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel(reason) {
      await iterator.return?.(reason);
    },
  });
};

/** Streams need `duplex: 'half'` (Fetch standard), which not all typings of RequestInit know. */
const streamed = (body: ReadableStream<Uint8Array>): RequestInit & { duplex: 'half' } => ({
  body,
  duplex: 'half',
});

const uploadBody = (source: unknown): Prepared['body'] => {
  if (!isUploadSource(source))
    throw new TypeError('body is not bytes, a Blob, a stream, or a function that opens one');
  if (typeof source === 'function') return () => streamed(streamOf(source()));
  // Copied views keep their bounds: a Node Buffer is a window on a shared pool.
  if (source instanceof Uint8Array) return () => ({ body: new Blob([new Uint8Array(source)]) });
  if (source instanceof Blob) return () => ({ body: source });
  let used = false;
  return () => {
    if (used) return null;
    used = true;
    return streamed(streamOf(source));
  };
};

const jsonBody = (body: unknown): Prepared['body'] => {
  const text = JSON.stringify(body);
  return () => ({ body: text });
};

/** Everything about a call that stays the same over its attempts. */
export const prepare = (operation: Operation, input: AnyInput, client: ClientOptions): Prepared => {
  const headers = new Headers({ accept: 'application/json, application/problem+json, */*;q=0.5' });
  if (client.key !== undefined) headers.set('authorization', `Bearer ${client.key}`);

  const idempotencyKey = operation.mutating ? (input.idempotencyKey ?? crypto.randomUUID()) : null;
  if (idempotencyKey !== null) headers.set('idempotency-key', idempotencyKey);

  const actFor = input.actFor === undefined ? client.actFor : input.actFor;
  if (operation.actFor && typeof actFor === 'string') headers.set('countersign-act-for', actFor);

  const correlationId = input.correlationId ?? client.correlationId ?? crypto.randomUUID();
  headers.set('correlation-id', correlationId);
  if (input.ifMatch !== undefined) headers.set('if-match', input.ifMatch);

  let body: Prepared['body'] = () => ({});
  if (operation.upload) {
    headers.set('content-type', 'application/octet-stream');
    if (input.fileName !== undefined)
      headers.set('countersign-file-name', encodeURIComponent(input.fileName));
    if (input.contentDigest !== undefined) headers.set('content-digest', input.contentDigest);
    body = uploadBody(input.body);
  } else if (input.body !== undefined) {
    headers.set('content-type', 'application/json');
    body = jsonBody(input.body);
  }

  const url = client.baseUrl.replace(/\/+$/, '') + fill(operation.path, input.path) + search(input.query);
  return { url, headers, idempotencyKey, correlationId, body };
};
