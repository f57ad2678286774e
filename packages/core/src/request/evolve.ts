import type { RequestEvent } from './events.ts';
import type { Assignment, AssignmentStatus, Decision } from './model.ts';
import type { Active, Closed, Outcome, RequestState, Returned, StepState } from './state.ts';

/** Folds one event into the state. `now` is the time of its entry. Events are never refused: total over both unions. */
export function evolve(state: RequestState | null, event: RequestEvent, now: string): RequestState {
  if (event.type === 'request.created') return created(event, now);
  if (state === null) throw new Error(`${event.type} cannot be the first event of a request`);
  const next = { ...apply(state, event, now), updatedAt: now };
  const settled = withDerivedStatus(next);
  const moved = settled.status !== state.status || settled.outcome !== state.outcome;
  return moved ? { ...settled, statusVersion: state.statusVersion + 1 } : settled;
}

function created(event: Extract<RequestEvent, { type: 'request.created' }>, now: string): RequestState {
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

function apply(
  state: RequestState,
  event: Exclude<RequestEvent, { type: 'request.created' }>,
  now: string,
): RequestState {
  switch (event.type) {
    case 'request.submitted':
      return active(withExpiry({ ...state, submittedAt: now }, event));
    case 'request.revised':
      return revised(
        withExpiry({ ...state, revision: event.revision, steps: reset(state.steps) }, event),
        now,
      );
    case 'step.opened':
      return withStep({ ...state, timers: { ...state.timers, ...event.timers } }, event.step, {
        ...blankStep(event.why),
        status: 'open',
        opening: event.opening,
        openedAt: now,
        roster: event.roster,
        required: event.required,
      });
    case 'step.skipped':
      return withStep(state, event.step, {
        ...step(state, event.step, event.why),
        status: 'skipped',
        why: event.why,
      });
    case 'step.approved':
      return settleStep(state, event.step, { status: 'approved', why: event.why });
    case 'step.rejected':
      return settleStep(state, event.step, { status: 'rejected', why: event.why });
    case 'step.blocked':
      return withStep(state, event.step, {
        ...step(state, event.step, event.why),
        status: 'blocked',
        why: event.why,
      });
    case 'step.unblocked':
      return withStep(state, event.step, {
        ...step(state, event.step, event.why),
        status: 'open',
        why: event.why,
      });
    case 'step.held':
      return withStep(state, event.step, {
        ...step(state, event.step, event.why),
        status: 'held',
        missing: event.missing,
        why: event.why,
      });
    case 'step.escalated':
      return withStep(
        dropTimers(state, (key) => key === escalationTimer(event.step)),
        event.step,
        {
          ...known(state, event.step),
          escalated: true,
        },
      );
    case 'branch.chosen':
      return withStep(state, event.step, { ...blankStep(event.why), status: 'chosen', branch: event.branch });
    case 'branch.passed':
      return withStep(state, event.step, { ...blankStep(event.why), status: 'passed', branch: event.branch });
    case 'check.requested':
      return withStep(
        { ...state, timers: { ...state.timers, [checkTimer(event.step)]: event.expiresAt } },
        event.step,
        {
          ...blankStep(event.why),
          status: 'waiting',
          openedAt: now,
        },
      );
    case 'check.answered':
      return withStep(
        dropTimers(state, (key) => key === checkTimer(event.step)),
        event.step,
        {
          ...known(state, event.step),
          status: event.answer === 'pass' ? 'passed' : 'waiting',
          check: event.answer,
        },
      );
    case 'assignments.opened':
      return { ...state, assignments: [...state.assignments, ...event.assignments] };
    case 'assignments.closed':
      return setAssignments(state, new Set(event.assignments), event.status);
    case 'assignment.refilled':
      return setAssignments(state, new Set([event.assignment]), 'open');
    case 'assignment.reassigned': {
      const moved = setAssignments(state, new Set([event.assignment]), 'reassigned');
      return { ...moved, assignments: [...moved.assignments, event.replacement] };
    }
    case 'decision.recorded': {
      const decided = setAssignments(state, new Set([event.decision.assignment]), 'decided');
      return { ...decided, decisions: [...decided.decisions, event.decision] };
    }
    case 'decision.kept':
      return state;
    case 'decision.voided':
      return { ...state, decisions: state.decisions.map((d) => (d.n === event.decision ? voided(d) : d)) };
    case 'reminder.sent':
      return dropTimers(state, (key) => key === event.timer);
    case 'request.held':
      return { ...active(state), hold: event.reason };
    case 'request.released':
      return { ...active(state), hold: null };
    case 'request.returned':
      return returned(state);
    case 'request.approved':
      return closed(state, 'approved', now);
    case 'request.rejected':
      return closed(state, 'rejected', now);
    case 'request.cancelled':
      return closed(state, 'cancelled', now);
    case 'request.expired':
      return closed(state, 'expired', now);
    case 'request.reopened':
      return {
        ...returned(state),
        // What was started under the approval that falls is started again, with a new token.
        effects: {},
        dueAt: null,
        expiresAt: null,
      };
    case 'effect.started':
      return { ...state, effects: { ...state.effects, [event.effect]: 'started' } };
    case 'effect.receipted':
      return { ...state, effects: { ...state.effects, [event.effect]: 'done' } };
    default: {
      const never: never = event;
      return never;
    }
  }
}

/** Timer keys. One deadline a request; reminders and escalations by step. */
export const expiryTimer = 'expire';
export const checkTimer = (step: string): string => `check:${step}`;
export const escalationTimer = (step: string): string => `escalate:${step}`;
export const reminderTimer = (step: string, index: number): string => `remind:${step}:${index}`;

const ofStep = (key: string, id: string): boolean =>
  key === checkTimer(id) || key === escalationTimer(id) || key.startsWith(`remind:${id}:`);

function blankStep(why: StepState['why']): StepState {
  return {
    status: 'waiting',
    opening: 0,
    openedAt: null,
    roster: null,
    required: 0,
    branch: null,
    check: null,
    missing: [],
    escalated: false,
    why,
  };
}

/** The step as it is, or a blank one where it was never reached. */
const step = (state: RequestState, id: string, why: StepState['why']): StepState =>
  state.steps[id] ?? blankStep(why);

function known(state: RequestState, id: string): StepState {
  const found = state.steps[id];
  if (!found) throw new Error(`step ${id} has not been reached`);
  return found;
}

const withStep = <S extends RequestState>(state: S, id: string, value: StepState): S => ({
  ...state,
  steps: { ...state.steps, [id]: value },
});

function settleStep(
  state: RequestState,
  id: string,
  change: Pick<StepState, 'status' | 'why'>,
): RequestState {
  return dropTimers(withStep(state, id, { ...step(state, id, change.why), ...change }), (key) =>
    ofStep(key, id),
  );
}

/** A revision walks the route again from the top; only how often each step has opened is remembered. */
function reset(steps: RequestState['steps']): RequestState['steps'] {
  const again: { [id: string]: StepState } = {};
  for (const [id, value] of Object.entries(steps)) {
    again[id] = { ...blankStep(value.why), opening: value.opening };
  }
  return again;
}

/** A step that a revision has reset counts as not reached. */
export const isReached = (value: StepState | undefined): value is StepState =>
  value !== undefined && !(value.status === 'waiting' && value.openedAt === null);

function dropTimers<S extends RequestState>(state: S, drop: (key: string) => boolean): S {
  const keys = Object.keys(state.timers);
  if (!keys.some(drop)) return state;
  return { ...state, timers: Object.fromEntries(Object.entries(state.timers).filter(([key]) => !drop(key))) };
}

function withExpiry(
  state: RequestState,
  event: { dueAt: string | null; expiresAt: string | null },
): RequestState {
  const timers = event.expiresAt === null ? {} : { [expiryTimer]: event.expiresAt };
  return { ...state, dueAt: event.dueAt, expiresAt: event.expiresAt, timers };
}

function setAssignments(
  state: RequestState,
  which: ReadonlySet<number>,
  status: AssignmentStatus,
): RequestState {
  if (which.size === 0) return state;
  return {
    ...state,
    assignments: state.assignments.map((a): Assignment => (which.has(a.n) ? { ...a, status } : a)),
  };
}

const voided = (decision: Decision): Decision => ({ ...decision, standing: false });

function common(state: RequestState): Omit<RequestState, 'status' | 'outcome' | 'hold' | 'closedAt'> {
  const { status: _s, outcome: _o, ...rest } = state;
  const { hold: _h, closedAt: _c, ...bare } = rest as typeof rest & { hold?: unknown; closedAt?: unknown };
  return bare;
}

const active = (state: RequestState): Active => ({
  ...common(state),
  status: 'in_review',
  outcome: null,
  hold: null,
});

/** A draft stays one, and a person's hold outlasts the revision; anything else goes into review. */
function revised(state: RequestState, now: string): RequestState {
  if (state.status === 'draft') return state;
  const hold = 'hold' in state ? state.hold : null;
  return { ...active(state), hold, submittedAt: state.submittedAt ?? now };
}

const returned = (state: RequestState): Returned => ({
  ...common(dropTimers(state, (key) => key !== expiryTimer)),
  status: 'returned',
  outcome: null,
});

const closed = (state: RequestState, outcome: Outcome, now: string): Closed => ({
  ...common(state),
  timers: {},
  status: 'closed',
  outcome,
  closedAt: now,
});

/** Blocked before held before in review: the graver reason is the one shown. */
function withDerivedStatus(state: RequestState): RequestState {
  if (state.status !== 'in_review' && state.status !== 'on_hold' && state.status !== 'blocked') return state;
  const steps = Object.values(state.steps);
  const status = steps.some((s) => s.status === 'blocked')
    ? 'blocked'
    : state.hold !== null || steps.some((s) => s.status === 'held')
      ? 'on_hold'
      : 'in_review';
  return status === state.status ? state : { ...state, status };
}
