import type { Candidates } from '../../authority/candidates.ts';
import type { Approve } from '../../definition/model.ts';
import { advance } from '../../route/advance.ts';
import { at } from '../../route/clause.ts';
import { closeOpen } from '../../route/close.ts';
import { cited } from '../../route/settle.ts';
import { candidates, emit, type Work } from '../../route/work.ts';
import { because } from '../../why/explain.ts';
import type { CommandData } from '../commands.ts';
import { standingOn } from '../fold.ts';
import type { Actor } from '../model.ts';
import { type Decided, refuse } from '../result.ts';
import { onHold } from './authority.ts';
import { noRoom, say } from './comment.ts';
import { withoutDocuments } from './decision.ts';
import { done, isOwner, notActive, pastDeadline, personOf, reasonCodes } from './guards.ts';
import { mismatch } from './revise.ts';

type Overriding = Extract<CommandData, { type: 'override' }>;
type Reviewing = Extract<CommandData, { type: 'reviewOverride' }>;
type Clause = NonNullable<Approve['override']>;

/**
 * Settles one step outside the route (SEMANTICS 18): by own authority only, by somebody whom the definition names and
 * no separation excludes, for a declared reason, and only where somebody else can review it. A hold stays a hold.
 */
export function override(work: Work, actor: Actor, data: Overriding): Decided {
  const refused = notActive(work.state) ?? pastDeadline(work) ?? onHold(work);
  if (refused) return refused;
  if (data.revisionDigest !== work.state.revision.digest)
    return mismatch(work.state.revision, data.revisionDigest);
  const step = work.context.definition.step(data.step);
  const clause = step?.kind === 'approve' ? step.override : undefined;
  if (step?.kind !== 'approve' || clause === undefined)
    return refuse('override-not-offered', `The definition lets nobody override ${data.step}.`, {
      step: data.step,
    });
  const status = work.state.steps[step.id]?.status ?? null;
  if (status !== 'open' && status !== 'blocked')
    return refuse(
      'step-not-open',
      `Step ${step.id} waits for no decision: it is ${status ?? 'not reached'}.`,
      {
        step: step.id,
        stepStatus: status,
      },
    );
  const incomplete = withoutDocuments(work, step);
  if (incomplete) return incomplete;
  const person = personOf(actor);
  if (person === null)
    return refuse('person-required', 'An override is made by a person: say for whom you act.');
  const people = candidates(work, step, clause.by);
  const barred = mayNot(work, step, people, person);
  if (barred !== null) return barred;
  const reasons = reasonCodes(work, 'override');
  if (!reasons.includes(data.reason)) {
    return refuse(
      'reason-unknown',
      `An override of ${step.id} has one of these reasons: ${reasons.join(', ')}.`,
      { reasons: [...reasons] },
    );
  }
  const reviewers = reviewersOf(work, step, clause, person);
  if (reviewers.length === 0)
    return refuse(
      'not-allowed',
      `Nobody could review this override: ${at(work, step, 'override.review')} finds no one else.`,
    );
  const full = data.comment === null ? null : noRoom(work.state);
  if (full !== null) return full;
  record(work, step, people, person, reviewers, data);
  closeOpen(work, step, 'overridden');
  advance(work);
  return done(work);
}

function record(
  work: Work,
  step: Approve,
  people: Candidates,
  person: string,
  reviewers: readonly string[],
  { reason, comment, revisionDigest }: Overriding,
): void {
  const override = {
    n: (work.state.overrides?.length ?? 0) + 1,
    step: step.id,
    person,
    reason,
    revision: work.state.revision.number,
    revisionDigest,
    at: work.context.now,
    standing: true,
  };
  // What the requester's side says is no secret from it; all others' is for those who decide.
  const visibility = isOwner(work.state, { kind: 'person', person }) ? 'requester' : 'internal';
  const said = comment === null ? null : say(work, person, visibility, comment);
  emit(work, { type: 'override.recorded', override, reviewers, comment: said });
  const why = because('overridden', {
    clause: at(work, step, 'override'),
    inputs: { reason },
    facts: people.facts,
    persons: [{ person, reason: `overrode:${reason}` }],
  });
  emit(work, { type: 'step.approved', step: step.id, why });
}

/** Who has had a hand in the step does not settle it as well, whatever else they may do. */
function mayNot(work: Work, step: Approve, people: Candidates, person: string): Decided | null {
  const reason = people.eligible.has(person)
    ? null
    : (people.barred.find((one) => one.person === person)?.reason ?? 'not-eligible');
  if (reason !== null)
    return refuse(
      reason.startsWith('excluded:') ? 'excluded' : 'not-eligible',
      `${person} may not override step ${step.id}: ${reason}.`,
      { step: step.id, person, reason },
    );
  const acted = standingOn(work, step.id).find((d) => [d.person, d.principal, ...d.chain].includes(person));
  if (acted === undefined) return null;
  return refuse(
    'already-decided',
    `${person} has had a part in step ${step.id}: ${acted.decision}, at ${acted.at}.`,
    {
      step: step.id,
    },
  );
}

const reviewersOf = (work: Work, step: Approve, clause: Clause, overrider: string): readonly string[] =>
  cited(
    [...candidates(work, step, clause.review).eligible.keys()]
      .filter((person) => person !== overrider)
      .map((person) => ({ person, reason: '' })),
  ).map(({ person }) => person);

/** A separate, later act. A bad review raises an exception and rewrites nothing, whatever became of the request. */
export function reviewOverride(work: Work, actor: Actor, data: Reviewing): Decided {
  const override = work.state.overrides?.find((one) => one.n === data.override);
  const step = override && work.context.definition.step(override.step);
  if (!override || step?.kind !== 'approve' || !step.override)
    return refuse('not-found', 'There is no such override.');
  const person = personOf(actor);
  if (person === null)
    return refuse('person-required', 'A review is made by a person: say for whom you act.');
  if (override.review)
    return refuse(
      'already-decided',
      `This override was reviewed at ${override.review.at}, by ${override.review.by}.`,
      {
        finding: override.review.finding,
        by: override.review.by,
      },
    );
  if (person === override.person)
    return refuse('not-allowed', 'Nobody reviews their own override.', { person });
  const people = candidates(work, step, step.override.review);
  if (!people.eligible.has(person)) {
    const reason = people.barred.find((one) => one.person === person)?.reason ?? 'not-eligible';
    return refuse(
      reason.startsWith('excluded:') ? 'excluded' : 'not-eligible',
      `${person} may not review overrides of step ${step.id}: ${reason}.`,
      { step: step.id, person, reason },
    );
  }
  const { finding, reason } = data;
  if (finding === 'unjustified' && reason === null)
    return refuse('validation-failed', 'Say why the override was not justified.', {}, [
      { field: 'reason', code: 'required', message: 'This is required; give a value.' },
    ]);
  emit(work, { type: 'override.reviewed', override: override.n, by: person, finding, reason });
  if (finding === 'unjustified')
    emit(work, { type: 'exception.raised', override: override.n, step: step.id, reason: reason ?? '' });
  return done(work);
}
