import type pg from 'pg';
import type { Reader } from '../../db/read.ts';
import { type Machine, thisMachine } from '../../platform/machine.ts';
import { type LogEntry, readEntries, type Wanted } from './entries.ts';
import { REST_MS, restUntil } from './rest.ts';
import { readerSession } from './session.ts';
import { isTransient } from './transient.ts';

/** One subscriber of the log. What it did and what it has read are not one transaction: `handle` must be idempotent. */
export type Subscription = {
  /** Its position is kept under this name. */
  readonly name: string;
  readonly wants: Wanted;
  /**
   * Handles entries in order, at least once each. `to`: the log is read up to here; what was not wanted is passed over.
   * After an error the entries come again one by one.
   */
  readonly handle: (environment: string, entries: readonly LogEntry[], to: number) => Promise<void>;
  /** For a reader that cannot leave an entry out: it waits and tries on, instead of setting it aside. */
  readonly neverSkips?: boolean;
};

export type RunnerEvent =
  | {
      readonly event: 'failed';
      readonly reader: string;
      readonly environment: string | null;
      readonly seq: number | null;
      readonly error: unknown;
    }
  | {
      readonly event: 'set-aside';
      readonly reader: string;
      readonly environment: string;
      readonly seq: number;
      readonly error: unknown;
    };

export type RunnerOptions = {
  readonly pool: pg.Pool;
  readonly reader: Reader;
  readonly subscriptions: readonly Subscription[];
  /** How often to look for what other processes have committed, ms. */
  readonly pollMs?: number;
  /** Tries of one entry before it is set aside. */
  readonly attempts?: number;
  /** Wait before the second try, ms; it doubles. */
  readonly backoffMs?: number;
  readonly onEvent: (event: RunnerEvent) => void;
  readonly machine?: Machine;
};

export type Runner = {
  /** Something was committed in this process: look at once. */
  wake(): void;
  /** Lets the entries under way finish. */
  stop(): Promise<void>;
};

const ROWS = 500;
const BYTES = 4 << 20;

/** `more`: a whole page of it is left. */
type Progress = 'none' | 'all' | 'more';

const lockName = (reader: string, environment: string): string =>
  `countersign.reader ${environment} ${reader}`;

