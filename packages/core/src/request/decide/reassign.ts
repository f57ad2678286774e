import { bar } from '../../authority/candidates.ts';
import { isAdded } from '../../route/added.ts';
import { advance } from '../../route/advance.ts';
import { asksByName, peopleOf } from '../../route/people.ts';
import { actors } from '../../route/tally.ts';
import { emit, type Work } from '../../route/work.ts';
import type { CommandData } from '../commands.ts';
import { placesOf } from '../fold.ts';
import type { Actor } from '../model.ts';
import { type Decided, refuse } from '../result.ts';
import { actorId, done, notActive, pastDeadline, personOf } from './guards.ts';

/** Moves one open or vacant place to another person, who must be allowed to fill it (R23). */
export function reassign(
  work: Work,
  actor: Actor,
  data: Extract<CommandData, { type: 'reassign' }>,
): Decided {
  const refused = notActive(work.state) ?? pastDeadline(work);
  if (refused) return refused;
  const assignment = work.state.assignments.find((a) => a.n === data.assignment);
  if (!assignment) return refuse('not-found', 'There is no such assignment.');
  if (assignment.status !== 'open' && assignment.status !== 'vacant') {
    return refuse('assignment-not-open', `This assignment is ${assignment.status}.`, {
      status: assignment.status,
    });
  }
  const person = personOf(actor);
  if (person !== null && person !== assignment.person) {
    return refuse(
      'not-allowed',
      'Only its assignee, or a service account with that scope, may reassign an assignment.',
    );
  }
  const step = work.context.definition.step(assignment.step);
  if (step?.kind !== 'approve')
    return refuse('assignment-not-open', `Step ${assignment.step} takes no decisions.`);
  if (isAdded(assignment.via))
    return refuse(
      'not-allowed',
      'An added place is not passed on: whoever added it takes it away and adds somebody else.',
    );
  const reason = bar(work.state, work.context, step, data.to);
  if (reason !== null) {
    const code =
      reason === 'unknown-person' ? reason : reason.startsWith('excluded:') ? 'excluded' : 'not-eligible';
    return refuse(code, `${data.to} cannot take this place: ${reason}.`, { person: data.to, reason });
  }
  if (asksByName(step) && !peopleOf(work, step).eligible.has(data.to)) {
    return refuse(
      'not-eligible',
      `Step ${step.id} itself does not name ${data.to}, for this amount or this group.`,
      {
        person: data.to,
        reason: step.need.rule === 'each' ? 'not-named' : 'over-limit',
      },
    );
  }
  const taken = placesOf(work, step.id).some(
    (a) =>
      a.opening === assignment.opening &&
      a.rung === assignment.rung &&
      a.person === data.to &&
      (a.status === 'open' || a.status === 'vacant' || a.status === 'decided'),
  );
  if (taken || actors(work, step.id).has(data.to))
    return refuse('not-eligible', `${data.to} has a place in step ${step.id} already.`, {
      person: data.to,
      reason: 'one-place-each',
    });
  emit(work, {
    type: 'assignment.reassigned',
    assignment: assignment.n,
    by: actorId(actor),
    reason: data.reason,
    replacement: {
      n: work.state.assignments.length + 1,
      step: step.id,
      opening: assignment.opening,
      person: data.to,
      via: [{ via: 'reassignment', from: assignment.person }],
      status: 'open',
      ...(assignment.rung === undefined ? {} : { rung: assignment.rung }),
    },
  });
  advance(work);
  return done(work);
}
