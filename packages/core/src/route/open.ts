import type { Approve } from '../definition/model.ts';
import { lackingDocuments } from '../request/required.ts';
import { because } from '../why/explain.ts';
import type { Explanation } from '../why/model.ts';
import { withAdded } from './added.ts';
import { openPlaces, openVacancies } from './assign.ts';
import { carryDecisions } from './carry.ts';
import { at } from './clause.ts';
import { voidOverrides } from './close.ts';
import { hold, type StepResult } from './hold.ts';
import { keepDecisions } from './keep.ts';
import { openNextRung, voidOthers } from './ladder.ts';
import { peopleOf } from './people.ts';
import { cited, settle } from './settle.ts';
import { freezesRoster, requiredApprovals } from './tally.ts';
import { timersOf } from './timers.ts';
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
  const chain = people.ladder?.chain === true;
  emit(work, {
    type: 'step.opened',
    step: step.id,
    opening: (work.state.steps[step.id]?.opening ?? 0) + 1,
    roster: freezesRoster(step.need) ? size : null,
    required: requiredApprovals(step.need, size),
    timers: chain ? {} : timersOf(work, step),
    why: because(reason.rule, {
      clause: reason.clause ?? at(work, step, 'by'),
      inputs: { ...reason.inputs, ...people.inputs, ...documentsOf(work, step) },
      facts: people.facts,
      persons: cited(people.barred),
    }),
  });
  if (chain) {
    voidOthers(work, step);
    return openNextRung(work, step) ?? 'waiting';
  }
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
