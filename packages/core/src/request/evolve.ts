import { apply } from './apply.ts';
import type { RequestCreated, RequestEvent } from './events.ts';
import { type Fold, foldOf, writable } from './fold.ts';
import { deriveStatus } from './phase.ts';
import type { RequestState } from './state.ts';

/** Folds the events of one entry into the state. `now` is the time of the entry. Events are never refused. */
export function evolveAll(
  state: RequestState | null,
  events: readonly RequestEvent[],
  now: string,
): RequestState | null {
  let fold = state === null ? null : foldOf(state);
  for (const event of events) fold = foldIn(fold, event, now);
  return fold?.state ?? null;
}

/** As `evolveAll`, for one event. */
export const evolve = (state: RequestState | null, event: RequestEvent, now: string): RequestState =>
  foldIn(state === null ? null : foldOf(state), event, now).state;

function foldIn(fold: Fold | null, event: RequestEvent, now: string): Fold {
  if (event.type === 'request.created') return foldOf(created(event, now));
  if (fold === null) throw new Error(`${event.type} cannot be the first event of a request`);
  takeIn(fold, event, now);
  return fold;
}

/** One more event of a request that exists. */
export function takeIn(fold: Fold, event: Exclude<RequestEvent, RequestCreated>, now: string): void {
  const { status, outcome } = fold.state;
  apply(fold, event, now);
  deriveStatus(fold);
  const state = writable(fold);
  state.updatedAt = now;
  if (state.status !== status || state.outcome !== outcome) state.statusVersion += 1;
}

function created(event: RequestCreated, now: string): RequestState {
  const { type: _, ...identity } = event;
  return {
    schema: 1,
    ...identity,
    status: 'draft',
    outcome: null,
    steps: {},
    assignments: [],
    decisions: [],
    createdAt: now,
    submittedAt: null,
    updatedAt: now,
    dueAt: null,
    expiresAt: null,
    statusVersion: 1,
    effects: {},
    timers: {},
  };
}
