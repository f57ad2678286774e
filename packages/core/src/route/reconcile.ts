import type { Candidates } from '../authority/candidates.ts';
import type { Approve } from '../definition/model.ts';
import { placesOf } from '../request/fold.ts';
import type { Assignment } from '../request/model.ts';
import { because } from '../why/explain.ts';
import type { PersonReason } from '../why/model.ts';
import { openPlaces } from './assign.ts';
import { at } from './clause.ts';
import type { StepResult } from './hold.ts';
import { peopleOf } from './people.ts';
import { settle } from './settle.ts';
import { actors, freezesRoster } from './tally.ts';
import { emit, type Work } from './work.ts';

/** Brings an open step's places in line with who is eligible now, then sees whether it is settled. */
export function reconcile(work: Work, step: Approve): StepResult {
  const people = peopleOf(work, step);
  const frozen = freezesRoster(step.need);
  const opening = work.state.steps[step.id]?.opening;
  const mine = placesOf(work, step.id).filter((a) => a.opening === opening);
  const lost = mine.filter((a) => a.status === 'open' && !people.eligible.has(a.person));
  if (lost.length > 0) {
    emit(work, {
      type: 'assignments.closed',
      assignments: lost.map((a) => a.n),
      status: frozen ? 'vacant' : 'excluded',
      why: because(frozen ? 'place-vacant' : 'no-longer-eligible', {
        clause: at(work, step, 'by'),
        facts: people.facts,
        persons: withReasons(people, lost),
      }),
    });
  }
  const back = mine.filter((one) => one.status === 'vacant' && people.eligible.has(one.person));
  const acted = back.length > 0 ? actors(work, step.id) : new Set();
  for (const a of back.filter((one) => !acted.has(one.person))) {
    const why = because('eligible-again', { clause: at(work, step, 'by'), facts: people.facts });
    emit(work, { type: 'assignment.refilled', assignment: a.n, why });
  }
  const known = new Set(mine.filter((a) => a.status !== 'excluded').map((a) => a.person));
  const fresh = [...people.eligible].filter(
    ([person, via]) => !known.has(person) && (!frozen || addedLater(via)),
  );
  openPlaces(
    work,
    step,
    people,
    fresh.map(([person]) => person),
  );
  return settle(work, step, people);
}

/** A frozen roster grows only by escalation or fallback: whoever joins the group later does not change it. */
const addedLater = (via: Assignment['via']): boolean =>
  via.some((v) => v.via === 'escalation' || v.via === 'fallback');

function withReasons(people: Candidates, lost: readonly Assignment[]): PersonReason[] {
  const reasons = new Map(people.barred.map((b) => [b.person, b.reason]));
  return lost.map((a) => ({ person: a.person, reason: reasons.get(a.person) ?? 'not-eligible' }));
}
