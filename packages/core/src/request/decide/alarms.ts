import type { Check } from '../../definition/model.ts';
import { advance } from '../../route/advance.ts';
import { closeOpen } from '../../route/close.ts';
import { emit, type Work } from '../../route/work.ts';
import type { CommandData } from '../commands.ts';
import type { Actor } from '../model.ts';
import { isActive } from '../phase.ts';
import { type Decided, refuse } from '../result.ts';
import type { StepState } from '../state.ts';
import { checkTimer, escalationTimer, expiryTimer } from '../timers.ts';
import { done, notActive, pastDeadline } from './guards.ts';
import { mismatch } from './revise.ts';

/** A check answers pass, fail or unknown; each has its declared consequence (SEMANTICS 19). */
export function answerCheck(
  work: Work,
  actor: Actor,
  data: Extract<CommandData, { type: 'answerCheck' }>,
): Decided {
  const refused = notActive(work.state) ?? pastDeadline(work);
  if (refused) return refused;
  if (actor.kind === 'person')
    return refuse('not-allowed', 'A check is answered by a service account, not for a person.');
  const step = work.state.steps[data.step];
  const node = work.context.definition.step(data.step);
  if (node?.kind !== 'check' || !waits(node, step))
    return refuse('answer-not-expected', `No check ${data.step} waits for an answer.`, { step: data.step });
  const { revision, timers } = work.state;
  if (data.revisionDigest !== undefined && data.revisionDigest !== revision.digest)
    return mismatch(revision, data.revisionDigest);
  const expiresAt = timers[checkTimer(data.step)];
  // A time-out that holds is let go by this very answer; any other has decided already, alarm or no alarm (SEMANTICS 17).
  if (expiresAt !== undefined && work.context.now >= expiresAt && node.else.unknown !== 'hold') {
    return refuse('deadline-passed', `The check ${data.step} waited for an answer until ${expiresAt}.`, {
      step: data.step,
      expiresAt,
    });
  }
  emit(work, {
    type: 'check.answered',
    step: data.step,
    answer: data.answer,
    reference: data.reference,
    timedOut: false,
  });
  advance(work);
  return done(work);
}

/** A hold by a person puts off what an answer brings, and nothing takes it back meanwhile, unless it would only hold. */
function waits(node: Check, step: StepState | undefined): boolean {
  if (step === undefined || step.openedAt === null) return false;
  if (step.status !== 'waiting' || step.check === 'pass') return step.status === 'held';
  return step.check === null || node.else[step.check] === 'hold';
}

/** Timers are only alarms: each is checked against the clock and the state, and one that is late finds the request expired. */
export function fire(work: Work, timer: string): Decided {
  const due = Object.hasOwn(work.state.timers, timer) ? work.state.timers[timer] : undefined;
  if (due === undefined) return done(work);
  if (work.context.now < due) return refuse('timer-not-due', `This timer is due at ${due}.`, { due });
  if (timer === expiryTimer || pastDeadline(work) !== null) {
    closeOpen(work, null, 'request-expired');
    emit(work, { type: 'request.expired' });
    return done(work);
  }
  if (!isActive(work.state)) return done(work);
  const [kind, step = ''] = timer.split(':');
  if (kind === 'check') {
    emit(work, { type: 'check.answered', step, answer: 'unknown', reference: null, timedOut: true });
  } else if (timer === escalationTimer(step)) {
    emit(work, { type: 'step.escalated', step });
  } else {
    const open = work.state.assignments.filter((a) => a.step === step && a.status === 'open');
    emit(work, { type: 'reminder.sent', step, timer, persons: open.map((a) => a.person) });
    return done(work);
  }
  advance(work);
  return done(work);
}

/** Facts that open steps rely on have changed: see who is eligible now. */
export function recheck(work: Work): Decided {
  if (isActive(work.state) && pastDeadline(work) === null) advance(work);
  return done(work);
}
