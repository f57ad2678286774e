import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { moreDoors, SHARED_PORT } from './doors.ts';

async function listening(server: Server): Promise<{ port: number; doors: ReturnType<typeof moreDoors> }> {
  server.listen({ host: '127.0.0.1', port: 0, ...SHARED_PORT });
  await once(server, 'listening');
  const doors = moreDoors(server);
  doors.open();
  return { port: (server.address() as AddressInfo).port, doors };
}

const connected = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1' }, () => resolve(socket)).on('error', reject);
  });

test.runIf(SHARED_PORT.reusePort)(
  'a wave of connections is let in at once, though each turn of the loop is long',
  async () => {
    const server = createServer();
    const { port, doors } = await listening(server);
    let accepted = 0;
    let busy = true;
    server.on('connection', (socket) => {
      accepted += 1;
      socket.on('error', () => undefined);
    });
    let turns = 0;
    const work = (): void => {
      turns += 1;
      const end = performance.now() + 10;
      while (performance.now() < end);
      if (busy) setImmediate(work);
    };
    const sockets = await Promise.all(
      Array.from({ length: 160 }, () => {
        if (turns === 0) work();
        return connected(port);
      }),
    );
    while (accepted < 160) await sleep(1);
    busy = false;
    // One door would take a turn for each.
    expect(turns).toBeLessThan(80);
    for (const socket of sockets) socket.destroy();
    await doors.close();
    server.close();
  },
);

test('who came in by another door is served to the end while the doors are closed', async () => {
  const server = createServer((request, response) => {
    void sleep(100).then(() => response.end(request.url));
  });
  onTestFinished(() => void server.close());
  const { port, doors } = await listening(server);
  const answers = Array.from({ length: 32 }, async (_, i) =>
    (await fetch(`http://127.0.0.1:${port}/${i}`, { headers: { Connection: 'close' } })).text(),
  );
  await sleep(50);
  let open = true;
  const closed = doors.close().then(() => {
    open = false;
  });
  server.close();
  await sleep(20);
  expect(open).toBe(SHARED_PORT.reusePort);
  expect(await Promise.all(answers)).toEqual(Array.from({ length: 32 }, (_, i) => `/${i}`));
  await closed;
  await expect(connected(port)).rejects.toThrow('ECONNREFUSED');
});
