import type { Candidates } from '../authority/candidates.ts';
import type { Approve } from '../definition/model.ts';
import { escalationTimer, reminderTimer } from '../request/evolve.ts';
import type { Assignment } from '../request/model.ts';
import { addDuration } from '../time.ts';
import { because } from '../why/explain.ts';
import type { PersonReason } from '../why/model.ts';
import { peopleOf } from './people.ts';
import { freezesRoster, requiredApprovals, type Tally, tally } from './tally.ts';
import { emit, type Work } from './work.ts';

export type StepResult = 'passed' | 'waiting' | 'rejected';

/** Opens an approve step for those who are eligible now, or holds it where an input for its assignees is missing. */
export function openStep(work: Work, step: Approve): StepResult {
  const people = peopleOf(work.state, work.context, step);
  if (people.missing.length > 0) {
    const why = because('assignees-unknown', {
      clause: at(work, step, 'by'),
      inputs: people.inputs,
      facts: people.facts,
    });
    return hold(work, step.id, people.missing, why);
  }
  const { now } = work.context;
  const size = people.eligible.size;
  const timers: { [key: string]: string } = {};
  step.remind.forEach((after, index) => {
    timers[reminderTimer(step.id, index)] = addDuration(now, after);
  });
  if (step.escalate) timers[escalationTimer(step.id)] = addDuration(now, step.escalate.after);
  emit(work, {
    type: 'step.opened',
    step: step.id,
    opening: (work.state.steps[step.id]?.opening ?? 0) + 1,
    roster: freezesRoster(step.need) ? size : null,
    required: requiredApprovals(step.need, size),
    timers,
    why: because('required', {
      clause: at(work, step, 'by'),
      inputs: people.inputs,
      facts: people.facts,
      persons: people.barred,
    }),
  });
  keepDecisions(work, step, people);
  openPlaces(work, step, people, [...people.eligible.keys()]);
  return settle(work, step);
}

/** Holds a step, once for each set of missing inputs. */
export function hold(
  work: Work,
  id: string,
  missing: readonly string[],
  why: ReturnType<typeof because>,
): StepResult {
  const before = work.state.steps[id];
  const same = before?.status === 'held' && before.missing.join() === missing.join();
  if (!same) emit(work, { type: 'step.held', step: id, missing, why });
  return 'waiting';
}

/** Decisions of an earlier revision stand if they still may; a maker who lost their authority is asked no more (SEMANTICS 4). */
function keepDecisions(work: Work, step: Approve, people: Candidates): void {
  for (const d of work.state.decisions.filter((one) => one.step === step.id && one.standing)) {
    const clause = at(work, step, 'reviews');
    if (people.eligible.has(d.principal) && isActive(work, d.person)) {
      emit(work, {
        type: 'decision.kept',
        decision: d.n,
        why: because('nothing-reviewed-changed', { clause }),
      });
    } else {
      const persons = [{ person: d.principal, reason: 'not-eligible' }];
      emit(work, {
        type: 'decision.voided',
        decision: d.n,
        why: because('maker-not-eligible', { clause, persons }),
      });
    }
  }
}

const isActive = (work: Work, person: string): boolean =>
  work.context.facts.person(person).value?.active === true;

