import { type Candidates, MAX_CANDIDATES } from '../authority/candidates.ts';
import { usePlace } from '../authority/place.ts';
import type { Approve } from '../definition/model.ts';
import { canonicalJson } from '../facts/digest.ts';
import { escalationTimer, reminderTimer } from '../request/evolve.ts';
import type { Assignment } from '../request/model.ts';
import { addDuration } from '../time.ts';
import { because } from '../why/explain.ts';
import type { Explanation, PersonReason } from '../why/model.ts';
import { placesOf } from './places.ts';
import { actors, freezesRoster, requiredApprovals, type Tally, tally } from './tally.ts';
import { emit, peopleNow, type Work } from './work.ts';

export type StepResult = 'passed' | 'waiting' | 'rejected';

/** What made the step due: its `when`, or nothing but its place in the route. */
export type Reason = Pick<Explanation, 'inputs'> & { readonly rule: string; readonly clause: string | null };

/** Opens an approve step for those who are eligible now, or holds it where an input for its assignees is missing. */
export function openStep(work: Work, step: Approve, reason: Reason): StepResult {
  const people = peopleNow(work, step);
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
    why: because(reason.rule, {
      clause: reason.clause ?? at(work, step, 'by'),
      inputs: { ...reason.inputs, ...people.inputs },
      facts: people.facts,
      persons: cited(people.barred),
    }),
  });
  keepDecisions(work, step, people);
  openPlaces(work, step, people, [...people.eligible.keys()]);
  if (freezesRoster(step.need)) openVacancies(work, step, people);
  return settle(work, step, people);
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

/**
 * Decisions of an earlier revision stand if their makers still may make them, with everybody on their chain of
 * authority; a maker who lost their authority is asked no more (SEMANTICS 4).
 */
function keepDecisions(work: Work, step: Approve, people: Candidates): void {
  const clause = at(work, step, 'reviews');
  for (const d of work.state.decisions.filter((one) => one.step === step.id && one.standing)) {
    const use = usePlace(work.state, work.context, step, people, d.principal, d.person);
    if (use.ok) {
      const why = because('nothing-reviewed-changed', { clause });
      emit(work, { type: 'decision.kept', decision: d.n, why });
    } else {
      const persons = [{ person: use.person, reason: use.reason }];
      const why = because('maker-not-eligible', { clause, persons });
      emit(work, { type: 'decision.voided', decision: d.n, why });
    }
  }
}

/** Brings an open step's places in line with who is eligible now, then sees whether it is settled. */
export function reconcile(work: Work, step: Approve): StepResult {
  const people = peopleNow(work, step);
  const frozen = freezesRoster(step.need);
  const opening = work.state.steps[step.id]?.opening;
  const mine = placesOf(work.state, step.id).filter((a) => a.opening === opening);
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
  const acted = back.length > 0 ? actors(work.state, step.id) : new Set();
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

/** An explanation names no more persons than a step can ask. */
const cited = (persons: readonly PersonReason[]): readonly PersonReason[] => persons.slice(0, MAX_CANDIDATES);

function openPlaces(work: Work, step: Approve, people: Candidates, persons: readonly string[]): void {
  const acted = actors(work.state, step.id);
  const free = persons.filter((person) => !acted.has(person));
  addPlaces(work, step, people, free, 'open');
}

/** Whoever has decided for a colleague is of the roster, but their own place is for somebody else to fill. */
function openVacancies(work: Work, step: Approve, people: Candidates): void {
  const used = new Set(
    work.state.decisions.filter((d) => d.step === step.id && d.standing).map((d) => d.principal),
  );
  const acted = actors(work.state, step.id);
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
  const opening = work.state.steps[step.id]?.opening ?? 1;
  const assignments = persons.map(
    (person, i): Assignment => ({
      n: first + i,
      step: step.id,
      opening,
      person,
      via: people.eligible.get(person) ?? [],
      status,
    }),
  );
  emit(work, { type: 'assignments.opened', step: step.id, assignments });
}

/** Emits what the tally says, if it is news. */
function settle(work: Work, step: Approve, people: Candidates): StepResult {
  const count = tally(work.state, work.context, step, people.eligible);
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
      const why = blocked(work, step, people, count);
      const before = work.state.steps[step.id]?.why;
      if (status !== 'blocked' || canonicalJson(before) !== canonicalJson(why))
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
