import type { Chain } from '../../authority/delegation.ts';
import { usePlace } from '../../authority/place.ts';
import type { Approve } from '../../definition/model.ts';
import { addedApprovers } from '../../route/added.ts';
import { peopleOf } from '../../route/people.ts';
import type { Work } from '../../route/work.ts';
import { placesOf } from '../fold.ts';
import type { Actor, Assignment, Decision } from '../model.ts';
import { isActive } from '../phase.ts';
import { type Decided, refuse } from '../result.ts';
import { standingIn } from '../rungs.ts';
import { notActive, pastDeadline, personOf } from './guards.ts';
import { mismatch } from './revise.ts';

type Refused = { readonly ok: false; readonly refused: Decided };
export type Asked = { readonly ok: true; readonly assignment: Assignment; readonly step: Approve };
export type Authority = { readonly ok: true; readonly person: string; readonly chain: Chain };

const refused = (one: Decided): Refused => ({ ok: false, refused: one });

/** The place that a command names: is it still asked for, and is the command about what its maker saw (N5)? */
export function askedOf(
  work: Work,
  data: { readonly assignment: number; readonly revisionDigest: string },
): Asked | Refused {
  const assignment = work.state.assignments.find((a) => a.n === data.assignment);
  if (!assignment) return refused(refuse('not-found', 'There is no such assignment.'));
  const closed = notActive(work.state) ?? notOpen(work, assignment) ?? pastDeadline(work) ?? onHold(work);
  if (closed) return refused(closed);
  if (data.revisionDigest !== work.state.revision.digest)
    return refused(mismatch(work.state.revision, data.revisionDigest));
  const step = work.context.definition.step(assignment.step);
  return step?.kind === 'approve'
    ? { ok: true, assignment, step }
    : refused(refuse('assignment-not-open', `Step ${assignment.step} takes no decisions.`));
}

function notOpen(work: Work, assignment: Assignment): Decided | null {
  if (assignment.status === 'open') return null;
  const decided = work.state.decisions.find((d) => d.assignment === assignment.n);
  const step = work.state.steps[assignment.step];
  const data = {
    assignment: assignment.n,
    status: assignment.status,
    step: assignment.step,
    stepStatus: step?.status ?? null,
  };
  if (decided) {
    return refuse(
      'already-decided',
      `This assignment was decided at ${decided.at}: ${decided.decision}, by ${decided.person}.`,
      {
        ...data,
        decision: decided.decision,
        by: decided.person,
        at: decided.at,
      },
    );
  }
  return refuse(
    'assignment-not-open',
    `This assignment is ${assignment.status}: ${cause(work, assignment)}`,
    data,
  );
}

function cause(work: Work, assignment: Assignment): string {
  switch (assignment.status) {
    case 'no_longer_required':
      return `step ${assignment.step} is ${work.state.steps[assignment.step]?.status ?? 'over'}.`;
    case 'withdrawn':
      return 'the request was returned, sent back or revised since.';
    case 'reassigned':
      return 'it was reassigned to somebody else.';
    case 'vacant':
    case 'excluded':
      return 'its assignee may no longer decide this step.';
    case 'open':
    case 'decided':
      return 'nothing stands in the way.';
    default: {
      const never: never = assignment.status;
      return never;
    }
  }
}

export function onHold(work: Work): Decided | null {
  if (!isActive(work.state) || work.state.hold === null) return null;
  const { reason } = work.state.hold;
  return refuse('on-hold', `The request is on hold: ${reason}`, { hold: reason });
}

/** May they, now, and by whose authority (SEMANTICS 13, 14; N7). Asked of everyone on the chain. */
export function authorityOf(
  work: Work,
  { step, assignment }: Asked,
  actor: Actor,
  onBehalfOf: string | null,
): Authority | Refused {
  const person = personOf(actor);
  if (person === null)
    return refused(refuse('person-required', 'A decision is made by a person: say for whom you act.'));
  const principal = assignment.person;
  const uses = (d: Decision, one: string): boolean => d.person === one || d.principal === one;
  const acted = standingIn(work, step.id, assignment.rung).find((d) => uses(d, person) || uses(d, principal));
  if (acted) {
    const who = uses(acted, person) ? 'You have used your' : `${principal} has used their`;
    return refused(
      refuse('already-decided', `${who} one place in step ${step.id}: ${acted.decision}, at ${acted.at}.`, {
        step: step.id,
      }),
    );
  }
  if (onBehalfOf !== null && onBehalfOf !== principal) {
    return refused(
      refuse('name-authority', `This assignment is the place of ${principal}, not of ${onBehalfOf}.`, {
        principal,
      }),
    );
  }
  if (person !== principal && addedApprovers(work.state, step.id).includes(person)) {
    const message = `${person} was added to step ${step.id} besides its quorum, and decides there for nobody else.`;
    return refused(refuse('not-eligible', message, { step: step.id, person, reason: 'added-approver' }));
  }
  const use = usePlace(work.state, work.context, step, peopleOf(work, step), principal, person);
  if (!use.ok) return refused(notAllowed(step, principal, use.person, use.reason));
  if (person !== principal && onBehalfOf === null && openPlacesOf(work, step, person).length > 0) {
    return refused(
      refuse(
        'name-authority',
        `You have a place of your own in step ${step.id}. Decide there, or name ${principal} in onBehalfOf.`,
        { principal },
      ),
    );
  }
  return { ok: true, person, chain: use.chain };
}

function notAllowed(step: Approve, principal: string, person: string, reason: string): Decided {
  if (reason !== 'no-delegation' && reason !== 'delegation-out-of-scope')
    return notEligible(step, person, reason);
  return refuse(
    reason === 'no-delegation' ? 'not-eligible' : reason,
    `${person} holds no delegation from ${principal} that covers this request now.`,
    { step: step.id, principal },
  );
}

const notEligible = (step: Approve, person: string, reason: string): Decided =>
  refuse(
    reason.startsWith('excluded:') ? 'excluded' : 'not-eligible',
    `${person} may not decide step ${step.id}: ${reason}.`,
    { step: step.id, person, reason },
  );

export const openPlacesOf = (work: Work, step: Approve, person: string): readonly Assignment[] =>
  placesOf(work, step.id).filter((a) => a.status === 'open' && a.person === person);
