import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { SHARED_PORT } from '../http/doors.ts';
import { assertFree } from './preflight.ts';

test('a port that another server shares with its own doors is in use all the same', async () => {
  const host = '127.0.0.1';
  const other = createServer().listen({ host, port: 0, ...SHARED_PORT });
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await expect(assertFree({ host, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await assertFree({ host, port: 0 });
});
