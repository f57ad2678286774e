import type { RequestCreated, RequestEvent } from './events.ts';
import {
  addAssignments,
  addDecision,
  addTimers,
  changeDecision,
  dropTimers,
  type Fold,
  setAssignments,
  setStep,
  setSteps,
  setTimers,
  writable,
} from './fold.ts';
import type { Addition } from './model.ts';
import { addOverride, changeOverride } from './overrides.ts';
import { activate, close, giveBack, resume } from './phase.ts';
import type { Rung, StepState } from './state.ts';
import { blankStep } from './step-state.ts';
import { checkTimer, escalationTimer, expiryTimer, isTimerOf } from './timers.ts';

/** What each event changes. Total over the events; none is refused. */
export function apply(fold: Fold, event: Exclude<RequestEvent, RequestCreated>, now: string): void {
  switch (event.type) {
    case 'request.submitted':
      expire(fold, event);
      writable(fold).submittedAt = now;
      if (event.rates !== undefined) writable(fold).revision = { ...fold.state.revision, rates: event.rates };
      if (event.related !== undefined) writable(fold).related = event.related;
      return activate(fold, null);
    case 'request.revised':
      writable(fold).revision = event.revision;
      if (event.related !== undefined) writable(fold).related = event.related;
      setSteps(fold, reset(fold.state.steps));
      askAdviceAgain(fold, () => true);
      expire(fold, event);
      return resume(fold, now);
    case 'step.opened': {
      addTimers(fold, event.timers);
      const { opening, roster, required, why } = event;
      const opened = { status: 'open', opening, openedAt: now, roster, required } as const;
      return setStep(fold, event.step, { ...blankStep(why), ...opened });
    }
    case 'rung.opened': {
      dropTimers(fold, isTimerOf(event.step));
      addTimers(fold, event.timers);
      const { rung, roster, required, why } = event;
      const own = known(fold, event.step);
      const settled = (own.rungs ?? []).filter((one) => one.status === 'approved' && one.rung !== rung);
      const rungs: readonly Rung[] = [...settled, { rung, status: 'open', roster, required }];
      return setStep(fold, event.step, {
        ...own,
        ...{ status: 'open', roster, required, escalated: false, rungs, why },
      });
    }
    case 'rung.approved': {
      dropTimers(fold, isTimerOf(event.step));
      const own = known(fold, event.step);
      const rungs = own.rungs?.map(
        (one): Rung => (one.rung === event.rung ? { ...one, status: 'approved' } : one),
      );
      return setStep(fold, event.step, { ...own, ...(rungs ? { rungs } : {}), why: event.why });
    }
    case 'step.skipped':
      return change(fold, event, { status: 'skipped', why: event.why });
    case 'step.approved':
      return settle(fold, event, { status: 'approved', why: event.why });
    case 'step.rejected':
      return settle(fold, event, { status: 'rejected', why: event.why });
    case 'step.blocked':
      return change(fold, event, { status: 'blocked', why: event.why });
    case 'step.unblocked':
      return change(fold, event, { status: 'open', why: event.why });
    case 'step.held':
      return change(fold, event, { status: 'held', missing: event.missing, why: event.why });
    case 'step.escalated':
      dropTimers(fold, (key) => key === escalationTimer(event.step));
      return setStep(fold, event.step, { ...known(fold, event.step), escalated: true });
    case 'step.reconsidered':
      return setSteps(fold, { ...fold.state.steps, ...reset({ [event.step]: known(fold, event.step) }) });
    case 'branch.chosen':
      return setStep(fold, event.step, { ...blankStep(event.why), status: 'chosen', branch: event.branch });
    case 'branch.passed':
      return setStep(fold, event.step, { ...blankStep(event.why), status: 'passed', branch: event.branch });
    case 'check.requested':
      addTimers(fold, { [checkTimer(event.step)]: event.expiresAt });
      return setStep(fold, event.step, { ...blankStep(event.why), status: 'waiting', openedAt: now });
    case 'check.answered': {
      dropTimers(fold, (key) => key === checkTimer(event.step));
      const status = event.answer === 'pass' ? 'passed' : 'waiting';
      return setStep(fold, event.step, { ...known(fold, event.step), status, check: event.answer });
    }
    case 'assignments.opened':
      return addAssignments(fold, event.assignments);
    case 'assignments.closed':
      return setAssignments(fold, event.assignments, event.status);
    case 'assignment.refilled':
      return setAssignments(fold, [event.assignment], 'open');
    case 'assignment.reassigned':
      setAssignments(fold, [event.assignment], 'reassigned');
      return addAssignments(fold, [event.replacement]);
    case 'decision.recorded':
      setAssignments(fold, [event.decision.assignment], 'decided');
      return addDecision(fold, event.decision);
    case 'decision.kept':
      return;
    case 'decision.voided':
      return changeDecision(fold, event.decision, { standing: false });
    case 'decision.ratified':
      return changeDecision(fold, event.decision, { ratified: { at: now, reason: event.reason } });
    case 'control.added':
      writable(fold).additions = [...(fold.state.additions ?? []), event.addition];
      return;
    case 'control.taken-away':
      return setAddition(fold, (one) => one.n === event.addition, 'taken_away');
    case 'advice.given':
      return setAddition(fold, (one) => one.n === event.addition, 'advised');
    case 'override.recorded':
      return addOverride(fold, { ...event.override, reviewers: event.reviewers });
    case 'override.voided':
      return changeOverride(fold, event.override, { standing: false });
    case 'override.reviewed': {
      const { by, finding, reason } = event;
      return changeOverride(fold, event.override, { review: { by, finding, reason, at: now } });
    }
    case 'exception.raised':
      return;
    case 'reminder.sent':
      return dropTimers(fold, (key) => key === event.timer);
    case 'comment.added':
      writable(fold).comments = event.comment.n;
      return;
    case 'request.held':
      return activate(fold, { reason: event.reason, by: event.by });
    case 'request.released':
      return activate(fold, null);
    case 'request.reworked': {
      const again = Object.fromEntries(event.steps.map((id) => [id, known(fold, id)]));
      setSteps(fold, { ...fold.state.steps, ...reset(again) });
      for (const id of event.steps) dropTimers(fold, isTimerOf(id));
      return askAdviceAgain(fold, ({ step }) => event.steps.includes(step));
    }
    case 'request.returned':
      return giveBack(fold);
    case 'request.approved':
      return close(fold, 'approved', now);
    case 'request.rejected':
      return close(fold, 'rejected', now);
    case 'request.cancelled':
      return close(fold, 'cancelled', now);
    case 'request.expired':
      return close(fold, 'expired', now);
    case 'request.reopened': {
      giveBack(fold);
      const state = writable(fold);
      // What was started under the approval that falls is started again, with a new token.
      state.effects = {};
      state.dueAt = null;
      state.expiresAt = null;
      return;
    }
    case 'effect.started':
      writable(fold).effects = { ...fold.state.effects, [event.effect]: 'started' };
      return;
    case 'effect.receipted':
      writable(fold).effects = { ...fold.state.effects, [event.effect]: 'done' };
      return;
    default: {
      const never: never = event;
      return never;
    }
  }
}

