import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { turnstile } from './turnstile.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout'] }));
afterEach(() => void vi.useRealTimers());

function connections(count: number) {
  const reads = new Set<number>();
  const sockets = Array.from({ length: count }, (_, i) => {
    reads.add(i);
    return {
      destroyed: false,
      pause: () => reads.delete(i),
      resume: () => reads.add(i),
    } as unknown as Socket;
  });
  return { sockets, reads };
}

test('who was turned away is read again in turn, a few in each turn of the loop', async () => {
  const { sockets, reads } = connections(20);
  const stile = turnstile();
  for (const socket of sockets) stile.turnedAway(socket);
  await turn();
  expect(reads.size).toBe(0);
  vi.advanceTimersByTime(1);
  expect([...reads]).toEqual([0, 1, 2, 3, 4, 5]);
  vi.advanceTimersByTime(3);
  expect(reads.size).toBe(20);
});

test('a call is early for as long as Retry-After has said, and until one was let in', () => {
  let now = 0;
  const [socket] = connections(1).sockets as [Socket];
  const stile = turnstile(() => now);
  expect(stile.isEarly(socket)).toBe(false);
  stile.turnedAway(socket);
  now = 999;
  expect(stile.isEarly(socket)).toBe(true);
  now = 1000;
  expect(stile.isEarly(socket)).toBe(false);
  stile.turnedAway(socket);
  stile.letIn(socket);
  expect(stile.isEarly(socket)).toBe(false);
});
