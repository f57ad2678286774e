import type { Approve } from '../definition/model.ts';
import { standingOn } from '../request/fold.ts';
import { openRungOf, rungOf } from '../request/rungs.ts';
import { because } from '../why/explain.ts';
import { withAdded } from './added.ts';
import { openPlaces, openVacancies } from './assign.ts';
import { carryDecisions } from './carry.ts';
import { at } from './clause.ts';
import { withdrawOpen } from './close.ts';
import type { StepResult } from './hold.ts';
import { keepDecisions } from './keep.ts';
import { peopleOf } from './people.ts';
import { cited, pass, settle } from './settle.ts';
import { freezesRoster, isRungSettled, requiredApprovals, tally } from './tally.ts';
import { timersOf } from './timers.ts';
import { candidates, emit, type Work } from './work.ts';

/**
 * Opens the lowest rung that is not settled, where that is another than the open one, and passes the step once all
 * are (SEMANTICS 15). The chain is read anew each time: what a later version of the matrix puts below the open rung
 * is asked first, and what it takes out is asked no more. Null: the step asks no chain, or the open rung is the one.
 */
export function openNextRung(work: Work, step: Approve): StepResult | null {
  const own = work.state.steps[step.id];
  const open = openRungOf(own);
  const { ladder } = candidates(work, step, step.by, open);
  if (ladder === undefined || (!ladder.chain && own?.rungs === undefined)) return null;
  const rungs = ladder.rungs.map(({ rung }) => rung);
  const next = rungs.find((rung) => !isRungSettled(work, step, rung));
  if (next === undefined) return pass(work, step, tally(work, step, new Map(), rungs.at(-1)));
  return next === open ? null : openRung(work, step, next, rungs);
}

function openRung(work: Work, step: Approve, rung: string, of: readonly string[]): StepResult {
  withdrawOpen(work, 'chain-changed', new Set([step.id]));
  const people = peopleOf(work, step, rung);
  const size = people.eligible.size;
  emit(work, {
    type: 'rung.opened',
    step: step.id,
    rung,
    of,
    roster: freezesRoster(step.need) ? size : null,
    required: requiredApprovals(step.need, size),
    timers: timersOf(work, step),
    why: because('next-rung', {
      clause: at(work, step, 'by'),
      inputs: people.inputs,
      facts: people.facts,
      persons: cited(people.barred),
    }),
  });
  const asked = withAdded(work, step, people);
  keepDecisions(work, step, asked, rung);
  openPlaces(work, step, asked, [...asked.eligible.keys()]);
  if (freezesRoster(step.need)) openVacancies(work, step, people);
  carryDecisions(work, step);
  return settle(work, step, asked);
}

/** What was decided in no rung of the chain as it is now is asked in another way. */
export function voidOthers(work: Work, step: Approve): void {
  const { ladder } = candidates(work, step, step.by);
  const rungs = new Set(ladder?.rungs.map(({ rung }) => rung));
  const why = because('asked-otherwise', { clause: at(work, step, 'by') });
  for (const d of standingOn(work, step.id))
    if (!rungs.has(rungOf(work.state, d) ?? '')) emit(work, { type: 'decision.voided', decision: d.n, why });
}
