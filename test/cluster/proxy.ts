import net from 'node:net';

export type Proxy = {
  readonly port: number;
  /** From now on, new connections go to these, in turn. */
  to(ports: readonly number[]): void;
  close(): void;
};

/**
 * A plain proxy: each new connection goes to the next server in turn that takes it. It knows nothing of HTTP: a server
 * that dies in mid-call breaks the caller's connection.
 */
export async function roundRobin(ports: readonly number[]): Promise<Proxy> {
  let targets = ports;
  let turn = 0;
  const open = new Set<net.Socket>();

  function connect(client: net.Socket, left: number): void {
    const port = targets[turn++ % targets.length];
    if (port === undefined || left === 0) return void client.destroy();
    const server = net.connect({ port, host: '127.0.0.1', noDelay: true });
    let connected = false;
    server.once('connect', () => {
      connected = true;
      client.pipe(server).pipe(client);
    });
    server.once('error', () => (connected ? client.destroy() : connect(client, left - 1)));
    server.once('close', () => connected && client.destroy());
    client.once('close', () => server.destroy());
  }

  const proxy = net.createServer({ noDelay: true, pauseOnConnect: true }, (client) => {
    open.add(client);
    client.once('close', () => open.delete(client));
    client.on('error', () => undefined);
    connect(client, targets.length);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    port: address.port,
    to(next) {
      targets = next;
    },
    close() {
      proxy.close();
      for (const client of open) client.destroy();
    },
  };
}
