import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
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
        if (one.isFull(key, false)) return places.length - before;
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
    expect(one.isFull(KEY, false)).toBe(true);
    expect(one.isFull(OTHER, false)).toBe(false);
    expect(fill('env_b', OTHER)).toBe(10);
  });

  test('load that lasts is held to the steady number, until it has been quiet for a second', () => {
    const { fill, one, empty, wait, places } = room();
    fill('env_a', KEY);
    wait(201);
    expect(one.isFull(OTHER, false)).toBe(true);
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

  test('who comes sooner than it was told to gets in only where places have been left over', () => {
    const { one, fill, places, wait } = room();
    fill('env_a', KEY);
    for (const place of places.splice(3)) place.leave();
    // The next calls of those who have just been answered come first.
    wait(49);
    expect([one.isFull(OTHER, true), one.isFull(OTHER, false)]).toEqual([true, false]);
    wait(1);
    expect(one.isFull(OTHER, true)).toBe(false);
    one.enter();
    expect(one.isFull(OTHER, true)).toBe(true);
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

type Told = { readonly turnedAway: string[]; readonly inside: () => number; readonly port: number };

async function full(maxConnections = 10): Promise<Told> {
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
      maxConnections,
      correlationOf: () => 'said "so"',
      turnedAway: () => turnedAway.push('one'),
    },
  );
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { turnedAway, inside: () => inside, port: (server.address() as AddressInfo).port };
}

describe('the door', () => {
  test('a call that finds no room gets a problem that says when to come again, and reaches nothing', async () => {
    const { port, turnedAway, inside } = await full();
    const answer = await fetch(`http://127.0.0.1:${port}/v1/approval-requests`, {
      method: 'POST',
      body: 'x',
    });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await answer.json()).toMatchObject({ code: 'overloaded', correlationId: 'said "so"' });
    expect([inside(), turnedAway]).toEqual([0, ['one']]);
    // Who watches the server must see it.
    expect(await (await fetch(`http://127.0.0.1:${port}/healthz`)).text()).toBe('served');
  });

  test('who was turned away before its body had come is answered again on the same connection', async () => {
    const { port } = await full();
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true }).setEncoding('latin1');
    onTestFinished(() => void socket.destroy());
    const head = 'POST /v1/documents HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n';
    for (let i = 0; i < 20; i += 1) {
      socket.write(`${head}12345`);
      const [answer] = await once(socket, 'data');
      expect(answer).toMatch(/^HTTP\/1.1 503 /);
      socket.write('67890');
    }
  });

  test('connections that call again and again without a pause leave the loop its time', async () => {
    const { port, turnedAway } = await full(200);
    const sockets = Array.from({ length: 100 }, () => {
      const socket = net.connect(port, '127.0.0.1');
      socket.on('data', () => socket.write('GET /v1/me HTTP/1.1\r\nHost: a\r\n\r\n'));
      socket.write('GET /v1/me HTTP/1.1\r\nHost: a\r\n\r\n');
      return socket;
    });
    while (turnedAway.length < 100) await sleep(1);
    const before = turnedAway.length;
    let turns = 0;
    for (const end = performance.now() + 300; performance.now() < end; turns += 1) await sleep(1);
    for (const socket of sockets) socket.destroy();
    expect(turnedAway.length - before).toBeLessThan((turns + 2) * 10);
  });

  test('a connection too many is closed, and so are idle ones, for the next', async () => {
    const { port } = await full(2);
    const open = () => net.connect(port, '127.0.0.1').setEncoding('latin1');
    const [first, second] = [open(), open()];
    for (const one of [first, second]) {
      one.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
      await once(one, 'data');
    }
    await Promise.all([first, second, open()].map((one) => once(one.resume(), 'close')));
    expect(await (await fetch(`http://127.0.0.1:${port}/healthz`)).text()).toBe('served');
  });
});
