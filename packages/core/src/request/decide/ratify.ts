import { bar } from '../../authority/candidates.ts';
import { emit, type Work } from '../../route/work.ts';
import type { CommandData } from '../commands.ts';
import type { Actor } from '../model.ts';
import { type Decided, refuse } from '../result.ts';
import { done, personOf } from './guards.ts';

/**
 * A principal stands behind what was decided on their behalf (SEMANTICS 13): a separate, later record, also after the
 * end. It brings no decision back and makes none count: authority was there when it was made, or it was refused.
 */
export function ratify(work: Work, actor: Actor, data: Extract<CommandData, { type: 'ratify' }>): Decided {
  const decision = work.state.decisions.find((d) => d.n === data.decision);
  if (!decision) return refuse('not-found', 'There is no such decision.');
  const { person, principal } = decision;
  if (person === principal)
    return refuse('not-allowed', `${person} decided by their own authority: there is nothing to ratify.`);
  if (personOf(actor) !== principal)
    return refuse('not-allowed', `Only ${principal}, on whose behalf it was made, may ratify this decision.`);
  if (decision.ratified)
    return refuse('already-decided', `This decision was ratified at ${decision.ratified.at}.`, {
      at: decision.ratified.at,
    });
  if (!decision.standing)
    return refuse('not-allowed', 'This decision counts no more, and a ratification does not bring it back.');
  const step = work.context.definition.step(decision.step);
  const reason = step?.kind === 'approve' ? bar(work.state, work.context, step, principal) : 'not-eligible';
  if (reason !== null)
    return refuse(
      reason.startsWith('excluded:') ? 'excluded' : 'not-eligible',
      `${principal} may not ratify decisions of step ${decision.step}: ${reason}.`,
      { step: decision.step, person: principal, reason },
    );
  emit(work, { type: 'decision.ratified', decision: decision.n, by: principal, reason: data.reason });
  return done(work);
}
