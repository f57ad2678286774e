import type { DecisionKind } from '../../definition/model.ts';
import type { Work } from '../../route/work.ts';
import type { Actor } from '../model.ts';
import { isActive } from '../phase.ts';
import { type Decided, type Refusal, refuse } from '../result.ts';
import type { RequestState } from '../state.ts';

export const done = (work: Work): Decided => ({ ok: true, events: work.events });

/** The codes that the definition has for a decision; none: it has no catalogue (SEMANTICS 24). */
export const reasonCodes = (work: Work, decision: DecisionKind | 'override'): readonly string[] =>
  work.context.definition.definition.reasons
    ?.find((one) => one.decision === decision)
    ?.codes.map(({ code }) => code) ?? [];

/** The person who acts, or null for a service account or the system itself. */
export const personOf = (actor: Actor): string | null => (actor.kind === 'person' ? actor.person : null);

/** For event fields that name who acted. */
export function actorId(actor: Actor): string {
  switch (actor.kind) {
    case 'person':
      return actor.person;
    case 'service':
      return actor.service;
    case 'system':
      return actor.system;
    default: {
      const never: never = actor;
      return never;
    }
  }
}

/** What stands in the way of a command that needs a request in review; null if nothing does. */
export function notActive(state: RequestState): Decided | null {
  return isActive(state) ? null : refuse('request-not-active', situation(state), describe(state));
}

/** A command committed at or after the deadline is refused though no timer has fired (SEMANTICS 17). */
export function pastDeadline(work: Work): Decided | null {
  const { expiresAt } = work.state;
  if (expiresAt === null || work.context.now < expiresAt) return null;
  return refuse('deadline-passed', `This request expired at ${expiresAt}; it takes no more decisions.`, {
    expiresAt,
  });
}

/** Where the request stands, in words. */
export function situation(state: RequestState): string {
  switch (state.status) {
    case 'draft':
      return 'The request is a draft; submit it first.';
    case 'returned':
      return 'The request was returned; it waits for a revision by its requester.';
    case 'closed':
      return `The request was closed as ${state.outcome} at ${state.closedAt}.`;
    case 'in_review':
    case 'on_hold':
    case 'blocked':
      return `The request is ${state.status}.`;
    default: {
      const never: never = state;
      return never;
    }
  }
}

export const describe = (state: RequestState): Refusal['data'] => ({
  status: state.status,
  outcome: state.outcome,
  revision: state.revision.number,
});

/** Requester, submitter and beneficiary, and service accounts (whose scopes the edge has checked). */
export function isOwner(state: RequestState, actor: Actor): boolean {
  if (actor.kind !== 'person') return true;
  return [state.requester, state.submitter, state.beneficiary].includes(actor.person);
}
