import { bar } from '../../authority/candidates.ts';
import type { Approve } from '../../definition/model.ts';
import { additionsOf, isAdded } from '../../route/added.ts';
import { advance } from '../../route/advance.ts';
import { actors } from '../../route/tally.ts';
import { emit, type Work } from '../../route/work.ts';
import { because } from '../../why/explain.ts';
import type { CommandData } from '../commands.ts';
import { placesOf, standingOn } from '../fold.ts';
import type { Actor, Addition } from '../model.ts';
import { type Decided, refuse } from '../result.ts';
import { askedOf, authorityOf, onHold } from './authority.ts';
import { noRoom, say } from './comment.ts';
import { actorId, done, isOwner, notActive, pastDeadline, personOf } from './guards.ts';

type Of<T extends CommandData['type']> = Extract<CommandData, { type: T }>;

/** A step in which more is added is not controlled better, only later. */
export const MAX_ADDITIONS = 20;

/** Whoever may decide a place adds an approver, or asks for advice, before or beside it (SEMANTICS 21). */
export function add(work: Work, actor: Actor, data: Of<'add'>): Decided {
  const asked = askedOf(work, data);
  if (!asked.ok) return asked.refused;
  const authority = authorityOf(work, asked, actor, data.onBehalfOf);
  if (!authority.ok) return authority.refused;
  const { step } = asked;
  const reason = cannotAdd(work, step, data, [authority.person, asked.assignment.person]);
  if (reason !== null) {
    const code =
      reason === 'unknown-person' ? reason : reason.startsWith('excluded:') ? 'excluded' : 'not-eligible';
    return refuse(code, `${data.person} cannot be added to step ${step.id}: ${reason}.`, {
      step: step.id,
      person: data.person,
      reason,
    });
  }
  const addition: Addition = {
    n: (work.state.additions?.length ?? 0) + 1,
    step: step.id,
    person: data.person,
    by: authority.person,
    as: data.as,
    order: data.order,
    at: work.context.now,
    status: 'asked',
  };
  emit(work, { type: 'control.added', addition, reason: data.reason });
  advance(work);
  return done(work);
}

function cannotAdd(
  work: Work,
  step: Approve,
  { person, as }: Of<'add'>,
  adding: readonly string[],
): string | null {
  if (adding.includes(person)) return 'one-place-each';
  const before = additionsOf(work.state, step.id);
  if (before.length >= MAX_ADDITIONS) return `at-most-${MAX_ADDITIONS}`;
  if (before.some((one) => one.person === person && one.as === as)) return 'added-already';
  if (as === 'adviser') {
    // Advice decides nothing, so no separation bars it.
    const known = work.context.facts.person(person).value;
    return known === null ? 'unknown-person' : known.active ? null : 'inactive';
  }
  const barred = bar(work.state, work.context, step, person);
  if (barred !== null) return barred;
  const opening = work.state.steps[step.id]?.opening;
  const hasPlace = placesOf(work, step.id).some(
    (a) =>
      a.opening === opening &&
      a.person === person &&
      (!isAdded(a.via) || ['open', 'vacant', 'decided'].includes(a.status)),
  );
  return hasPlace || actors(work, step.id).has(person) ? 'one-place-each' : null;
}

/** Advice is a comment and decides nothing; what waited for it may go on. */
export function advise(work: Work, actor: Actor, data: Of<'advise'>): Decided {
  const refused = notActive(work.state) ?? pastDeadline(work);
  if (refused) return refused;
  const addition = work.state.additions?.find((one) => one.n === data.addition && one.as === 'adviser');
  if (!addition) return refuse('not-found', 'Nobody was asked for such advice.');
  if (personOf(actor) !== addition.person)
    return refuse('not-allowed', `Only ${addition.person} was asked for this advice.`);
  if (addition.status !== 'asked')
    return refuse('answer-not-expected', `This advice is not waited for: it is ${addition.status}.`, {
      status: addition.status,
    });
  const full = noRoom(work.state);
  if (full !== null) return full;
  // What the requester's side says is no secret from it; all other advice is for those who decide.
  const visibility = isOwner(work.state, actor) ? 'requester' : 'internal';
  const n = say(work, addition.person, visibility, data.comment);
  emit(work, { type: 'advice.given', addition: addition.n, comment: n });
  return done(work);
}

/** Taking control away is an act of its own: by who added it, or by a service account, with a reason. */
export function takeAway(work: Work, actor: Actor, data: Of<'takeAway'>): Decided {
  const refused = notActive(work.state) ?? pastDeadline(work) ?? onHold(work);
  if (refused) return refused;
  const addition = work.state.additions?.find((one) => one.n === data.addition);
  if (!addition) return refuse('not-found', 'Nothing of that number was added.');
  const person = personOf(actor);
  if (person !== null && person !== addition.by)
    return refuse(
      'not-allowed',
      `Only who added it (${addition.by}), or a service account, may take this away.`,
    );
  const approved = standingOn(work, addition.step).some(
    (d) => d.principal === addition.person && d.decision === 'approve',
  );
  if (addition.status !== 'asked' || (addition.as === 'approver' && approved))
    return refuse('answer-not-expected', `${addition.person} is not waited for any more.`, {
      status: addition.status,
    });
  emit(work, { type: 'control.taken-away', addition: addition.n, by: actorId(actor), reason: data.reason });
  const open = placesOf(work, addition.step).filter(
    (a) => a.person === addition.person && isAdded(a.via) && (a.status === 'open' || a.status === 'vacant'),
  );
  if (addition.as === 'approver' && open.length > 0)
    emit(work, {
      type: 'assignments.closed',
      assignments: open.map((a) => a.n),
      status: 'withdrawn',
      why: because('taken-away'),
    });
  advance(work);
  return done(work);
}
