import net from 'node:net';
import pg from 'pg';

/** Which part of the next batch's round trip is lost, with its connection. */
export type Loss =
  /** Never reaches the server. */
  | 'request'
  /** Reaches it, and the connection breaks at once: the backend may still be at work when it is sent again. */
  | 'connection'
  /** Was answered: committed, and nobody was told. */
  | 'answer';

export type Proxy = {
  readonly url: string;
  /** Once each, in order, for batches from now on. */
  lose(...losses: readonly Loss[]): void;
  readonly lost: number;
  /** Connections stay open and nothing passes, as where the server is stopped or its machine gone. */
  pause(): void;
  resume(): void;
  /** Connections end at once, as where no server runs. */
  refuse(refuses: boolean): void;
  close(): void;
};

/** ReadyForQuery, idle: sent after the commit (PostgreSQL 55.7). */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
/** The portal is bound to our named statement. */
const BATCH = Buffer.from('countersign.commit\0');

/** Stands between a pool and PostgreSQL on loopback. */
export async function lossyProxy(url: string): Promise<Proxy> {
  const { host, port, user, password, database } = new pg.Client({ connectionString: url });
  const losses: Loss[] = [];
  const open = new Set<net.Socket>();
  let lost = 0;
  let paused = false;
  let refuses = false;

  const server = net.createServer((client) => {
    if (refuses) return void client.destroy();
    const upstream = host.startsWith('/') ? net.connect(`${host}/.s.PGSQL.${port}`) : net.connect(port, host);
    let loss: Loss | undefined;
    const cut = () => {
      lost += 1;
      client.destroy();
      upstream.destroy();
    };
    client.on('data', (data: Buffer) => {
      if (data.includes(BATCH)) loss = losses.shift();
      if (loss === 'request') return cut();
      upstream.write(data, () => {
        if (loss === 'connection') cut();
      });
    });
    upstream.on('data', (data: Buffer) => {
      if (loss === undefined) client.write(data);
      else if (data.includes(READY)) cut();
    });
    for (const [a, b] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      a.on('close', () => b.destroy());
      a.on('error', () => b.destroy());
      a.on('close', () => open.delete(a));
      open.add(a);
      if (paused) a.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const login = [user ?? '', password ?? ''].map(encodeURIComponent).join(':');
  return {
    url: `postgres://${login}@127.0.0.1:${address.port}/${database ?? ''}`,
    lose: (...more) => void losses.push(...more),
    get lost() {
      return lost;
    },
    pause() {
      paused = true;
      for (const socket of open) socket.pause();
    },
    resume() {
      paused = false;
      for (const socket of open) socket.resume();
    },
    refuse(now) {
      refuses = now;
      if (now) for (const socket of open) socket.destroy();
    },
    close: () => server.close(),
  };
}
