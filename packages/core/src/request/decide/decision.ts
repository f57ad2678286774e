import type { Chain } from '../../authority/delegation.ts';
import type { Approve } from '../../definition/model.ts';
import { awaitedFirst } from '../../route/added.ts';
import { advance } from '../../route/advance.ts';
import { withdrawOpen } from '../../route/close.ts';
import { peopleOf } from '../../route/people.ts';
import { namesOf } from '../../route/seats.ts';
import { freezesRoster } from '../../route/tally.ts';
import { emit, type Work } from '../../route/work.ts';
import { because } from '../../why/explain.ts';
import type { CommandData } from '../commands.ts';
import { seenNow } from '../material.ts';
import type { Actor, Assignment, Decision } from '../model.ts';
import { lackingDocuments } from '../required.ts';
import { type Decided, type FieldError, refuse } from '../result.ts';
import { type Asked, askedOf, authorityOf, openPlacesOf } from './authority.ts';
import { done, reasonCodes } from './guards.ts';

type Decide = Extract<CommandData, { type: 'decide' }>;

/**
 * A person's decision on one assignment. In order: is it still asked for, is it about what they saw, may they,
 * and by whose authority. Whether it settles the step is for the route to say.
 */
export function decideAssignment(work: Work, actor: Actor, data: Decide): Decided {
  const asked = askedOf(work, data);
  if (!asked.ok) return asked.refused;
  const { assignment, step } = asked;
  if (!step.decisions.includes(data.decision)) {
    const offered = step.decisions.join(', ');
    return refuse('decision-not-offered', `Step ${step.id} offers: ${offered}.`, {
      offered: [...step.decisions],
    });
  }
  if (data.bulk !== undefined && step.bulk !== true)
    return refuse('bulk-not-offered', `Step ${step.id} is decided alone, and by no list.`, { step: step.id });
  const incomplete = data.decision === 'approve' ? withoutDocuments(work, step) : null;
  if (incomplete) return incomplete;
  const unreasoned = withoutReason(work, step, data);
  if (unreasoned) return unreasoned;
  const faults = termErrors(data, work.context.now);
  if (faults[0]) return refuse('validation-failed', faults[0].message, {}, faults);
  const authority = authorityOf(work, asked, actor, data.onBehalfOf);
  if (!authority.ok) return authority.refused;
  const first = tooEarly(work, assignment, data.decision);
  if (first !== null) return first;
  const { person, chain } = authority;
  emit(work, {
    type: 'decision.recorded',
    decision: record(work, asked, person, chain, data),
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

/** Only an approval has terms, and one that has ended is none. */
function termErrors({ decision, conditions, validUntil }: Decide, now: string): FieldError[] {
  const given = Object.entries({ conditions, validUntil }).filter(([, value]) => value !== undefined);
  if (decision !== 'approve') {
    const message = 'Only an approval has conditions or an end.';
    return given.map(([field]) => ({ field, code: 'not-allowed', message }));
  }
  if (validUntil === undefined || validUntil > now) return [];
  return [
    { field: 'validUntil', code: 'out-of-range', message: `It is ${now} already: choose a later end.` },
  ];
}

/** Those who were added before the others answer first; a rejection or a return need not wait (SEMANTICS 21). */
function tooEarly(work: Work, assignment: Assignment, decision: Decide['decision']): Decided | null {
  if (decision === 'reject' || decision === 'return') return null;
  const awaited = awaitedFirst(work, assignment.step);
  if (
    awaited.length === 0 ||
    awaited.some((one) => one.as === 'approver' && one.person === assignment.person)
  )
    return null;
  const persons = awaited.map((one) => one.person);
  return refuse('added-first', `Step ${assignment.step} first waits for ${persons.join(', ')}.`, {
    step: assignment.step,
    persons,
  });
}

/** What must be there before anybody approves is added by a revision, for it is part of what is approved (SEMANTICS 2). */
export function withoutDocuments(work: Work, step: Approve): Decided | null {
  const missing = lackingDocuments(work.state, step);
  if (missing.length === 0) return null;
  const { requester } = work.state;
  return refuse(
    'document-missing',
    `Step ${step.id} takes no approval without ${missing.join(', ')}: ${requester} adds it by a revision.`,
    { step: step.id, missing: [...missing], requester },
    missing.map((name) => ({
      field: `documents.${name}`,
      code: 'required',
      message: 'This is required before the step is approved; add it by a revision.',
    })),
  );
}

/** A decision that has a catalogue gives one of its codes, unless the step asks for none (SEMANTICS 24). */
function withoutReason(work: Work, step: Approve, { decision, reasonCode }: Decide): Decided | null {
  const codes = reasonCodes(work, decision);
  const data = { step: step.id, decision, reasons: codes };
  if (reasonCode !== undefined && !codes.includes(reasonCode))
    return refuse(
      'reason-unknown',
      `\`${reasonCode.slice(0, 80)}\` is no reason of \`${decision}\` here.`,
      data,
    );
  const needed = codes.length > 0 && (step.reasons ?? step.decisions).includes(decision);
  if (reasonCode !== undefined || !needed) return null;
  return refuse(
    'reason-required',
    `Step ${step.id} asks for the reason of \`${decision}\`: ${codes.join(', ')}.`,
    data,
  );
}

function record(
  work: Work,
  { assignment, step }: Asked,
  person: string,
  chain: Chain,
  data: Decide,
): Decision {
  const saw = seenNow(work.context.definition, step, work.state.revision);
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
    ...(saw === null ? {} : { saw }),
    ...(data.reason === null ? {} : { reason: data.reason }),
    ...(data.reasonCode === undefined ? {} : { reasonCode: data.reasonCode }),
    ...(data.bulk === undefined ? {} : { bulk: data.bulk }),
    at: work.context.now,
    standing: true,
    ...countsFor(work, step, assignment.person),
    ...(data.conditions === undefined ? {} : { conditions: data.conditions }),
    ...(data.validUntil === undefined ? {} : { validUntil: data.validUntil }),
  };
}

const countsFor = (work: Work, step: Approve, principal: string): Pick<Decision, 'countsFor'> =>
  step.need.rule === 'each'
    ? { countsFor: namesOf(step.need, peopleOf(work, step).eligible.get(principal) ?? []) }
    : {};

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
