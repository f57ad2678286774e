import { failure } from '../database/failure.ts';
import type { Backend, DatabaseServer } from '../database/server.ts';
import type { Row } from '../database/statement.ts';
import type { Chance } from './chance.ts';
import type { Life, Scheduler } from './scheduler.ts';
import type { Weather } from './weather.ts';

/** The network between one life of a process and the database. */
export type Link = {
  connect(): Promise<Connection>;
  /** The process is gone, and the machine closes its connections. */
  closeAll(): void;
  after(ms: number, run: () => void): void;
};

export type Connection = {
  query(config: string | Query, values?: readonly unknown[]): Promise<{ readonly rows: readonly Row[] }>;
  readonly broken: boolean;
  readonly listeners: Set<(error: Error) => void>;
  /** The client lets go of it. */
  close(): void;
  whenIdleBreaks(told: () => void): void;
  /** The other end is gone, and this one will learn of it. */
  cut(): void;
};

type Query = { readonly text: string; readonly values: readonly unknown[]; readonly query_timeout?: number };

export type LinkOptions = {
  readonly time: Scheduler;
  readonly chance: Chance;
  readonly server: DatabaseServer;
  readonly weather: () => Weather;
  readonly life: Life;
  /** Names the process in the trace. */
  readonly who: string;
  readonly trace: (line: string) => void;
};

const refused = () => Object.assign(new Error('connect ECONNREFUSED'), { errno: -111, code: 'ECONNREFUSED' });
const terminated = () => new Error('Connection terminated unexpectedly');

export function link(options: LinkOptions): Link {
  const { time, chance, server, life, who } = options;
  const backends = new Set<Backend>();
  return {
    after: (ms, run) => void time.after(ms, `${who} has waited for a connection`, run, life),
    closeAll() {
      for (const backend of backends)
        time.after(chance.between(0, 50), `${who} is gone`, () => backend.end());
    },
    connect: () =>
      new Promise((resolve, reject) => {
        time.after(chance.between(0.2, 3), `${who} connects`, () => {
          let ended: () => void = () => undefined;
          const backend = server.connect(() => ended());
          if (backend !== null) backends.add(backend);
          time.after(
            chance.between(0.2, 3),
            `${who} ${backend === null ? 'is refused' : 'is connected'}`,
            () => {
              if (backend === null) return reject(refused());
              const made = connection(options, backend);
              ended = made.cut;
              resolve(made);
            },
            life,
          );
        });
      }),
  };
}

export function connection(options: LinkOptions, backend: Backend): Connection {
  const { time, chance, weather, life, who, trace } = options;
  const listeners = new Set<(error: Error) => void>();
  let breaks: () => void = () => undefined;
  let broken = false;
  /** Fails what is under way. */
  let fail: ((error: Error) => void) | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  /** The client learns of it after a while; the server's end is gone at once, or when it has done its work. */
  function cut(): void {
    time.after(
      chance.between(0, 5),
      `${who} loses a connection`,
      () => {
        if (broken) return;
        broken = true;
        const error = terminated();
        const failing = fail;
        fail = null;
        failing?.(error);
        for (const listener of listeners) listener(error);
        if (failing === null) breaks();
      },
      life,
    );
  }

  const travel = () => (chance.happens(weather().slow) ? chance.between(100, 3000) : chance.between(0.1, 2));

  function send(text: string, values: readonly unknown[], resolve: (rows: readonly Row[]) => void): void {
    const sky = weather();
    const commits = text.includes('countersign.commit(');
    const what = `${who} ${text.replace(/\s+/g, ' ').trim().slice(0, 48)}`;
    const back = (run: () => void) => time.after(travel(), `answer to ${what}`, run, life);
    const fails = (code: string, message: string) =>
      back(() => {
        const failing = fail;
        fail = null;
        failing?.(failure(code, message));
      });

    const arrive = (answered: boolean) => {
      if (!backend.open) return cut();
      try {
        backend.run(text, values, (rows) => {
          trace(`  ${rows.length} rows${commits ? ` ${JSON.stringify(rows)}` : ''}`);
          if (!answered) return;
          if (chance.happens(sky.unanswered)) {
            backend.end();
            return cut();
          }
          back(() => {
            fail = null;
            resolve(rows);
          });
        });
      } catch (error) {
        if (!(error instanceof Error) || !('code' in error)) throw error;
        fails(String(error.code), error.message);
      }
    };

    if (chance.happens(sky.lost)) {
      backend.end();
      return cut();
    }
    if (chance.happens(sky.late)) {
      cut();
      time.after(chance.between(0, 2000), `late ${what}`, () => {
        arrive(false);
        backend.end();
      });
      return;
    }
    if (chance.happens(sky.silent)) {
      // Keep-alive probes find out in the end.
      time.after(travel(), `unheard ${what}`, () => arrive(false));
      time.after(20_000, `${who} gives a silent connection up`, () => {
        backend.end();
        cut();
      });
      return;
    }
    time.after(travel(), what, () => {
      if (commits && chance.happens(sky.conflict)) return fails('40001', 'could not serialize access');
      if (chance.happens(sky.terminated)) {
        backend.end();
        fails('57P01', 'terminating connection due to administrator command');
        return cut();
      }
      arrive(true);
    });
  }

  function once({ text, values, query_timeout }: Query): Promise<{ readonly rows: readonly Row[] }> {
    return new Promise((resolve, reject) => {
      if (broken) return reject(terminated());
      let late: () => void = () => undefined;
      fail = (error) => {
        late();
        reject(error);
      };
      if (query_timeout) {
        const told = () => reject(new Error('Query read timeout'));
        late = time.after(query_timeout, `${who} hears nothing`, told, life);
      }
      send(text, values, (rows) => {
        late();
        resolve({ rows });
      });
    });
  }

  return {
    listeners,
    cut,
    get broken() {
      return broken;
    },
    query(config, values = []) {
      const query = typeof config === 'string' ? { text: config, values } : config;
      const mine = turn.then(() => once(query));
      turn = mine.catch(() => undefined);
      return mine;
    },
    close() {
      broken = true;
      time.after(chance.between(0.1, 5), `${who} closed a connection`, () => backend.end());
    },
    whenIdleBreaks(told) {
      breaks = told;
    },
  };
}
