import { type FromHere, fromStepOn } from '../../definition/after.ts';
import { advance } from '../../route/advance.ts';
import { voidOverrides, withdrawOpen } from '../../route/close.ts';
import { emit, type Work } from '../../route/work.ts';
import { because } from '../../why/explain.ts';
import type { CommandData } from '../commands.ts';
import type { Actor } from '../model.ts';
import { type Decided, refuse } from '../result.ts';
import { askedOf, authorityOf } from './authority.ts';
import { done } from './guards.ts';

type Rework = Extract<CommandData, { type: 'rework' }>;

/**
 * Sends the request back to an earlier step of the same revision (SEMANTICS 6). Whoever is asked in a later step may
 * do so, by the authority by which they could decide it; it uses up no place, for their step is asked again.
 */
export function rework(work: Work, actor: Actor, data: Rework): Decided {
  const asked = askedOf(work, data);
  if (!asked.ok) return asked.refused;
  const authority = authorityOf(work, asked, actor, data.onBehalfOf);
  if (!authority.ok) return authority.refused;
  const from = asked.step.id;
  const again = earlier(work, from, data.to);
  if (again === null) {
    const steps = work.context.definition.approveSteps.map((step) => step.id);
    const possible = steps.filter((step) => earlier(work, from, step) !== null);
    return refuse(
      'not-earlier',
      possible.length === 0
        ? `No approved step comes before ${from}.`
        : `${data.to} is no approved step before ${from}; there ${possible.length === 1 ? 'is' : 'are'}: ${possible.join(', ')}.`,
      { earlier: possible },
    );
  }
  const steps = new Set(again.steps.map((node) => node.id));
  const why = because('reworked', { inputs: { to: data.to } });
  withdrawOpen(work, 'reworked', steps);
  for (const decision of work.state.decisions)
    if (decision.standing && steps.has(decision.step))
      emit(work, { type: 'decision.voided', decision: decision.n, why });
  voidOverrides(work, 'reworked', steps);
  const { person } = authority;
  const onBehalfOf = asked.assignment.person === person ? {} : { onBehalfOf: asked.assignment.person };
  emit(work, {
    type: 'request.reworked',
    to: data.to,
    from,
    by: person,
    ...onBehalfOf,
    reason: data.reason,
    steps: Object.keys(work.state.steps).filter((step) => steps.has(step)),
  });
  chooseAgain(work, again);
  advance(work);
  return done(work);
}

/** What runs again from `to` on, if that is an approved step before `from`. */
function earlier(work: Work, from: string, to: string): FromHere | null {
  const node = work.context.definition.step(to);
  if (node?.kind !== 'approve' || to === from || work.state.steps[to]?.status !== 'approved') return null;
  const again = fromStepOn(work.context.definition.definition.route, to);
  return again?.steps.some((step) => step.id === from) ? again : null;
}

/** A branch that had passed after its steps is under way again. */
function chooseAgain(work: Work, { around }: FromHere): void {
  for (const { id } of around) {
    const own = work.state.steps[id];
    if (own?.status === 'passed' && own.branch !== null)
      emit(work, { type: 'branch.chosen', step: id, branch: own.branch, why: own.why });
  }
}
