import type { Socket } from 'node:net';

/**
 * Whoever was turned away and calls again at once is read again when it is its turn. A refusal is cheap, but some
 * hundred connections that ask for the next one as soon as they have the last would leave no time for the calls that
 * were let in, nor for new connections.
 */
export type Turnstile = {
  turnedAway(socket: Socket): void;
  letIn(socket: Socket): void;
  /** Does it call again sooner than it was told to? */
  isEarly(socket: Socket): boolean;
};

/** What Retry-After says. */
const RETRY_MS = 1000;
/**
 * Connections that are read again in one turn of the loop, and turns take a millisecond at least: half a millisecond
 * of work in each, so that refusals take a third of the time at most and less where there is other work, however fast
 * or slow the machine is. 800 connections without a pause wait half a second for their next refusal.
 */
const A_TURN = 6;

/** @param now monotonic, ms */
export function turnstile(now: () => number = () => performance.now()): Turnstile {
  const told = new WeakMap<Socket, number>();
  const fresh = new Set<Socket>();
  const held = new Set<Socket>();
  let releasing = false;

  function hold(): void {
    for (const socket of fresh) {
      if (socket.destroyed) continue;
      socket.pause();
      held.add(socket);
    }
    fresh.clear();
    if (!releasing) setTimeout(release, 1);
    releasing = true;
  }

  function release(): void {
    let left = A_TURN;
    for (const socket of held) {
      if (left === 0) break;
      held.delete(socket);
      socket.resume();
      left -= 1;
    }
    releasing = held.size > 0;
    if (releasing) setTimeout(release, 1);
  }

  return {
    isEarly: (socket) => (told.get(socket) ?? Number.NEGATIVE_INFINITY) > now() - RETRY_MS,
    letIn: (socket) => void told.delete(socket),
    turnedAway(socket) {
      told.set(socket, now());
      // After this turn of the loop, and before the next one reads: until then Node resumes what is left of a body.
      if (fresh.size === 0) setImmediate(hold);
      fresh.add(socket);
    },
  };
}
