import { type Client, CountersignProblem } from '@countersign/sdk';
import { Stopped } from '../kit/errors.ts';
import type { Io } from '../kit/io.ts';
import { progress, span } from '../kit/progress.ts';
import { count } from '../kit/text.ts';
import { type Actors, act, type Filed, NoSuchAct, paymentReference } from './act.ts';
import type { PlannedEvent } from './declarations.ts';
import type { Made } from './made.ts';
import { freezeAt } from './setup.ts';

export type Refusal = {
  readonly case: string;
  /** Place of the event in its case, from 0. */
  readonly event: number;
  readonly activity: string;
  readonly at: string;
  readonly code: string;
  readonly reason: string;
  /** Refused by the server, or found impossible before a call could be made. */
  readonly by: 'server' | 'importer';
};

export type Played = {
  readonly executed: number;
  /** Of those executed, the ones that an earlier run had done already. */
  readonly replayed: number;
  readonly refusals: readonly Refusal[];
  /** One for each change that was acknowledged. */
  readonly receipts: readonly { readonly seq: number; readonly leaf: string }[];
  readonly ms: number;
};

/** Plays all events strictly one after the other, so that the same seed gives the same log. */
export async function play(
  actors: Actors,
  events: readonly PlannedEvent[],
  io: Io,
  resuming: boolean,
): Promise<Played> {
  const began = Date.now();
  const requests = new Map<string, Filed>();
  const refusals: Refusal[] = [];
  const receipts: { seq: number; leaf: string }[] = [];
  const lasts = lastOfEachCase(events);
  const shown = progress(io);
  let [replayed, cases, behind] = [0, 0, resuming];
  let clock = '';
  const note = (made: readonly Made[]): void => {
    for (const { receipt } of made) if (receipt !== null) receipts.push(receipt);
    const [last] = made.slice(-1);
    if (last === undefined) return;
    behind = last.replayed;
    if (behind) replayed++;
  };
  try {
    for (const [i, planned] of events.entries()) {
      if (io.signal.aborted)
        throw new Stopped(
          `Stopped after ${i} of ${count(events.length, 'event')}. Run the same command again to go on from there.`,
        );
      if (planned.event.at !== clock) {
        clock = planned.event.at;
        const moved = await freezeAt(actors.client, clock);
        behind = moved.replayed;
        if (moved.receipt !== null) receipts.push(moved.receipt);
      }
      const { name } = planned.case;
      try {
        const { filed, made } = await act(actors, planned, requests.get(name) ?? null);
        requests.set(name, filed);
        note(made);
      } catch (error) {
        const done = await doneBefore(actors.client, planned, requests.get(name), error, behind);
        if (done) replayed++;
        else refusals.push(refusalOf(planned, error));
      }
      if (lasts.has(planned)) cases++;
      shown.at(() => status(i + 1, events.length, cases, lasts.size, Date.now() - began));
    }
  } finally {
    shown.end();
  }
  return { executed: events.length - refusals.length, replayed, refusals, receipts, ms: Date.now() - began };
}

function lastOfEachCase(events: readonly PlannedEvent[]): ReadonlySet<PlannedEvent> {
  const last = new Map<string, PlannedEvent>();
  for (const planned of events) last.set(planned.case.name, planned);
  return new Set(last.values());
}

function status(done: number, events: number, cases: number, allCases: number, ms: number): string {
  const left = span((ms / done) * (events - done));
  const speed = Math.round((1000 * done) / Math.max(1, ms));
  return `Playing … ${cases} of ${count(allCases, 'case')}, ${done} of ${count(events, 'event')}, ${speed} events/s, ${left} left`;
}

/** Faults of the connection, the key or the import itself: going on would record them as if the source were at fault. */
const FATAL = new Set([
  ...[
    'unauthenticated',
    'forbidden-scope',
    'forbidden-definition',
    'forbidden-environment',
    'act-for-refused',
  ],
  ...['rate-limited', 'idempotency-key-reused', 'idempotency-key-in-use', 'conflict'],
]);

/** A refusal is recorded, never retried around; everything else ends the import. */
function refusalOf(planned: PlannedEvent, error: unknown): Refusal {
  const place = {
    case: planned.case.name,
    event: planned.order[1],
    activity: planned.event.activity,
    at: planned.event.at,
  };
  if (error instanceof NoSuchAct)
    return { ...place, code: error.code, reason: error.message, by: 'importer' };
  if (!(error instanceof CountersignProblem) || error.status >= 500 || FATAL.has(error.code)) throw error;
  return { ...place, code: error.code, reason: error.message, by: 'server' };
}

/**
 * Approval tokens are new each time, so a repeated payment is not the same call: when an import resumes, the history
 * of the request tells whether it was recorded.
 */
async function doneBefore(
  client: Client,
  planned: PlannedEvent,
  filed: Filed | undefined,
  error: unknown,
  behind: boolean,
): Promise<boolean> {
  if (planned.action.act !== 'pay' || filed === undefined || !(error instanceof CountersignProblem))
    return false;
  if (!behind && error.code !== 'idempotency-key-reused') return false;
  const wanted = planned.action.state === 'done' ? 'effect.receipted' : 'effect.started';
  for await (const { event } of client.items('getHistory', {
    path: { request: filed.id },
    query: { limit: 200 },
  }))
    if (event.type === wanted && event.reference === paymentReference(planned)) return true;
  return false;
}
