import http from 'node:http';
import type { WireAnswer, WireRequest } from './request.ts';

export type Sender = { send(request: WireRequest): Promise<WireAnswer>; close(): void };

/** A hang is a failure: nothing that is asked here takes a server this long. */
const PATIENCE_MS = 30_000;

export function sender(base: string): Sender {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  // After an upgrade that it does not know, Node no longer tells of faults on that connection: it is not used again.
  const once = new http.Agent({ keepAlive: false });
  const agentFor = (headers: WireRequest['headers']): http.Agent =>
    headers.some(([name]) => name === 'Upgrade') ? once : agent;
  const { hostname, port } = new URL(base);
  return {
    close: () => agent.destroy(),
    send: ({ method, url, headers: given, body }) =>
      new Promise((resolve, reject) => {
        // The refusal of headers that were too large to be read has a body, since nobody has read that this is HEAD.
        const headers = method === 'HEAD' ? given.filter(([name]) => name !== 'X-Large') : given;
        const call = http.request({
          agent: agentFor(headers),
          hostname,
          port,
          method,
          path: url,
          headers: [
            'Host',
            `${hostname}:${port}`,
            ...headers.flat(),
            ...(body === null ? [] : ['Content-Length', String(body.length)]),
          ],
        });
        call.setTimeout(PATIENCE_MS, () => call.destroy(new Error(`no answer in ${PATIENCE_MS} ms`)));
        call.once('error', reject);
        call.once('response', (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: Object.fromEntries(
                Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
              ),
              body: Buffer.concat(chunks),
            }),
          );
        });
        call.end(body ?? undefined);
      }),
  };
}
