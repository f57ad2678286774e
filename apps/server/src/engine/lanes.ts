import { Overloaded } from '../db/commit-errors.ts';
import { type Machine, thisMachine } from '../platform/machine.ts';

/**
 * After so many in a row a busy lane rests. A process that has the committed state at hand decides and sends before
 * any other can read it: without a rest it wins every race on the stream until its own lane is empty, and a bulk
 * change of the directory keeps every decision of the environment from committing.
 */
const ROW = 16;
const REST_MS = 20;

/** Runs work of one key one after the other, of different keys side by side. */
export type Lanes = {
  /** @throws Overloaded when too many wait for this key. */
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
};

export function lanes(maxWaiting: number, machine: Machine = thisMachine): Lanes {
  const tails = new Map<string, { tail: Promise<unknown>; waiting: number; row: number }>();
  return {
    async run(key, work) {
      const lane = tails.get(key) ?? { tail: Promise.resolve(), waiting: 0, row: 0 };
      if (lane.waiting >= maxWaiting) throw new Overloaded(`Too many commands wait for ${key}.`, 1);
      lane.waiting += 1;
      tails.set(key, lane);
      lane.row += 1;
      const tired = lane.row % ROW === 0;
      const mine = lane.tail.then(() => (tired ? machine.sleep(REST_MS).then(work) : work()));
      // The next runs whatever became of this one; its caller hears of it through `mine`.
      lane.tail = mine.then(
        () => undefined,
        () => undefined,
      );
      try {
        return await mine;
      } finally {
        lane.waiting -= 1;
        if (lane.waiting === 0) tails.delete(key);
      }
    },
  };
}
