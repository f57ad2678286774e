import type { RequestEvent } from '../request/events.ts';
import { evolve } from '../request/evolve.ts';
import type { Context } from '../request/result.ts';
import type { RequestState } from '../request/state.ts';

/** One decision in the making: the state as of the events emitted so far. Lives for one call of `decide`. */
export type Work = { state: RequestState; readonly events: RequestEvent[]; readonly context: Context };

export const begin = (state: RequestState, context: Context): Work => ({ state, events: [], context });

export function emit(work: Work, event: RequestEvent): void {
  work.events.push(event);
  work.state = evolve(work.state, event, work.context.now);
}
