import type { Candidates } from '../authority/candidates.ts';
import { usePlace } from '../authority/place.ts';
import { deadline } from '../calendar/deadline.ts';
import type { Approve } from '../definition/model.ts';
import { standingOn } from '../request/fold.ts';
import { driftedParts } from '../request/material.ts';
import type { Decision } from '../request/model.ts';
import { lackingDocuments } from '../request/required.ts';
import { escalationTimer, reminderTimer } from '../request/timers.ts';
import { because } from '../why/explain.ts';
import type { Explanation } from '../why/model.ts';
import { isAdded, isOnAddedPlace, withAdded } from './added.ts';
import { openPlaces, openVacancies } from './assign.ts';
import { carryDecisions, hasLostSource } from './carry.ts';
import { at } from './clause.ts';
import { voidOverrides } from './close.ts';
import { hold, type StepResult } from './hold.ts';
import { peopleOf } from './people.ts';
import { namesOf } from './seats.ts';
import { cited, settle } from './settle.ts';
import { freezesRoster, requiredApprovals } from './tally.ts';
import { emit, type Work } from './work.ts';

/** What made the step due: its `when`, or nothing but its place in the route. */
export type Reason = Pick<Explanation, 'inputs'> & { readonly rule: string; readonly clause: string | null };

/** Opens an approve step for those who are eligible now, or holds it where an input for its assignees is missing. */
export function openStep(work: Work, step: Approve, reason: Reason): StepResult {
  const people = peopleOf(work, step);
  if (people.missing.length > 0) {
    const why = because('assignees-unknown', {
      clause: at(work, step, 'by'),
      inputs: people.inputs,
      facts: people.facts,
    });
    return hold(work, step.id, people.missing, why);
  }
  voidOverrides(work, reason.rule, new Set([step.id]));
  const size = people.eligible.size;
  const timers: { [key: string]: string } = {};
  step.remind.forEach((after, index) => {
    timers[reminderTimer(step.id, index)] = deadline(work.context, after);
  });
  if (step.escalate) timers[escalationTimer(step.id)] = deadline(work.context, step.escalate.after);
  emit(work, {
    type: 'step.opened',
    step: step.id,
    opening: (work.state.steps[step.id]?.opening ?? 0) + 1,
    roster: freezesRoster(step.need) ? size : null,
    required: requiredApprovals(step.need, size),
    timers,
    why: because(reason.rule, {
      clause: reason.clause ?? at(work, step, 'by'),
      inputs: { ...reason.inputs, ...people.inputs, ...documentsOf(work, step) },
      facts: people.facts,
      persons: cited(people.barred),
    }),
  });
  const asked = withAdded(work, step, people);
  keepDecisions(work, step, asked);
  openPlaces(work, step, asked, [...asked.eligible.keys()]);
  if (freezesRoster(step.need)) openVacancies(work, step, people);
  carryDecisions(work, step);
  return settle(work, step, asked);
}

/** Whether what the step requires is there. */
function documentsOf(work: Work, step: Approve): Explanation['inputs'] {
  const lacking = lackingDocuments(work.state, step);
  return Object.fromEntries(
    (step.requires ?? []).map((name) => [`documents.${name}`, lacking.includes(name) ? null : 'given']),
  );
}

/** What was decided besides the quorum is no part of it, and who changed groups counts for another one now. */
function isAskedOtherwise(work: Work, { need }: Approve, people: Candidates, d: Decision): boolean {
  const via = people.eligible.get(d.principal) ?? [];
  if (isAdded(via) !== isOnAddedPlace(work.state, d)) return true;
  return need.rule === 'each' && namesOf(need, via).join() !== (d.countsFor ?? []).join();
}

/**
 * Decisions of an earlier revision stand if their makers still may make them, with everybody on their chain of
 * authority; a maker who lost their authority is asked no more (SEMANTICS 4).
 */
function keepDecisions(work: Work, step: Approve, people: Candidates): void {
  const clause = at(work, step, 'reviews');
  for (const d of standingOn(work, step.id)) {
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
