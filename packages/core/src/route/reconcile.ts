import type { Candidates } from '../authority/candidates.ts';
import type { Approve } from '../definition/model.ts';
import { placesOf } from '../request/fold.ts';
import type { Assignment } from '../request/model.ts';
import { openRungOf } from '../request/rungs.ts';
import { because } from '../why/explain.ts';
import type { PersonReason } from '../why/model.ts';
import { isAdded } from './added.ts';
import { openPlaces } from './assign.ts';
import { at } from './clause.ts';
import type { StepResult } from './hold.ts';
import { asksMatrix, peopleOf } from './people.ts';
import { settle } from './settle.ts';
import { actors, freezesRoster } from './tally.ts';
import { emit, type Work } from './work.ts';

/** Brings an open step's places in line with who is eligible now, then sees whether it is settled. */
export function reconcile(work: Work, step: Approve): StepResult {
  const people = peopleOf(work, step);
  const frozen = freezesRoster(step.need);
  const own = work.state.steps[step.id];
  const rung = openRungOf(own);
  // A frozen roster grows only by escalation, fallback or climbing: whoever joins the group later does not change it.
  const grows =
    !frozen ||
    step.escalate !== null ||
    step.fallback !== null ||
    work.state.additions !== undefined ||
    asksMatrix(step);
  const lost: Assignment[] = [];
  const back: Assignment[] = [];
  const known = new Set<string>();
  for (const a of placesOf(work, step.id)) {
    if (a.opening !== own?.opening || a.rung !== rung) continue;
    if (a.status === 'open' && !people.eligible.has(a.person)) lost.push(a);
    else if (a.status === 'vacant' && people.eligible.has(a.person)) back.push(a);
    const over = a.status === 'excluded' || (a.status === 'withdrawn' && isAdded(a.via));
    if (grows && !over) known.add(a.person);
  }
  // An added place is vacant, not gone: the control that it adds stays until it is taken away.
  const stays = (a: Assignment): boolean => frozen || isAdded(a.via);
  closeLost(work, step, people, lost.filter(stays), 'vacant');
  closeLost(
    work,
    step,
    people,
    lost.filter((a) => !stays(a)),
    'excluded',
  );
  if (back.length > 0) refill(work, step, people, back);
  if (grows) {
    const fresh: string[] = [];
    for (const [person, via] of people.eligible) {
      if (!known.has(person) && (!frozen || addedLater(via))) fresh.push(person);
    }
    if (fresh.length > 0) openPlaces(work, step, people, fresh);
  }
  return settle(work, step, people);
}

function closeLost(
  work: Work,
  step: Approve,
  people: Candidates,
  lost: readonly Assignment[],
  status: 'vacant' | 'excluded',
): void {
  if (lost.length === 0) return;
  emit(work, {
    type: 'assignments.closed',
    assignments: lost.map((a) => a.n),
    status,
    why: because(status === 'vacant' ? 'place-vacant' : 'no-longer-eligible', {
      clause: at(work, step, 'by'),
      facts: people.facts,
      persons: withReasons(people, lost),
    }),
  });
}

function refill(work: Work, step: Approve, people: Candidates, back: readonly Assignment[]): void {
  const acted = actors(work, step.id);
  for (const a of back) {
    if (acted.has(a.person)) continue;
    const why = because('eligible-again', { clause: at(work, step, 'by'), facts: people.facts });
    emit(work, { type: 'assignment.refilled', assignment: a.n, why });
  }
}

const addedLater = (via: Assignment['via']): boolean =>
  via.some((v) => v.via === 'escalation' || v.via === 'fallback' || v.via === 'climb' || v.via === 'added');

function withReasons(people: Candidates, lost: readonly Assignment[]): PersonReason[] {
  const reasons = new Map(people.barred.map((b) => [b.person, b.reason]));
  return lost.map((a) => ({ person: a.person, reason: reasons.get(a.person) ?? 'not-eligible' }));
}
