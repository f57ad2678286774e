import { bar, type Candidates, MAX_CANDIDATES } from '../authority/candidates.ts';
import { assigneesOf } from '../definition/assignees.ts';
import type { Approve } from '../definition/model.ts';
import { placesOf } from '../request/fold.ts';
import type { Assignment, Via } from '../request/model.ts';
import { openRungOf } from '../request/rungs.ts';
import { withAdded } from './added.ts';
import { requiredApprovals } from './tally.ts';
import { candidates, type Work } from './work.ts';

/** Whom a step may ask. `fallback` is there where that is asked: whom it stands in for, and how many were needed. */
export type Asked = Candidates & { readonly fallback?: Candidates & { readonly required: number } };

/**
 * Who may answer a step now: its assignees, with an escalation's if it has escalated, its fallback's where too few
 * are left, and those to whom a place was reassigned. Asked when the step opens and again at each decision. What
 * happened in an earlier opening (escalation, reassignment) is over: each opening reads authority anew.
 * @param next the rung of a chain that is about to open; else the open one is meant
 */
export function peopleOf(work: Work, step: Approve, next?: string): Asked {
  const reached = work.state.steps[step.id];
  const isOpen = next === undefined && (reached?.status === 'open' || reached?.status === 'blocked');
  const opened = isOpen ? reached : null;
  let instead: Asked['fallback'];
  let people = candidates(work, step, step.by, next ?? (opened ? openRungOf(opened) : undefined));
  if (opened?.escalated && step.escalate) {
    const added = tagged(candidates(work, step, step.escalate.add), { via: 'escalation' });
    people = step.escalate.replace ? added : merge(people, added);
  }
  if (isCrowd(people)) return nobody(people);
  const required = opened ? opened.required : requiredApprovals(step.need, people.eligible.size);
  if (step.fallback && people.missing.length === 0 && people.eligible.size < required) {
    instead = { ...people, required };
    people = merge(people, tagged(candidates(work, step, step.fallback), { via: 'fallback' }));
  }
  if (opened) people = withAdded(work, step, withReassigned(work, step, people));
  if (isCrowd(people)) people = nobody(people);
  return instead === undefined ? people : { ...people, fallback: instead };
}

/** A matrix may let vacancies climb. */
export const asksMatrix = (step: Approve): boolean =>
  assigneesOf(step, '').some(({ by }) => by.by === 'matrix');

/**
 * A matrix limits how much a person may approve, and a quorum by groups counts people for theirs: there, a reassigned
 * place needs somebody whom the step itself names.
 */
export const asksByName = (step: Approve): boolean => step.need.rule === 'each' || asksMatrix(step);

function withReassigned(work: Work, step: Approve, people: Candidates): Candidates {
  const reached = work.state.steps[step.id];
  const rung = openRungOf(reached);
  const mine = placesOf(work, step.id).filter((a) => a.opening === reached?.opening && a.rung === rung);
  const replaced = reached?.escalated === true && step.escalate?.replace === true;
  const moved = mine.filter(
    (a) =>
      reassigned(a.via) !== null &&
      !people.eligible.has(a.person) &&
      (!replaced || comesFromEscalation(mine, a, people)),
  );
  if (moved.length === 0 || asksByName(step)) return people;
  const eligible = new Map(people.eligible);
  const barred = [...people.barred];
  for (const { person, via } of moved) {
    const reason = bar(work.state, work.context, step, person);
    if (reason === null) eligible.set(person, reassigned(via) ?? []);
    else if (!barred.some((b) => b.person === person)) barred.push({ person, reason });
  }
  return { ...people, eligible, barred };
}

/** Was this place one of those whom the escalation asks instead, before it was moved? */
function comesFromEscalation(mine: readonly Assignment[], place: Assignment, people: Candidates): boolean {
  const moved = place.via.find((v) => v.via === 'reassignment');
  if (moved === undefined) return place.via.some((v) => v.via === 'escalation');
  if (people.eligible.has(moved.from)) return true;
  const before = mine.findLast((a) => a.n < place.n && a.person === moved.from);
  return before !== undefined && comesFromEscalation(mine, before, people);
}

const reassigned = (via: readonly Via[]): readonly Via[] | null => {
  const found = via.find((v) => v.via === 'reassignment');
  return found ? [found] : null;
};

const isCrowd = (people: Candidates): boolean => people.eligible.size > MAX_CANDIDATES;

/** Too many to follow are as good as none; the cause is named. */
const nobody = (people: Candidates): Candidates => ({
  ...people,
  eligible: new Map(),
  causes: [...people.causes, `too-many-candidates:${people.eligible.size}`].sort(),
});

const tagged = (people: Candidates, tag: Via): Candidates => ({
  ...people,
  eligible: new Map([...people.eligible].map(([person, via]) => [person, [tag, ...via]])),
});

function merge(a: Candidates, b: Candidates): Candidates {
  const eligible = new Map(a.eligible);
  for (const [person, via] of b.eligible) if (!eligible.has(person)) eligible.set(person, via);
  const named = new Set(a.barred.map((one) => one.person));
  return {
    eligible,
    barred: [...a.barred, ...b.barred.filter((one) => !named.has(one.person))],
    missing: [...new Set([...a.missing, ...b.missing])].sort(),
    causes: [...new Set([...a.causes, ...b.causes])].sort(),
    inputs: { ...a.inputs, ...b.inputs },
    facts: [...new Set([...a.facts, ...b.facts])].sort(),
    ...(a.ladder ? { ladder: a.ladder } : {}),
  };
}
