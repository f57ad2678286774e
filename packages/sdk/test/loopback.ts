import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

const running = new Set<() => Promise<void>>();
afterEach(async () => {
  for (const stop of running) await stop();
  running.clear();
});

/** A server on loopback that answers its n-th call by the n-th handler, and all others by the last. */
export const serve = async (...handlers: readonly Handler[]) => {
  const calls: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    const handler = handlers[Math.min(calls.length, handlers.length - 1)];
    calls.push(request);
    Promise.resolve(handler?.(request, response)).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.add(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
};

export const answer =
  (status: number, body: unknown, headers: Record<string, string> = {}): Handler =>
  async (request, response) => {
    for await (const _ of request);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };

export const refuse = (code: string, status: number, headers: Record<string, string> = {}): Handler =>
  answer(
    status,
    {
      type: `urn:countersign:problem:${code}`,
      title: 'T',
      status,
      code,
      detail: 'D',
      action: 'A',
      errors: [],
    },
    { 'content-type': 'application/problem+json', ...headers },
  );

export const cut: Handler = (request) => {
  request.socket.destroy();
};

export const cutInBody: Handler = (request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"mode":', () => request.socket.destroy());
};
