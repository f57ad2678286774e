import { advance } from '../../route/advance.ts';
import { closeOpen } from '../../route/close.ts';
import { candidates, emit, type Work } from '../../route/work.ts';
import { because } from '../../why/explain.ts';
import type { CommandData } from '../commands.ts';
import type { Actor } from '../model.ts';
import { isActive } from '../phase.ts';
import { type Decided, refuse } from '../result.ts';
import { actorId, describe, done, isOwner, notActive, pastDeadline, personOf, situation } from './guards.ts';

type Of<T extends CommandData['type']> = Extract<CommandData, { type: T }>;

export function cancel(work: Work, actor: Actor, data: Of<'cancel'>): Decided {
  const { state } = work;
  if (state.status === 'closed') return refuse('request-not-active', situation(state), describe(state));
  if (!isOwner(state, actor))
    return refuse('not-allowed', 'Only its requester, submitter or beneficiary may cancel a request.');
  closeOpen(work, null, 'request-cancelled');
  emit(work, { type: 'request.cancelled', reason: data.reason });
  return done(work);
}

/** Reopening is allowed until an effect is receipted; after that only a linked reversal (SEMANTICS 20). */
export function reopen(work: Work, actor: Actor, data: Of<'reopen'>): Decided {
  const { state } = work;
  if (state.status !== 'closed')
    return refuse(
      'request-not-active',
      `Only a closed request is reopened. ${situation(state)}`,
      describe(state),
    );
  const receipted = Object.entries(state.effects).find(([, of]) => of === 'done')?.[0];
  if (receipted !== undefined) {
    return refuse(
      'effect-receipted',
      `The effect ${receipted} has been carried out; file a request that reverses this one.`,
      { effect: receipted },
    );
  }
  if (!isOwner(state, actor) && !mayReopen(work, personOf(actor))) {
    return refuse(
      'not-allowed',
      'Only its requester, submitter or beneficiary, or whom the definition names under `reopen`, may reopen a request.',
    );
  }
  emit(work, { type: 'request.reopened', reason: data.reason, previousOutcome: state.outcome });
  for (const d of state.decisions.filter((one) => one.standing && one.decision === 'reject')) {
    emit(work, { type: 'decision.voided', decision: d.n, why: because('reopened') });
  }
  return done(work);
}

function mayReopen(work: Work, person: string | null): boolean {
  const { reopen: by } = work.context.definition.definition;
  const step = work.context.definition.approveSteps[0];
  if (by === null || person === null || !step) return false;
  return candidates(work, step, by).eligible.has(person);
}

export function hold(work: Work, actor: Actor, data: Of<'hold'>): Decided {
  const refused = notActive(work.state) ?? pastDeadline(work);
  if (refused) return refused;
  if (!isOwner(work.state, actor) && !isAsked(work, actor))
    return refuse('not-allowed', 'Only those concerned may hold a request.');
  if (isActive(work.state) && work.state.hold !== null)
    return refuse('on-hold', `It is on hold already: ${work.state.hold.reason}`);
  emit(work, { type: 'request.held', reason: data.reason, by: actorId(actor) });
  return done(work);
}

/** A hold is added control: whom it controls cannot take it away (SEMANTICS 21). */
export function release(work: Work, actor: Actor): Decided {
  const refused = notActive(work.state) ?? pastDeadline(work);
  if (refused) return refused;
  const set = isActive(work.state) ? work.state.hold : null;
  if (set === null) return refuse('not-allowed', 'Nobody has put this request on hold.');
  if (personOf(actor) !== null && personOf(actor) !== set.by && !isAsked(work, actor)) {
    return refuse(
      'not-allowed',
      `Only who put the request on hold (${set.by}), somebody who is asked to decide it, or a service account may release it.`,
    );
  }
  emit(work, { type: 'request.released' });
  advance(work);
  return done(work);
}

const isAsked = ({ state }: Work, actor: Actor): boolean =>
  state.assignments.some((a) => a.person === personOf(actor) && a.status === 'open');
