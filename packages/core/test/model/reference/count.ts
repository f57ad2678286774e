import type { Approve } from '../../../src/definition/model.ts';
import type { People } from './people.ts';
import {
  addedApprovers,
  type Decision,
  hasActed,
  isActive,
  type Model,
  onAddedPlace,
  placesNow,
  standingIn,
} from './state.ts';

export type Verdict = 'approved' | 'rejected' | 'blocked' | 'open';

/** How many must approve when so many may (SEMANTICS 8). Never none. */
export function requiredOf({ need }: Approve, people: number): number {
  switch (need.rule) {
    case 'any':
      return 1;
    case 'all':
      return Math.max(1, people);
    case 'atLeast':
      return need.n;
    case 'each':
      return need.of.map(({ n }) => n).reduce((a, b) => a + b, 0);
    case 'share':
      return Math.max(1, Math.ceil((Number(need.percent) * people) / 100));
    default: {
      const never: never = need;
      return never;
    }
  }
}

export const isFrozen = ({ need }: Approve): boolean => need.rule === 'all' || need.rule === 'share';

/** With `whileActive`, an approval lapses when somebody behind it has left. */
const lapsed = (m: Model, step: Approve, d: Decision): boolean =>
  step.whileActive && !(isActive(m, d.person) && isActive(m, d.principal));

/** Could this person still answer their place? */
const canAnswer = (m: Model, step: Approve, people: People, person: string): boolean =>
  people.can.has(person) && !hasActed(m, step.id, person);

/** Where a step stands (SEMANTICS 7 to 9, 21), counted anew from all decisions and places. */
export function verdict(m: Model, step: Approve, people: People): Verdict {
  const decided = standingIn(m, step.id);
  const approvals = decided.filter((d) => d.what === 'approve' && !lapsed(m, step, d));
  const rejections = decided.filter((d) => d.what === 'reject');
  const open = placesNow(m, step.id).filter((p) => p.is === 'open' && canAnswer(m, step, people, p.person));
  const quorum = quorumOf(m, step, people, { approvals, rejections, open });
  const asked = addedApprovers(m, step.id);
  const wanting = asked.filter((one) => !approvals.some((d) => d.principal === one));
  if (quorum === 'rejected' || wanting.some((one) => rejections.some((d) => d.principal === one)))
    return 'rejected';
  if (wanting.some((one) => !open.some((p) => p.person === one))) return 'blocked';
  return quorum === 'approved' && wanting.length > 0 ? 'open' : quorum;
}

type Ballot = {
  approvals: Decision[];
  rejections: Decision[];
  open: { person: string; added: boolean }[];
};

function quorumOf(m: Model, step: Approve, people: People, ballot: Ballot): Verdict {
  const { reject } = step;
  const approvals = ballot.approvals.filter((d) => !onAddedPlace(m, d));
  const open = ballot.open.filter((p) => !p.added);
  if (reject.rule === 'first' && ballot.rejections.length > 0) return 'rejected';
  if (reject.rule === 'atLeast' && ballot.rejections.length >= reject.n) return 'rejected';
  const sure = approvals.map(namesOfDecision);
  const met = reaches(m, step, sure);
  if (met && !(reject.rule === 'wait' && ballot.open.length > 0)) return 'approved';
  const hoped = open.map((p) => namesIn(step, people.can.get(p.person)?.names ?? []));
  if (reaches(m, step, [...sure, ...hoped])) return 'open';
  const refused = ballot.rejections.map(namesOfDecision);
  return reaches(m, step, [...sure, ...hoped, ...refused]) ? 'rejected' : 'blocked';
}

const namesOfDecision = (d: Decision): readonly string[] => d.countsFor;

/** Of the groups and roles that a quorum names, those by which somebody is asked. */
export const namesIn = ({ need }: Approve, names: readonly string[]): string[] =>
  need.rule === 'each' ? need.of.map(({ name }) => name).filter((name) => names.includes(name)) : [];

/** Are these persons enough, each for one? */
function reaches(m: Model, step: Approve, persons: readonly (readonly string[])[]): boolean {
  const { need } = step;
  if (need.rule !== 'each') return persons.length >= (m.steps[step.id]?.required ?? 1);
  return seated(
    need.of.flatMap(({ name, n }) => Array.from({ length: n }, () => name)),
    persons,
  );
}

/** By trial of every way to seat them. */
function seated(seats: readonly string[], persons: readonly (readonly string[])[]): boolean {
  const [seat, ...others] = seats;
  if (seat === undefined) return true;
  return persons.some(
    (names, i) =>
      names.includes(seat) &&
      seated(
        others,
        persons.filter((_, other) => other !== i),
      ),
  );
}

/** A settled step whose approvals are too few since somebody has left. */
export function hasLapsed(m: Model, step: Approve): boolean {
  if (!step.whileActive) return false;
  const override = m.overrides.find((o) => o.stands && o.step === step.id);
  if (override) return !isActive(m, override.person);
  const alive = standingIn(m, step.id).filter((d) => d.what === 'approve' && !lapsed(m, step, d));
  const own = alive.filter((d) => !onAddedPlace(m, d));
  const met = own.length >= (m.steps[step.id]?.required ?? 1) && reaches(m, step, own.map(namesOfDecision));
  const added = addedApprovers(m, step.id).every((one) => alive.some((d) => d.principal === one));
  return !(met && added);
}
