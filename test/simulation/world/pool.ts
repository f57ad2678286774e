import type pg from 'pg';
import type { Connection, Link } from './connection.ts';

type Waiter = { readonly resolve: (one: pg.PoolClient) => void; readonly reject: (error: Error) => void };

/** As `openPool` sets it. */
const CONNECTION_TIMEOUT_MS = 10_000;

/**
 * What the server uses of `pg.Pool`, over the simulated network: connections up to a number, the last returned first
 * out, waiting in line.
 */
export function simulatedPool(link: Link, max: number): pg.Pool {
  const idle: Connection[] = [];
  const waiting: Waiter[] = [];
  const handles = new Map<Connection, pg.PoolClient>();
  const taken = new Set<Connection>();
  let open = 0;

  /** One handle a connection, as in pg: the server remembers by it how the session stands. */
  function client(one: Connection): pg.PoolClient {
    let handle = handles.get(one);
    if (handle === undefined) {
      handle = handleOf(one);
      handles.set(one, handle);
    }
    taken.add(one);
    return handle;
  }

  function handleOf(one: Connection): pg.PoolClient {
    const handle = {
      query: one.query,
      on: (event: string, listener: (error: Error) => void) => {
        if (event === 'error') one.listeners.add(listener);
        return handle;
      },
      off: () => handle,
      release(destroy?: Error | boolean) {
        if (!taken.delete(one))
          throw new Error('Release called on client which has already been released to the pool.');
        if (destroy || one.broken) {
          one.close();
          gone();
        } else {
          idle.push(one);
          serve();
        }
      },
    };
    // Nobody asks more of it; the types of pg name a hundred members.
    return handle as unknown as pg.PoolClient;
  }

  function gone(): void {
    open -= 1;
    serve();
  }

  function serve(): void {
    while (waiting.length > 0) {
      const one = idle.pop();
      if (one !== undefined) {
        if (one.broken) gone();
        else waiting.shift()?.resolve(client(one));
        continue;
      }
      if (open >= max) return;
      const next = waiting.shift();
      open += 1;
      link.connect().then(
        (made) => {
          made.whenIdleBreaks(() => {
            const at = idle.indexOf(made);
            if (at === -1) return;
            idle.splice(at, 1);
            gone();
          });
          next?.resolve(client(made));
        },
        (error: Error) => {
          next?.reject(error);
          gone();
        },
      );
    }
  }

  const connect = (): Promise<pg.PoolClient> =>
    new Promise((resolve, reject) => {
      const waiter = { resolve, reject };
      waiting.push(waiter);
      serve();
      if (!waiting.includes(waiter)) return;
      link.after(CONNECTION_TIMEOUT_MS, () => {
        const at = waiting.indexOf(waiter);
        if (at === -1) return;
        waiting.splice(at, 1);
        reject(new Error('timeout exceeded when trying to connect'));
      });
    });

  const pool = {
    connect,
    async query(text: string, values?: readonly unknown[]) {
      const one = await connect();
      try {
        const result = await one.query(text, [...(values ?? [])]);
        one.release();
        return result;
      } catch (error) {
        one.release(true);
        throw error;
      }
    },
  };
  return pool as unknown as pg.Pool;
}
