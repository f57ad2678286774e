import type { Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** More listening sockets of one server, on its address. */
export type Doors = {
  /** To be called when the server listens, with `SHARED_PORT` where the system can. */
  open(): void;
  /** Lets nobody in any more; resolves when everybody who came in has left. */
  close(): Promise<void>;
};

/**
 * libuv accepts one connection of a listening socket in each turn of its loop. Under load a turn takes tens of
 * milliseconds, so that a wave of some hundred connections waited for many seconds; each door lets in one more a turn.
 */
const DOORS = 15;

/** For `listen`. The kernel cuts the backlog to its own limit; by Node's 511, what came at once was asked to try again after a second. */
export const SHARED_PORT = { backlog: 4096, reusePort: process.platform === 'linux' };

export function moreDoors(server: HttpServer): Doors {
  const doors: Server[] = [];
  return {
    open() {
      const address = server.address();
      if (!SHARED_PORT.reusePort || address === null || typeof address === 'string') return;
      for (let i = 0; i < DOORS; i += 1) doors.push(door(server, address));
    },
    async close() {
      await Promise.all(doors.splice(0).map((one) => new Promise<void>((done) => one.close(() => done()))));
    },
  };
}

function door(server: HttpServer, { address, port }: AddressInfo): Server {
  // As node:http makes its own.
  const one = createServer({ allowHalfOpen: true, noDelay: true });
  one.on('connection', (socket: Socket) => server.emit('connection', socket));
  // Where ports are not shared (Node before 22.12), the server's own door is the only one.
  one.on('error', () => undefined);
  one.listen({ host: address, port, ...SHARED_PORT });
  return one;
}
