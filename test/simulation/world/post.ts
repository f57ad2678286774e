import type { Subscription } from '../../../apps/server/src/engine/readers/index.ts';
import type { Life } from './scheduler.ts';
import type { World } from './world.ts';

const lost = () => Object.assign(new Error('read ECONNRESET'), { errno: -104, code: 'ECONNRESET' });

/**
 * A subscriber with an effect outside: it sends each entry to a receiver that knows the entries it has had. Sending
 * may fail before or after it has arrived; an entry that the receiver cannot take is poison, for this reader.
 */
export function witness(world: World, life: Life, who: string): Subscription {
  const { time, chance, checks } = world;

  const send = (environment: string, seq: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const sky = world.weather();
      const answer = (run: () => void) =>
        time.after(chance.between(0.1, 3), `post answers ${who}`, run, life);
      if (chance.happens(sky.lost / 4)) return void answer(() => reject(lost()));
      time.after(chance.between(0.1, 3), `post of ${who}: ${environment} ${seq}`, () => {
        if (isPoison(seq)) return answer(() => reject(new Error(`cannot take ${seq}`)));
        checks.delivered(environment, seq);
        const unanswered = chance.happens(sky.unanswered / 4);
        return answer(() => (unanswered ? reject(lost()) : resolve()));
      });
    });

  return {
    name: 'witness',
    wants: 'all',
    async handle(environment, entries) {
      for (const { seq } of entries) await send(environment, seq);
    },
  };
}

export const isPoison = (seq: number): boolean => seq % 29 === 0;
