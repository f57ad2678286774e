// Below the requests that a client's library can make: bytes on a socket, whole, slow, pipelined and broken.
import net from 'node:net';
import { expect, test } from 'vitest';
import { testServer } from '../../support/server.ts';

const { api, url } = await testServer();
const { hostname, port } = new URL(url);
const key = `Authorization: Bearer ${api.secret}`;
const HEALTH = `GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n`;

type Part = string | Buffer | { readonly wait: number } | 'end';

/** Sends the parts, and reads until so many answers have come or the server hangs up. A part `end` hangs up first. */
function exchange(parts: readonly Part[], answers = 1): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    socket.setTimeout(20_000, () => socket.destroy(new Error('the server neither answers nor hangs up')));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      if (statuses(Buffer.concat(chunks).toString('latin1')).length < answers) return;
      // What comes after the last answer that is waited for is not.
      setTimeout(() => socket.destroy(), 20);
    });
    socket.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? undefined : reject(error),
    );
    socket.once('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    const send = async (): Promise<void> => {
      for (const part of parts) {
        if (part === 'end') socket.end();
        else if (typeof part === 'object' && 'wait' in part)
          await new Promise((done) => setTimeout(done, part.wait));
        else if (socket.writable) socket.write(part);
      }
    };
    socket.once('connect', () => void send());
  });
}

const statuses = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));

const post = (headers: string, body: string): string =>
  `POST /v1/approval-requests HTTP/1.1\r\nHost: x\r\n${key}\r\nIdempotency-Key: k\r\n${headers}\r\n\r\n${body}`;
const JSON_TYPE = 'Content-Type: application/json';
const chunked = `${JSON_TYPE}\r\nTransfer-Encoding: chunked`;

const broken: readonly (readonly [string, readonly Part[]])[] = [
  ['no HTTP', ['hello\r\n\r\n']],
  ['a TLS hello', [Buffer.from('16030100c8010000c40303', 'hex')]],
  ['an HTTP/2 preface', ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n']],
  ['HTTP/9.9', ['GET / HTTP/9.9\r\nHost: x\r\n\r\n']],
  ['an empty method', [' / HTTP/1.1\r\nHost: x\r\n\r\n']],
  ['bare line feeds', ['GET /healthz HTTP/1.1\nHost: x\n\n']],
  ['NUL in a header', ['GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\u0000b\r\n\r\n']],
  ['a header without a colon', ['GET /healthz HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n']],
  ['a folded header', ['GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n']],
  ['no host', ['GET /healthz HTTP/1.1\r\n\r\n']],
  ['a long address', [`GET /${'x'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`]],
  ['many headers', [`GET /healthz HTTP/1.1\r\nHost: x\r\n${'X: y\r\n'.repeat(5000)}\r\n`]],
  ['control bytes in the address', ['GET /\u0001\u007f HTTP/1.1\r\nHost: x\r\n\r\n']],
  ['an absolute address', ['GET http://elsewhere/healthz HTTP/1.1\r\nHost: x\r\n\r\n']],
  ['two lengths', [post(`${JSON_TYPE}\r\nContent-Length: 2\r\nContent-Length: 3`, '{}')]],
  ['a length and chunks', [post(`${chunked}\r\nContent-Length: 2`, '0\r\n\r\n')]],
  ['a negative length', [post(`${JSON_TYPE}\r\nContent-Length: -1`, '{}')]],
  ['a length beyond numbers', [post(`${JSON_TYPE}\r\nContent-Length: 99999999999999999999`, '{}')]],
  ['a body that ends too early', [post(`${JSON_TYPE}\r\nContent-Length: 100`, '{'), 'end']],
  ['a chunk that is no number', [post(chunked, 'zz\r\n{}\r\n0\r\n\r\n')]],
  ['chunks that end too early', [post(chunked, '5\r\n{'), 'end']],
  ['a chunk extension without end', [post(chunked, `1;${'x'.repeat(100_000)}`)]],
  ['nothing at all', ['end']],
  ['a request that is given up', ['GET /v1/audit/exp', { wait: 50 }, 'end']],
  ['an upgrade', ['GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n']],
  ['CONNECT', ['CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n']],
];

test.each(broken)('%s is refused or hung up on, in the words of a problem', async (_what, parts) => {
  const text = await exchange(parts);
  for (const status of statuses(text)) expect(status).toBeLessThan(500);
  // Node itself refuses what names no host (RFC 9112 3.2), and says nothing.
  const silent = text.endsWith('\r\n\r\n0\r\n\r\n');
  if (statuses(text).some((status) => status >= 400) && !silent)
    expect(text).toContain('application/problem+json');
  expect(text).not.toMatch(/node:|\.ts:|stack|HPE_|Error:/);
  expect(statuses(await exchange([HEALTH]))).toEqual([200]);
});

test('pipelined requests are answered in their order', async () => {
  const about = `GET /v1/environment HTTP/1.1\r\nHost: x\r\n${key}\r\n\r\n`;
  const missing = `GET /v1/nowhere HTTP/1.1\r\nHost: x\r\n\r\n`;
  expect(statuses(await exchange([HEALTH + about + missing + HEALTH], 4))).toEqual([200, 200, 404, 200]);
});

test('what is no request is not answered before the requests that came ahead of it', async () => {
  expect(statuses(await exchange([`${HEALTH}nonsense\r\n\r\n`]))).not.toContain(400);
  // On its own, and as the body of its own request, it is.
  expect(statuses(await exchange([HEALTH, { wait: 200 }, 'nonsense\r\n\r\n'], 2))).toEqual([200, 400]);
  expect(statuses(await exchange([post(chunked, 'zz\r\n{}\r\n0\r\n\r\n')]))).toEqual([400]);
});

test('a slow body is waited for, byte by byte, and two halves of a request are one', async () => {
  const body = JSON.stringify({ definition: 'none', fields: {} });
  const slow = [...body].flatMap((char) => [char, { wait: 1 }]);
  const text = await exchange([post(`${JSON_TYPE}\r\nContent-Length: ${body.length}`, ''), ...slow]);
  expect(statuses(text)).toEqual([422]);
  expect(statuses(await exchange(['GET /heal', { wait: 20 }, 'thz HTTP/1.1\r\nHost: x\r\n\r\n']))).toEqual([
    200,
  ]);
});