function setAddition(fold: Fold, which: (one: Addition) => boolean, status: Addition['status']): void {
  const { additions } = fold.state;
  if (additions === undefined) return;
  writable(fold).additions = additions.map((one) => (which(one) ? { ...one, status } : one));
}

/** Advice was given on what is not any more. */
const askAdviceAgain = (fold: Fold, which: (one: Addition) => boolean): void =>
  setAddition(fold, (one) => one.status === 'advised' && which(one), 'asked');

type OfStep = { readonly step: string; readonly why: StepState['why'] };

/** Changes the step as it is, or a blank one where it was never reached. */
function change(fold: Fold, event: OfStep, to: Partial<StepState>): void {
  setStep(fold, event.step, { ...(fold.state.steps[event.step] ?? blankStep(event.why)), ...to });
}

function settle(fold: Fold, event: OfStep, to: Partial<StepState>): void {
  change(fold, event, to);
  dropTimers(fold, isTimerOf(event.step));
}

function known(fold: Fold, id: string): StepState {
  const found = fold.state.steps[id];
  if (!found) throw new Error(`step ${id} has not been reached`);
  return found;
}

/** A revision walks the route again from the top, rework from a step on; only how often each has opened is remembered. */
function reset(steps: Fold['state']['steps']): { [id: string]: StepState } {
  const again: { [id: string]: StepState } = {};
  for (const [id, value] of Object.entries(steps)) {
    again[id] = { ...blankStep(value.why), opening: value.opening };
  }
  return again;
}

function expire(fold: Fold, event: { dueAt: string | null; expiresAt: string | null }): void {
  const { dueAt, expiresAt } = event;
  setTimers(fold, expiresAt === null ? {} : { [expiryTimer]: expiresAt });
  const state = writable(fold);
  state.dueAt = dueAt;
  state.expiresAt = expiresAt;
}
