import { ratesNow } from '../../rates/freeze.ts';
import { sharesOf } from '../../related/sums.ts';
import { advance } from '../../route/advance.ts';
import { at } from '../../route/clause.ts';
import { voidOverrides, withdrawOpen } from '../../route/close.ts';
import { emit, type Work } from '../../route/work.ts';
import { because } from '../../why/explain.ts';
import type { CommandData } from '../commands.ts';
import { changedParts, checkContent, makeRevision } from '../content.ts';
import { touchedParts } from '../material.ts';
import type { Actor, Decision, Revision } from '../model.ts';
import { isActive } from '../phase.ts';
import { type Decided, refuse } from '../result.ts';
import { deadlines } from './create.ts';
import { describe, done, isOwner, pastDeadline, personOf, situation } from './guards.ts';

type Revise = Extract<CommandData, { type: 'revise' }>;

/** A new revision; the route runs again from the top (SEMANTICS 4, 5; N4). */
export function revise(work: Work, actor: Actor, data: Revise): Decided {
  const { state } = work;
  if (state.status === 'closed')
    return refuse('request-not-active', `${situation(state)} Reopen it first.`, describe(state));
  const late = pastDeadline(work);
  if (late) return late;
  if (data.expected !== state.revision.digest) return mismatch(state.revision, data.expected);
  const person = personOf(actor);
  if (!isOwner(state, actor) && !isAsked(work, person)) {
    return refuse(
      'not-allowed',
      'Only its requester, submitter or beneficiary, or somebody asked to decide, may revise a request.',
    );
  }
  const draft = state.status === 'draft';
  const checked = checkContent(work.context.definition, work.context.facts, data.content, draft);
  if (!checked.ok)
    return refuse('validation-failed', 'The revision does not fit its definition.', {}, checked.errors);
  const made = makeRevision(state.definitionDigest, checked.content, state.revision, editors(work, person));
  const rates = draft ? null : ratesNow({ ...state, revision: made }, work.context);
  const revision: Revision = rates === null ? made : { ...made, rates };
  const changed = changedParts(state.revision, revision);
  if (isActive(state)) withdrawOpen(work, 'revised');
  for (const decision of state.decisions.filter((d) => d.standing))
    voidIfTouched(work, decision, changed, revision);
  voidOverrides(work, 'revised');
  const renewed =
    state.expiresAt === null && state.dueAt === null && !draft
      ? deadlines(work.context, state.due)
      : { dueAt: state.dueAt, expiresAt: state.expiresAt };
  const related = draft ? null : sharesOf({ ...state, revision }, work.context.definition);
  const shares = related === null ? {} : { related };
  emit(work, { type: 'request.revised', revision, changed, ...renewed, ...shares });
  if (!draft) advance(work);
  return done(work);
}

export function mismatch(revision: Revision, given: string): Decided {
  return refuse(
    'revision-mismatch',
    `This was made for revision ${given.slice(0, 12)}…, but revision ${revision.number} is current. Read the request again and decide on what it says now.`,
    { currentRevision: revision.number, currentDigest: revision.digest, given },
  );
}

const isAsked = (work: Work, person: string | null): boolean =>
  work.state.assignments.some((a) => a.person === person && a.status === 'open');

/** Who edits becomes editor, and stays one: a later revision by the requester does not wash the edit out (SEMANTICS 12). */
function editors(work: Work, person: string | null): readonly string[] {
  const before = work.state.revision.editors;
  return person === null || before.includes(person) ? before : [...before, person].sort();
}

/** A decision stands if nothing that it reviewed has changed; whoever asked for the revision is always asked again. */
function voidIfTouched(work: Work, decision: Decision, changed: readonly string[], revision: Revision): void {
  const step = work.context.definition.step(decision.step);
  const reviewed = step?.kind === 'approve' ? step : null;
  const touched = reviewed
    ? touchedParts(work.context.definition, reviewed, decision, changed, revision)
    : changed;
  const rule =
    decision.decision === 'return' || decision.decision === 'reject'
      ? 'asked-for-the-revision'
      : reviewed?.askAgain === 'always'
        ? 'ask-again-always'
        : touched.length > 0
          ? 'reviewed-part-changed'
          : null;
  if (rule === null) return;
  const clause = at(work, { id: decision.step }, 'reviews');
  const inputs = Object.fromEntries(touched.map((name) => [name, 'changed']));
  emit(work, { type: 'decision.voided', decision: decision.n, why: because(rule, { clause, inputs }) });
}
