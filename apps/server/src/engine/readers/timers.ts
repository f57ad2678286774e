import type pg from 'pg';
import { type Machine, thisMachine } from '../../platform/machine.ts';
import { commandIdOf } from './command-id.ts';
import { eachOf } from './commands.ts';
import { REST_MS, restUntil } from './rest.ts';
import { readerSession } from './session.ts';

export type TimersOptions = {
  readonly pool: pg.Pool;
  readonly fire: FireTimer;
  readonly pollMs?: number;
  readonly onError: (error: unknown, timer: DueTimer | null) => void;
  readonly machine?: Machine;
};

export type DueTimer = {
  readonly environment: string;
  /** What set it: a request, or a matrix. */
  readonly stream: string;
  readonly key: string;
  /** RFC 3339 UTC, by the environment's clock. */
  readonly due: string;
};

/** Fires one by a command of this id; `committed` where that took the timer away. */
export type FireTimer = (timer: DueTimer, commandId: string) => Promise<string>;

export type Timers = {
  /** A clock was moved, or a timer was set: look at once. */
  wake(): void;
  stop(): Promise<void>;
};

const LIMIT = 200;
const WIDTH = 16;
/** A firing that had no effect is not tried again at once: the database's clock may be ahead of ours, or the state has moved. */
const AGAIN_MS = 1000;

type Row = { environment_id: string; stream_id: string; key: string; due: Date };

/**
 * Fires what is due, by each environment's own clock. Firing is a command whose id names stream, timer and time, and
 * its commit takes the timer away: however many processes try, it happens once (ENGINE 18).
 */
export function runTimers(options: TimersOptions): Timers {
  const { pool, fire, onError, pollMs = 500, machine = thisMachine } = options;
  const session = readerSession(pool);
  const stopping = new AbortController();
  const resting = new Map<string, number>();
  let wake: () => void = () => undefined;

  async function fired(timer: DueTimer): Promise<boolean> {
    const { stream, key, due } = timer;
    try {
      if ((await fire(timer, commandIdOf('fire', stream, key, due))) === 'committed') return true;
    } catch (error) {
      onError(error, timer);
    }
    resting.set(`${stream} ${key} ${due}`, machine.now() + AGAIN_MS);
    return false;
  }

  async function round(): Promise<boolean> {
    const now = machine.now();
    for (const [name, until] of resting) if (until <= now) resting.delete(name);
    const { rows } = await pool.query<Row>('select * from countersign.due_timers($1)', [
      LIMIT + resting.size,
    ]);
    const due = rows
      .map((row) => ({
        environment: row.environment_id,
        stream: row.stream_id,
        key: row.key,
        due: row.due.toISOString(),
      }))
      .filter((timer) => !resting.has(`${timer.stream} ${timer.key} ${timer.due}`));
    const byEnvironment = Map.groupBy(due, (timer) => timer.environment);
    let progressed = false;
    for (const [environment, timers] of byEnvironment) {
      // Two processes would do no harm, only half of their work for nothing.
      if (stopping.signal.aborted || !(await session.lock(`countersign.timers ${environment}`))) continue;
      // Those of one stream one after the other: each is decided on what the one before left.
      const lanes = [...Map.groupBy(timers, (timer) => timer.stream).values()];
      await eachOf(lanes, WIDTH, async (lane) => {
        for (const timer of lane) {
          if (stopping.signal.aborted) return;
          if (await fired(timer)) progressed = true;
        }
      });
      await session.unlock(`countersign.timers ${environment}`);
    }
    return progressed;
  }

  async function follow(): Promise<void> {
    while (!stopping.signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const began = machine.now();
      let progressed = false;
      try {
        progressed = await round();
      } catch (error) {
        if (!stopping.signal.aborted) onError(error, null);
      }
      if (progressed) continue;
      await Promise.race([woken, machine.sleep(pollMs, { ref: false })]);
      await restUntil(machine, began + REST_MS, stopping.signal);
    }
  }

  const loop = follow();
  return {
    wake: () => wake(),
    async stop() {
      stopping.abort();
      wake();
      await loop;
      await session.close();
    },
  };
}
