import type { Row, Session } from './statement.ts';
import { execute } from './statements.ts';
import type { Tables } from './tables.ts';
import type { Slip } from './verdict.ts';

/** The database's end of a connection. */
export type Backend = {
  /** Runs a statement at once, in a snapshot of its own. A lock that is held makes `answer` wait. */
  run(text: string, values: readonly unknown[], answer: (rows: readonly Row[]) => void): void;
  readonly open: boolean;
  /** The client's end is gone: what the session held is free. */
  end(): void;
};

export type DatabaseServer = {
  readonly tables: Tables;
  /** Null: it does not answer. @param ended called when the server ends the session. */
  connect(ended: () => void): Backend | null;
  /** Ends every session. */
  stop(): void;
  start(): void;
  readonly running: boolean;
  /** Sessions that hold an advisory lock. */
  readonly locks: ReadonlyMap<string, unknown>;
};

type Waiting = { readonly holder: object; readonly answer: () => void };

/** Sessions, their settings and their advisory locks, over the tables. */
export function databaseServer(tables: Tables, slips: ReadonlySet<Slip>, wall: () => number): DatabaseServer {
  const locks = new Map<string, { holder: object; readonly waiting: Waiting[] }>();
  let backends = new Map<Backend, () => void>();
  let running = true;

  function release(lock: string, holder: object): void {
    const held = locks.get(lock);
    if (held?.holder !== holder) return;
    const next = held.waiting.shift();
    if (next === undefined) {
      locks.delete(lock);
      return;
    }
    held.holder = next.holder;
    next.answer();
  }

  function lock(
    holder: object,
    text: string,
    lockName: string,
    answer: (rows: readonly Row[]) => void,
  ): void {
    const held = locks.get(lockName);
    if (text.startsWith('select pg_advisory_unlock')) {
      release(lockName, holder);
      return answer([]);
    }
    if (held === undefined) locks.set(lockName, { holder, waiting: [] });
    if (text.startsWith('select pg_try_advisory_lock')) return answer([{ got: held === undefined }]);
    if (held === undefined) return answer([]);
    held.waiting.push({ holder, answer: () => answer([]) });
  }

  function connect(ended: () => void): Backend | null {
    if (!running) return null;
    const session: Session = {
      tables,
      slips,
      environment: null,
      get wall() {
        return wall();
      },
    };
    let open = true;
    const backend: Backend = {
      get open() {
        return open;
      },
      run(text, values, answer) {
        if (/^select pg_(try_)?advisory_(un)?lock/.test(text)) lock(backend, text, String(values[0]), answer);
        else answer(execute(session, text, values));
      },
      end() {
        if (!open) return;
        open = false;
        backends.delete(backend);
        for (const held of locks.values())
          held.waiting.splice(0, Infinity, ...held.waiting.filter((one) => one.holder !== backend));
        for (const one of [...locks.keys()]) release(one, backend);
      },
    };
    backends.set(backend, ended);
    return backend;
  }

  return {
    tables,
    locks,
    connect,
    stop() {
      running = false;
      const all = backends;
      backends = new Map();
      locks.clear();
      for (const [one, ended] of all) {
        one.end();
        ended();
      }
    },
    start() {
      running = true;
    },
    get running() {
      return running;
    },
  };
}
