import { type Candidates, MAX_CANDIDATES } from '../authority/candidates.ts';
import type { Approve } from '../definition/model.ts';
import { sameJson } from '../facts/same.ts';
import { placesOf } from '../request/fold.ts';
import { openRungOf, standingNow } from '../request/rungs.ts';
import { because } from '../why/explain.ts';
import type { Explanation, PersonReason } from '../why/model.ts';
import { at } from './clause.ts';
import { closeOpen } from './close.ts';
import type { StepResult } from './hold.ts';
import { type Tally, tally } from './tally.ts';
import { emit, type Work } from './work.ts';

/** Emits what the tally says, if it is news. */
export function settle(work: Work, step: Approve, people: Candidates): StepResult {
  const count = tally(work, step, people.eligible);
  const status = work.state.steps[step.id]?.status;
  switch (count.verdict) {
    case 'approved': {
      const rung = openRungOf(work.state.steps[step.id]);
      if (rung === undefined) return pass(work, step, count);
      const why = quorum(work, step, 'quorum-met', count, deciders(work, step));
      emit(work, { type: 'rung.approved', step: step.id, rung, why });
      closeOpen(work, step, 'quorum-met');
      // The walk comes by again, and opens the next one or passes the step.
      return 'waiting';
    }
    case 'rejected':
      emit(work, {
        type: 'step.rejected',
        step: step.id,
        why: quorum(work, step, 'rejected', count, deciders(work, step)),
      });
      return 'rejected';
    case 'blocked': {
      const why = blocked(work, step, people, count);
      const before = work.state.steps[step.id]?.why;
      if (status !== 'blocked' || !sameJson(before, why))
        emit(work, { type: 'step.blocked', step: step.id, why });
      return 'waiting';
    }
    case 'open':
      if (status === 'blocked') {
        emit(work, {
          type: 'step.unblocked',
          step: step.id,
          why: quorum(work, step, 'quorum-in-reach', count, []),
        });
      }
      return 'waiting';
    default: {
      const never: never = count.verdict;
      return never;
    }
  }
}

/** The step has what it needs. */
export function pass(work: Work, step: Approve, count: Tally): StepResult {
  const why = quorum(work, step, 'quorum-met', count, deciders(work, step));
  emit(work, { type: 'step.approved', step: step.id, why });
  closeOpen(work, step, 'quorum-met');
  return 'passed';
}

/** Why a step is stuck today: who is barred, who has decided, whose place is vacant, and what could not be looked up. */
function blocked(work: Work, step: Approve, people: Candidates, count: Tally): Explanation {
  const rule = people.eligible.size === 0 ? 'no-eligible-person' : 'quorum-out-of-reach';
  const why = quorum(work, step, rule, count, [
    ...cited(people.barred),
    ...deciders(work, step),
    ...vacancies(work, step),
  ]);
  const missing = Object.fromEntries(people.missing.map((path) => [path, null]));
  const many = people.barred.length > MAX_CANDIDATES ? { barred: people.barred.length } : {};
  return {
    ...why,
    inputs: { ...people.inputs, ...missing, ...many, ...why.inputs },
    facts: [...new Set([...people.causes, ...people.facts])],
  };
}

const deciders = (work: Work, step: Approve): PersonReason[] =>
  standingNow(work, step.id).map((d) => ({ person: d.person, reason: `decided:${d.decision}` }));

const vacancies = (work: Work, step: Approve): PersonReason[] =>
  placesOf(work, step.id)
    .filter((a) => a.status === 'vacant')
    .map((a) => ({ person: a.person, reason: 'vacant' }));

function quorum(
  work: Work,
  step: Approve,
  rule: string,
  count: Tally,
  persons: readonly PersonReason[],
): Explanation {
  const { approvals, rejections, abstentions, open, required, added, wanting } = count;
  const inputs = {
    ...{ approvals, rejections, abstentions, open, required },
    ...(wanting ? { wanting } : {}),
    ...(added ? { added: added.asked, addedApprovals: added.approved } : {}),
  };
  return because(rule, { clause: at(work, step, 'need'), inputs, persons });
}

/** An explanation names no more persons than a step can ask. */
export const cited = (persons: readonly PersonReason[]): readonly PersonReason[] =>
  persons.slice(0, MAX_CANDIDATES);
