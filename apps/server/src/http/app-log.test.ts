import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createLogger } from '../platform/index.ts';
import { buildApp } from './app.ts';
import type { Handlers } from './call.ts';

async function linesOf(handlers: Partial<Handlers>, url: string): Promise<readonly object[]> {
  const lines: object[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const app = await buildApp({
    handlers: handlers as Handlers,
    authenticator: { authenticate: async () => null },
    logger: createLogger({ level: 'info', destination }),
    limits: { body: 1000, upload: 1000, rate: 0, anonymous: 10 },
    trustProxy: false,
    refused: async () => undefined,
    observe: () => undefined,
  });
  await app.inject({ url, headers: { 'correlation-id': 'PO-4711' } });
  await app.close();
  return lines;
}

test('every answer is a line with its correlation id, and so is a failure', async () => {
  const ok: Partial<Handlers> = { getHealth: async () => ({ status: 200, body: { status: 'ok' } }) };
  expect(await linesOf(ok, '/healthz')).toEqual([
    expect.objectContaining({ correlationId: 'PO-4711', route: 'getHealth', status: 200, msg: 'answered' }),
  ]);
  const broken: Partial<Handlers> = { getHealth: () => Promise.reject(new Error('broken')) };
  expect(await linesOf(broken, '/healthz')).toEqual([
    expect.objectContaining({
      correlationId: 'PO-4711',
      msg: 'failed',
      err: expect.objectContaining({ message: 'broken' }),
    }),
    expect.objectContaining({ correlationId: 'PO-4711', route: 'getHealth', status: 500, msg: 'answered' }),
  ]);
});
