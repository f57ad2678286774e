import { createHash } from 'node:crypto';
import { CheckpointOutrun } from '../../../apps/server/src/engine/tree/errors.ts';
import type { LogKeys } from '../../../apps/server/src/engine/tree/log-key.ts';
import type { OutsideCheckpoints } from '../../../apps/server/src/engine/tree/outside.ts';
import type { Life } from './scheduler.ts';
import type { World } from './world.ts';

/** Signing keys derived from the environment's name, where the server has files. */
export const logKeys: LogKeys = async ({ id, logOrigin }) => ({
  name: logOrigin,
  seed: createHash('sha256').update(id).digest(),
});

/** The disk that all processes of the run share, with its own time to answer. */
export function outsideOf({ time, chance, outside, checks }: World, life: Life): OutsideCheckpoints {
  const after = <T>(work: () => T): Promise<T> =>
    new Promise((resolve) => {
      // Written though the process dies meanwhile: a rename is not taken back.
      time.after(chance.between(0.1, 5), 'disk', () => {
        const done = work();
        time.after(0, 'disk done', () => resolve(done), life);
      });
    });
  return {
    read: (environment) => after(() => outside.get(environment) ?? null),
    write: async (environment, note, over) => {
      const written = await after(() => {
        if ((outside.get(environment) ?? null) !== over) return false;
        checks.outside(environment, outside.get(environment), note);
        outside.set(environment, note);
        return true;
      });
      if (!written) throw new CheckpointOutrun(environment);
    },
    environments: () => after(() => [...outside.keys()].sort()),
  };
}