/** Runs each subscription over every environment, one process at a time for each pair (ENGINE 12). */
export function runReaders(options: RunnerOptions): Runner {
  const { pool, reader, onEvent, pollMs = 500, attempts = 5, backoffMs = 50 } = options;
  const { machine = thisMachine } = options;
  const session = readerSession(pool);
  const stopping = new AbortController();
  const wakers = new Set<() => void>();

  async function advance(name: string, environment: string, seq: number): Promise<void> {
    await session.query(environment, 'select countersign.advance_reader($1, $2, $3)', [
      environment,
      name,
      seq,
    ]);
  }

  /** One batch of one environment. `none`: there was nothing to do, or another process does it. */
  async function batch(subscription: Subscription, environment: string): Promise<Progress> {
    const { name, wants, handle } = subscription;
    const lock = lockName(name, environment);
    if (!(await session.lock(lock))) return 'none';
    // Under the lock: what stood there before may be another process's yesterday.
    const [at] = await session.query<{ after: number; to: number }>(
      environment,
      `select coalesce(p.seq, 0) as after, h.seq as to
         from countersign.head h
         left join countersign.reader_position p on p.environment_id = h.environment_id and p.reader = $2
        where h.environment_id = $1`,
      [environment, name],
    );
    if (at === undefined || at.after >= at.to) {
      await session.unlock(lock);
      return 'none';
    }
    const page = { after: at.after, to: at.to, rows: ROWS, bytes: BYTES };
    const entries = await readEntries(reader.readAs(environment), environment, page, wants);
    // A page that ends early for its bytes ends at its last entry.
    const to = await endOf(entries, environment, at.to, wants);
    try {
      await handle(environment, entries, to);
    } catch (error) {
      if (isTransient(error) || subscription.neverSkips) throw error;
      await oneByOne(subscription, environment, entries);
    }
    await advance(name, environment, to);
    return to < at.to ? 'more' : 'all';
  }

  async function endOf(
    entries: readonly LogEntry[],
    environment: string,
    to: number,
    wants: Wanted,
  ): Promise<number> {
    const last = entries.at(-1);
    const bytes = entries.reduce((sum, { leaf }) => sum + leaf.length, 0);
    if (last === undefined || (entries.length < ROWS && bytes < BYTES)) return to;
    const more = { after: last.seq, to, rows: 1, bytes: 1 };
    const rest = await readEntries(reader.readAs(environment), environment, more, wants);
    return rest.length === 0 ? to : last.seq;
  }

  async function oneByOne(
    subscription: Subscription,
    environment: string,
    entries: readonly LogEntry[],
  ): Promise<void> {
    for (const entry of entries) {
      stopping.signal.throwIfAborted();
      await one(subscription, environment, entry);
      await advance(subscription.name, environment, entry.seq);
    }
  }

  async function one({ name, handle }: Subscription, environment: string, entry: LogEntry): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await handle(environment, [entry], entry.seq);
      } catch (error) {
        if (isTransient(error)) throw error;
        onEvent({ event: 'failed', reader: name, environment, seq: entry.seq, error });
        if (attempt >= attempts) {
          const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
          await session.query(environment, 'select countersign.set_aside($1, $2, $3, $4)', [
            environment,
            name,
            entry.seq,
            words.slice(0, 2000),
          ]);
          onEvent({ event: 'set-aside', reader: name, environment, seq: entry.seq, error });
          return;
        }
        await machine.sleep(backoffMs * 2 ** (attempt - 1), { signal: stopping.signal });
      }
    }
  }

  function failed(reader: string, environment: string | null, error: unknown): void {
    if (!stopping.signal.aborted) onEvent({ event: 'failed', reader, environment, seq: null, error });
  }

  async function round(subscription: Subscription): Promise<Progress> {
    const { rows } = await pool.query<{ environment_id: string }>('select * from countersign.unread($1)', [
      subscription.name,
    ]);
    let progress: Progress = 'none';
    for (const { environment_id } of rows) {
      if (stopping.signal.aborted) return 'none';
      try {
        // One batch each in turn: a busy environment does not keep the others waiting.
        const made = await batch(subscription, environment_id);
        if (made === 'more' || progress === 'none') progress = made;
      } catch (error) {
        failed(subscription.name, environment_id, error);
        // Perhaps another process fares better.
        await session.unlock(lockName(subscription.name, environment_id));
      }
    }
    return progress;
  }

  async function follow(subscription: Subscription): Promise<void> {
    while (!stopping.signal.aborted) {
      const woken = waitForWake();
      const began = machine.now();
      let progress: Progress = 'none';
      try {
        progress = await round(subscription);
      } catch (error) {
        failed(subscription.name, null, error);
      }
      if (progress === 'none') await Promise.race([woken.promise, machine.sleep(pollMs, { ref: false })]);
      woken.forget();
      if (progress !== 'more') await restUntil(machine, began + REST_MS, stopping.signal);
    }
  }

  /** Begun before the look: a commit in between is not slept through. */
  function waitForWake(): { promise: Promise<void>; forget(): void } {
    let resolve: () => void = () => undefined;
    const promise = new Promise<void>((done) => {
      resolve = done;
    });
    wakers.add(resolve);
    return { promise, forget: () => void wakers.delete(resolve) };
  }

  const wake = (): void => {
    for (const waker of wakers) waker();
  };
  const loops = options.subscriptions.map(follow);

  return {
    wake,
    async stop() {
      stopping.abort();
      wake();
      await Promise.all(loops);
      await session.close();
    },
  };
}
