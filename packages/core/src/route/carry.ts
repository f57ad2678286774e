import { comesAfter, coversReview } from '../definition/after.ts';
import type { Approve } from '../definition/model.ts';
import { decisionsOn, placesOf } from '../request/fold.ts';
import { toleratedNames } from '../request/material.ts';
import type { Assignment, Decision } from '../request/model.ts';
import { lackingDocuments } from '../request/required.ts';
import { openRungOf, rungOf } from '../request/rungs.ts';
import { awaitedFirst, isAdded, isOnAddedPlace } from './added.ts';
import { namesOf } from './seats.ts';
import { emit, type Work } from './work.ts';

/**
 * With `carry: same-person`, who has approved an earlier step that reviewed as much, or an earlier rung, is not asked
 * again (SEMANTICS 10).
 * A place is opened first, so separation, activity and authority have been asked of this step. A step in which a
 * decision was voided asks: what was sent back must be looked at.
 */
export function carryDecisions(work: Work, step: Approve): void {
  if (step.carry === undefined || lackingDocuments(work.state, step).length > 0) return;
  if (decisionsOn(work, step.id).some((d) => !d.standing) || awaitedFirst(work, step.id).length > 0) return;
  const own = work.state.steps[step.id];
  const rung = openRungOf(own);
  const places = placesOf(work, step.id).filter(
    (a) => a.opening === own?.opening && a.rung === rung && a.status === 'open' && !isAdded(a.via),
  );
  for (const place of places) {
    const source = work.state.decisions.find((d) => isSource(work, step, place, d));
    if (source)
      emit(work, { type: 'decision.recorded', decision: carried(work, step, place, source), comment: null });
  }
}

/** Only a person's own approval, of themself and for themself, is carried. */
function isSource(work: Work, step: Approve, place: Assignment, d: Decision): boolean {
  if (!d.standing || d.decision !== 'approve' || d.carried !== undefined) return false;
  if (d.person !== place.person || d.principal !== place.person || isOnAddedPlace(work.state, d))
    return false;
  if (d.step === step.id) return place.rung !== undefined && rungOf(work.state, d) !== place.rung;
  const earlier = work.context.definition.step(d.step);
  return (
    earlier?.kind === 'approve' &&
    comesAfter(work.context.definition.definition.route, earlier.id, step.id) &&
    coversReview(earlier, step)
  );
}

const carried = (work: Work, step: Approve, place: Assignment, source: Decision): Decision => ({
  n: work.state.decisions.length + 1,
  assignment: place.n,
  step: place.step,
  person: place.person,
  principal: place.person,
  delegations: [],
  chain: [],
  decision: 'approve',
  // What was looked at, and when that was decided on, is what stands behind it (N5).
  revision: source.revision,
  revisionDigest: source.revisionDigest,
  ...sawOf(work, step, source),
  at: work.context.now,
  standing: true,
  carried: source.n,
  ...(step.need.rule === 'each' ? { countsFor: namesOf(step.need, place.via) } : {}),
});

/** What its maker saw then is what a tolerance is measured against, however often it is carried. */
function sawOf(work: Work, step: Approve, { saw = {} }: Decision): Pick<Decision, 'saw'> {
  const names = toleratedNames(work.context.definition, step);
  if (names.length === 0) return {};
  return { saw: Object.fromEntries(Object.entries(saw).filter(([name]) => names.includes(name))) };
}

/** A carried decision falls with the one that it was carried from. */
export const hasLostSource = (work: Work, d: Decision): boolean =>
  d.carried !== undefined && !work.state.decisions.some((one) => one.n === d.carried && one.standing);
