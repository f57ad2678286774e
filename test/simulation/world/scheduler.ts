import type { Machine } from '../../../apps/server/src/platform/machine.ts';
import type { Chance } from './chance.ts';

/** Who waits for an event: one life of a process. Dead, its promises never go on; paused, they go on later. */
export type Life = { alive: boolean; paused: boolean; readonly held: Happening[] };

type Happening = {
  at: number;
  readonly order: number;
  readonly what: string;
  readonly run: () => void;
  readonly life: Life | null;
  cancelled: boolean;
};

/** Virtual time, and the order in which everything happens: one completion at a time. */
export type Scheduler = {
  /** ms since the run began. */
  readonly now: number;
  readonly steps: number;
  /** @returns what takes it back. */
  after(ms: number, what: string, run: () => void, life?: Life): () => void;
  /** Runs the next event and everything that follows from it at once. False: nothing is left. */
  step(): Promise<boolean>;
  kill(life: Life): void;
  resume(life: Life): void;
};

export const newLife = (): Life => ({ alive: true, paused: false, held: [] });

export function scheduler(trace: (line: string) => void): Scheduler {
  const heap: Happening[] = [];
  let now = 0;
  let order = 0;
  let steps = 0;

  function push(one: Happening): void {
    let i = heap.push(one) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !before(one, above)) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = one;
  }

  function pop(): Happening | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      const left = heap[child];
      if (left === undefined) break;
      const right = heap[child + 1];
      let least = left;
      if (right !== undefined && before(right, left)) {
        least = right;
        child += 1;
      }
      if (!before(least, last)) break;
      heap[i] = least;
      i = child;
    }
    heap[i] = last;
    return first;
  }

  function due(): Happening | undefined {
    for (;;) {
      const one = pop();
      if (one === undefined) return undefined;
      if (one.cancelled || one.life?.alive === false) continue;
      if (one.life?.paused) one.life.held.push(one);
      else return one;
    }
  }

  return {
    get now() {
      return now;
    },
    get steps() {
      return steps;
    },
    after(ms, what, run, life) {
      order += 1;
      const one: Happening = { at: now + ms, order, what, run, life: life ?? null, cancelled: false };
      push(one);
      return () => {
        one.cancelled = true;
      };
    },
    async step() {
      const one = due();
      if (one === undefined) return false;
      now = Math.max(now, one.at);
      steps += 1;
      trace(`${now.toFixed(3)} ${one.what}`);
      one.run();
      await drained();
      return true;
    },
    kill(life) {
      life.alive = false;
      life.held.length = 0;
    },
    resume(life) {
      life.paused = false;
      for (const one of life.held.splice(0)) {
        one.at = now;
        push(one);
      }
    },
  };
}

const before = (a: Happening, b: Happening): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A macrotask of the real event loop comes only after every microtask. */
const drained = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Time and chance as one life of a process sees them. */
export function machineOf(time: Scheduler, life: Life, chance: Chance): Machine {
  return {
    now: () => time.now,
    sleep: (ms, { signal } = {}) =>
      new Promise((resolve, reject) => {
        const abort = () => reject(signal?.reason);
        if (signal?.aborted) return abort();
        const cancel = time.after(
          ms,
          'timer',
          () => {
            signal?.removeEventListener('abort', stop);
            resolve();
          },
          life,
        );
        const stop = () => {
          cancel();
          abort();
        };
        signal?.addEventListener('abort', stop, { once: true });
      }),
    random: () => chance.next(),
    soon: (run) => void time.after(0, 'soon', run, life),
  };
}
