import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { admission, type Place } from './admission.ts';
import { gatedServer } from './gate.ts';

const KEY = 'Bearer csk_one';
const OTHER = 'Bearer csk_other';

function room() {
  let now = 0;
  const places: Place[] = [];
  const one = admission({ burst: 40, steady: 8 }, () => now);
  return {
    one,
    places,
    wait: (ms: number) => {
      now += ms;
    },
    /** Takes places for an environment until it is refused; how many it got. */
    fill(environment: string, key: string): number {
      const before = places.length;
      for (;;) {
        if (one.isFull(key)) return places.length - before;
        const place = one.enter();
        try {
          place.belongsTo(environment, key);
        } catch (error) {
          place.leave();
          expect(error).toMatchObject({ code: 'overloaded', retryAfter: 1 });
          return places.length - before;
        }
        places.push(place);
      }
    },
    empty() {
      for (const place of places.splice(0)) place.leave();
    },
  };
}

describe('how much is worked on at once', () => {
  test('a burst is taken whole, up to its bound', () => {
    const { fill, one } = room();
    expect(fill('env_a', KEY) + fill('env_b', OTHER)).toBe(40);
    expect(() => one.enter()).toThrow();
  });

  test('one environment leaves a quarter of the places to the others, and its next call is known at the door', () => {
    const { fill, one } = room();
    expect(fill('env_a', KEY)).toBe(30);
    expect(one.isFull(KEY)).toBe(true);
    expect(one.isFull(OTHER)).toBe(false);
    expect(fill('env_b', OTHER)).toBe(10);
  });

  test('load that lasts is held to the steady number, until it has been quiet for a second', () => {
    const { fill, one, empty, wait, places } = room();
    fill('env_a', KEY);
    wait(201);
    expect(one.isFull(OTHER)).toBe(true);
    empty();
    expect(fill('env_a', KEY)).toBe(6);
    // A batch that commits leaves many places at once: that is not quiet.
    for (const place of places.splice(0, 5)) place.leave();
    wait(900);
    expect(fill('env_a', KEY)).toBe(5);
    empty();
    wait(1000);
    expect(fill('env_a', KEY)).toBe(30);
  });

  test('what comes and goes never counts as lasting', () => {
    const { fill, empty, wait } = room();
    for (let i = 0; i < 10; i += 1) {
      expect(fill('env_a', KEY)).toBe(30);
      wait(150);
      empty();
    }
  });
});

describe('the door', () => {
  const turnedAway: string[] = [];
  let inside = 0;
  const server = gatedServer(
    (_request, response) => {
      inside += 1;
      response.end('served');
    },
    {
      admission: admission({ burst: 0, steady: 0 }),
      requestTimeout: 1000,
      correlationOf: () => 'said "so"',
      turnedAway: () => turnedAway.push('one'),
    },
  );
  afterAll(() => void server.close());

  test('a call that finds no room gets a problem that says when to come again, and reaches nothing', async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/v1/approval-requests`, {
      method: 'POST',
      body: 'x',
    });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await answer.json()).toMatchObject({ code: 'overloaded', correlationId: 'said "so"' });
    expect([inside, turnedAway]).toEqual([0, ['one']]);
    // Who watches the server must see it.
    expect(await (await fetch(`http://127.0.0.1:${port}/healthz`)).text()).toBe('served');
  });
});
