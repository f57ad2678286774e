import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from './journal.ts';
import { type Answer, type Line, line } from './line.ts';

export type Answered = {
  readonly command: Command;
  readonly answer: Answer | { readonly status: string };
  /** When it was sent (performance.now), and how long the answer took, in ms. */
  readonly sent: number;
  readonly milliseconds: number;
};

export type Arrivals = {
  /** Calls for which all connections were taken: they would have come, and were not sent. */
  readonly unsent: number;
  readonly sent: number;
};

export type ArrivalOptions = {
  readonly port: number;
  readonly seconds: number;
  readonly connections: number;
  readonly next: () => Command;
  readonly answered: (one: Answered) => void;
};

const PATIENCE_MS = 10_000;

/** Closed loop: each connection sends its next call when the last one was answered. */
export async function inTurn({ port, seconds, connections, next, answered }: ArrivalOptions): Promise<void> {
  const end = performance.now() + seconds * 1000;
  const one = async (): Promise<void> => {
    const wire = line(port, PATIENCE_MS);
    while (performance.now() < end) await send(wire, next(), answered);
    wire.close();
  };
  await Promise.all(Array.from({ length: connections }, one));
}

/** Open loop: calls come at their rate whether or not the ones before were answered, as from many clients. */
export async function atRate(options: ArrivalOptions & { readonly perSecond: number }): Promise<Arrivals> {
  const { port, seconds, connections, perSecond, next, answered } = options;
  const free: Line[] = [];
  let [sent, unsent, under] = [0, 0, 0];
  const start = performance.now();
  const total = Math.round(seconds * perSecond);
  while (sent + unsent < total) {
    const due = Math.min(total, Math.floor(((performance.now() - start) / 1000) * perSecond));
    while (sent + unsent < due) {
      if (under === connections) {
        unsent += 1;
        continue;
      }
      const wire = free.pop() ?? line(port, PATIENCE_MS);
      sent += 1;
      under += 1;
      void send(wire, next(), answered).then(() => {
        under -= 1;
        free.push(wire);
      });
    }
    await sleep(1);
  }
  while (under > 0) await sleep(1);
  for (const wire of free) wire.close();
  return { sent, unsent };
}

async function send(wire: Line, command: Command, answered: ArrivalOptions['answered']): Promise<void> {
  const sent = performance.now();
  const answer = await wire.call(command.request);
  answered({ command, answer, sent, milliseconds: performance.now() - sent });
}
