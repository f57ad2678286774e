import type { Chance } from './chance.ts';

/** How likely each fault is, for one message or one process and second. */
export type Weather = {
  /** A statement never reaches the database; its connection breaks. */
  readonly lost: number;
  /** The connection breaks at once, and the statement reaches the database later. */
  readonly late: number;
  /** The answer is lost, with its connection. */
  readonly unanswered: number;
  /** Nothing is ever heard of a statement again, and its connection stays. */
  readonly silent: number;
  /** 40001: rolled back for the sake of another. */
  readonly conflict: number;
  /** 57P01: the backend is ended. */
  readonly terminated: number;
  /** Takes a thousand times as long. */
  readonly slow: number;
  /** A call of a client, or its answer, is lost. */
  readonly clientLost: number;
  /** Per second. */
  readonly crash: number;
  readonly pause: number;
  readonly clockStep: number;
  readonly databaseStop: number;
};

export const CALM: Weather = {
  lost: 0,
  late: 0,
  unanswered: 0,
  silent: 0,
  conflict: 0,
  terminated: 0,
  slow: 0,
  clientLost: 0,
  crash: 0,
  pause: 0,
  clockStep: 0,
  databaseStop: 0,
};

/** Each run has some faults, seldom or often, and others not at all: what always happens together hides much. */
export function weatherOf(chance: Chance): Weather {
  const rate = (often: number) => (chance.happens(0.5) ? often * chance.pick([0.1, 0.4, 1]) : 0);
  return {
    lost: rate(0.06),
    late: rate(0.06),
    unanswered: rate(0.1),
    silent: rate(0.01),
    conflict: rate(0.1),
    terminated: rate(0.04),
    slow: rate(0.1),
    clientLost: rate(0.15),
    crash: rate(0.6),
    pause: rate(0.6),
    clockStep: rate(0.6),
    databaseStop: rate(0.25),
  };
}