/** Brings an open step's places in line with who is eligible now, then sees whether it is settled. */
export function reconcile(work: Work, step: Approve): StepResult {
  const people = peopleOf(work.state, work.context, step);
  const frozen = freezesRoster(step.need);
  const mine = work.state.assignments.filter(
    (a) => a.step === step.id && a.opening === work.state.steps[step.id]?.opening,
  );
  const lost = mine.filter((a) => a.status === 'open' && !people.eligible.has(a.person));
  if (lost.length > 0) {
    emit(work, {
      type: 'assignments.closed',
      assignments: lost.map((a) => a.n),
      status: frozen ? 'vacant' : 'excluded',
      why: because(frozen ? 'place-vacant' : 'no-longer-eligible', {
        clause: at(work, step, 'by'),
        facts: people.facts,
        persons: lost.map((a) => ({ person: a.person, reason: reasonFor(people, a.person) })),
      }),
    });
  }
  for (const a of mine.filter((one) => one.status === 'vacant' && people.eligible.has(one.person))) {
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
  return settle(work, step);
}

/** A frozen roster grows only by escalation or fallback: whoever joins the group later does not change it. */
const addedLater = (via: Assignment['via']): boolean =>
  via.some((v) => v.via === 'escalation' || v.via === 'fallback');

const reasonFor = (people: Candidates, person: string): string =>
  people.barred.find((b) => b.person === person)?.reason ?? 'not-eligible';

function openPlaces(work: Work, step: Approve, people: Candidates, persons: readonly string[]): void {
  const acted = new Set(
    work.state.decisions
      .filter((d) => d.step === step.id && d.standing)
      .flatMap((d) => [d.person, d.principal]),
  );
  const first = work.state.assignments.length + 1;
  const opening = work.state.steps[step.id]?.opening ?? 1;
  const assignments = persons
    .filter((person) => !acted.has(person))
    .map((person, i): Assignment => {
      return {
        n: first + i,
        step: step.id,
        opening,
        person,
        via: people.eligible.get(person) ?? [],
        status: 'open',
      };
    });
  if (assignments.length > 0) emit(work, { type: 'assignments.opened', step: step.id, assignments });
}

/** Emits what the tally says, if it is news. */
function settle(work: Work, step: Approve): StepResult {
  const people = peopleOf(work.state, work.context, step);
  const count = tally(work.state, work.context, step, new Set(people.eligible.keys()));
  const status = work.state.steps[step.id]?.status;
  switch (count.verdict) {
    case 'approved':
      emit(work, {
        type: 'step.approved',
        step: step.id,
        why: quorum(work, step, 'quorum-met', count, deciders(work, step)),
      });
      closeOpen(work, step, 'quorum-met');
      return 'passed';
    case 'rejected':
      emit(work, {
        type: 'step.rejected',
        step: step.id,
        why: quorum(work, step, 'rejected', count, deciders(work, step)),
      });
      return 'rejected';
    case 'blocked': {
      if (status !== 'blocked') {
        const rule = people.eligible.size === 0 ? 'no-eligible-person' : 'quorum-out-of-reach';
        const why = quorum(work, step, rule, count, [
          ...people.barred,
          ...deciders(work, step),
          ...vacancies(work, step),
        ]);
        const facts = [...new Set([...people.causes, ...people.facts])];
        emit(work, { type: 'step.blocked', step: step.id, why: { ...why, facts } });
      }
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

export function closeOpen(work: Work, step: Approve | null, rule: string): void {
  const open = work.state.assignments.filter(
    (a) => (a.status === 'open' || a.status === 'vacant') && (step === null || a.step === step.id),
  );
  if (open.length === 0) return;
  emit(work, {
    type: 'assignments.closed',
    assignments: open.map((a) => a.n),
    status: 'no_longer_required',
    why: because(rule, { clause: step ? at(work, step, 'need') : null }),
  });
}

const deciders = (work: Work, step: Approve): PersonReason[] =>
  work.state.decisions
    .filter((d) => d.step === step.id && d.standing)
    .map((d) => ({ person: d.person, reason: `decided:${d.decision}` }));

const vacancies = (work: Work, step: Approve): PersonReason[] =>
  work.state.assignments
    .filter((a) => a.step === step.id && a.status === 'vacant')
    .map((a) => ({ person: a.person, reason: 'vacant' }));

function quorum(
  work: Work,
  step: Approve,
  rule: string,
  count: Tally,
  persons: readonly PersonReason[],
): ReturnType<typeof because> {
  const { approvals, rejections, abstentions, open, required } = count;
  const inputs = { approvals, rejections, abstentions, open, required };
  return because(rule, { clause: at(work, step, 'need'), inputs, persons });
}

/** The clause's place in the definition, such as `route[1].need`. */
export const at = (work: Work, step: { readonly id: string }, member: string): string =>
  `${work.context.definition.path(step.id)}.${member}`;
