import type { Chain } from '../../authority/delegation.ts';
import { usePlace } from '../../authority/place.ts';
import type { Approve } from '../../definition/model.ts';
import { advance } from '../../route/advance.ts';
import { withdrawOpen } from '../../route/close.ts';
import { peopleOf } from '../../route/people.ts';
import { freezesRoster } from '../../route/tally.ts';
import { emit, type Work } from '../../route/work.ts';
import { because } from '../../why/explain.ts';
import type { CommandData } from '../commands.ts';
import { placesOf, standingOn } from '../fold.ts';
import type { Actor, Assignment, Decision } from '../model.ts';
import { isActive } from '../phase.ts';
import { type Decided, refuse } from '../result.ts';
import { done, notActive, pastDeadline, personOf } from './guards.ts';
import { mismatch } from './revise.ts';

type Decide = Extract<CommandData, { type: 'decide' }>;
type Authority =
  | { readonly ok: true; readonly chain: Chain }
  | { readonly ok: false; readonly refused: Decided };

/**
 * A person's decision on one assignment. In order: is it still asked for, is it about what they saw, may they,
 * and by whose authority. Whether it settles the step is for the route to say.
 */
export function decideAssignment(work: Work, actor: Actor, data: Decide): Decided {
  const assignment = work.state.assignments.find((a) => a.n === data.assignment);
  if (!assignment) return refuse('not-found', 'There is no such assignment.');
  const refused = notActive(work.state) ?? notOpen(work, assignment) ?? pastDeadline(work) ?? onHold(work);
  if (refused) return refused;
  if (data.revisionDigest !== work.state.revision.digest)
    return mismatch(work.state.revision, data.revisionDigest);
  const step = work.context.definition.step(assignment.step);
  if (step?.kind !== 'approve')
    return refuse('assignment-not-open', `Step ${assignment.step} takes no decisions.`);
  if (!step.decisions.includes(data.decision)) {
    const offered = step.decisions.join(', ');
    return refuse('decision-not-offered', `Step ${step.id} offers: ${offered}.`, {
      offered: [...step.decisions],
    });
  }
  const person = personOf(actor);
  if (person === null)
    return refuse('person-required', 'A decision is made by a person: say for whom you act.');
  const authority = authorityOf(work, step, assignment, person, data.onBehalfOf);
  if (!authority.ok) return authority.refused;
  emit(work, {
    type: 'decision.recorded',
    decision: record(work, assignment, person, authority.chain, data),
    comment: data.comment,
  });
  closeOwnPlace(work, step, person);
  if (data.decision === 'return') {
    withdrawOpen(work, 'returned');
    emit(work, { type: 'request.returned', step: step.id, by: person, reason: data.reason });
  } else {
    advance(work);
  }
  return done(work);
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
      return 'the request was returned or revised since.';
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

function onHold(work: Work): Decided | null {
  if (!isActive(work.state) || work.state.hold === null) return null;
  const { reason } = work.state.hold;
  return refuse('on-hold', `The request is on hold: ${reason}`, { hold: reason });
}

/** May they, now, and by whose authority (SEMANTICS 13, 14; N7). Asked of everyone on the chain. */
function authorityOf(
  work: Work,
  step: Approve,
  assignment: Assignment,
  person: string,
  onBehalfOf: string | null,
): Authority {
  const refused = (one: Decided): Authority => ({ ok: false, refused: one });
  const principal = assignment.person;
  const uses = (d: Decision, one: string): boolean => d.person === one || d.principal === one;
  const acted = standingOn(work, step.id).find((d) => uses(d, person) || uses(d, principal));
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
  return { ok: true, chain: use.chain };
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

function record(work: Work, assignment: Assignment, person: string, chain: Chain, data: Decide): Decision {
  return {
    n: work.state.decisions.length + 1,
    assignment: assignment.n,
    step: assignment.step,
    person,
    principal: assignment.person,
    delegations: chain.delegations,
    chain: chain.persons,
    decision: data.decision,
    revision: work.state.revision.number,
    revisionDigest: data.revisionDigest,
    ...(data.reason === null ? {} : { reason: data.reason }),
    at: work.context.now,
    standing: true,
  };
}

/**
 * Principal and delegate together have one place: whoever acted for somebody has no other place in the step. In a
 * frozen roster their own is vacant then, for somebody else to fill; otherwise the step could never be settled.
 */
function closeOwnPlace(work: Work, step: Approve, person: string): void {
  const own = openPlacesOf(work, step, person);
  if (own.length === 0) return;
  emit(work, {
    type: 'assignments.closed',
    assignments: own.map((a) => a.n),
    status: freezesRoster(step.need) ? 'vacant' : 'no_longer_required',
    why: because('one-place-each', { persons: [{ person, reason: 'decided-on-behalf' }] }),
  });
}

const openPlacesOf = (work: Work, step: Approve, person: string): readonly Assignment[] =>
  placesOf(work, step.id).filter((a) => a.status === 'open' && a.person === person);
