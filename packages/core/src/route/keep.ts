import type { Candidates } from '../authority/candidates.ts';
import { usePlace } from '../authority/place.ts';
import type { Approve } from '../definition/model.ts';
import { driftedParts } from '../request/material.ts';
import type { Decision } from '../request/model.ts';
import { standingIn } from '../request/rungs.ts';
import { because } from '../why/explain.ts';
import { isAdded, isOnAddedPlace } from './added.ts';
import { hasLostSource } from './carry.ts';
import { at } from './clause.ts';
import { namesOf } from './seats.ts';
import { emit, type Work } from './work.ts';

/** What was decided besides the quorum is no part of it, and who changed groups counts for another one now. */
function isAskedOtherwise(work: Work, { need }: Approve, people: Candidates, d: Decision): boolean {
  const via = people.eligible.get(d.principal) ?? [];
  if (isAdded(via) !== isOnAddedPlace(work.state, d)) return true;
  return need.rule === 'each' && namesOf(need, via).join() !== (d.countsFor ?? []).join();
}

/**
 * Decisions of an earlier revision stand if their makers still may make them, with everybody on their chain of
 * authority; a maker who lost their authority is asked no more (SEMANTICS 4). Of a chain, each rung asks for its own.
 */
export function keepDecisions(work: Work, step: Approve, people: Candidates, rung?: string): void {
  const clause = at(work, step, 'reviews');
  for (const d of standingIn(work, step.id, rung)) {
    const use = usePlace(work.state, work.context, step, people, d.principal, d.person);
    if (use.ok && isAskedOtherwise(work, step, people, d)) {
      emit(work, { type: 'decision.voided', decision: d.n, why: because('asked-otherwise', { clause }) });
    } else if (use.ok && hasLostSource(work, d)) {
      emit(work, { type: 'decision.voided', decision: d.n, why: because('carried-from-voided', { clause }) });
    } else if (use.ok) {
      const drifted = driftedParts(d, work.state.revision);
      const inputs = Object.fromEntries(drifted.map((name) => [`fields.${name}`, 'within tolerance']));
      const why =
        drifted.length === 0
          ? because('nothing-reviewed-changed', { clause })
          : because('within-tolerance', { clause, inputs });
      emit(work, { type: 'decision.kept', decision: d.n, why });
    } else {
      const persons = [{ person: use.person, reason: use.reason }];
      const why = because('maker-not-eligible', { clause, persons });
      emit(work, { type: 'decision.voided', decision: d.n, why });
    }
  }
}
