import type { Candidates } from '../authority/candidates.ts';
import type { Approve } from '../definition/model.ts';
import type { Assignment } from '../request/model.ts';
import { openRungOf, standingNow } from '../request/rungs.ts';
import { actors } from './tally.ts';
import { emit, type Work } from './work.ts';

/** Gives a place to each of these persons who has not acted in the step yet. */
export function openPlaces(work: Work, step: Approve, people: Candidates, persons: readonly string[]): void {
  const acted = actors(work, step.id);
  const free = persons.filter((person) => !acted.has(person));
  addPlaces(work, step, people, free, 'open');
}

/** Whoever has decided for a colleague is of the roster, but their own place is for somebody else to fill. */
export function openVacancies(work: Work, step: Approve, people: Candidates): void {
  const used = new Set(standingNow(work, step.id).map((d) => d.principal));
  const acted = actors(work, step.id);
  const vacant = [...people.eligible.keys()].filter((person) => acted.has(person) && !used.has(person));
  addPlaces(work, step, people, vacant, 'vacant');
}

function addPlaces(
  work: Work,
  step: Approve,
  people: Candidates,
  persons: readonly string[],
  status: 'open' | 'vacant',
): void {
  if (persons.length === 0) return;
  const first = work.state.assignments.length + 1;
  const own = work.state.steps[step.id];
  const opening = own?.opening ?? 1;
  const rung = openRungOf(own);
  const assignments = persons.map(
    (person, i): Assignment => ({
      n: first + i,
      step: step.id,
      opening,
      person,
      via: people.eligible.get(person) ?? [],
      status,
      ...(rung === undefined ? {} : { rung }),
    }),
  );
  emit(work, { type: 'assignments.opened', step: step.id, assignments });
}
