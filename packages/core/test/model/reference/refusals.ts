import type { Approve } from '../../../src/definition/model.ts';
import type { FieldValues } from '../../../src/values.ts';
import type { Act } from './history.ts';
import { bar, candidates, type People, use, whoMay } from './people.ts';
import {
  addedApprovers,
  additionsTo,
  allNodes,
  approveStep,
  hasActed,
  isActive,
  isLate,
  type Model,
  type Place,
  placesNow,
  standingIn,
} from './state.ts';
import { after, awaitedFirst } from './step.ts';

type Of<A extends Act['act']> = Extract<Act, { act: A }>;
type Code = string | null;

const notActive = (m: Model): Code => (m.status === 'active' ? null : 'request-not-active');
const late = (m: Model): Code => (isLate(m) ? 'deadline-passed' : null);
const held = (m: Model): Code => (m.hold === null ? null : 'on-hold');
const stale = (act: { stale: boolean }): Code => (act.stale ? 'revision-mismatch' : null);
const excludedOr = (reason: string): string => (reason === 'excluded' ? 'excluded' : 'not-eligible');

/** Whose request it is; a service account acts for them. */
const isOwner = (m: Model, by: string | null): boolean =>
  by === null || [m.requester, m.submitter, m.beneficiary].includes(by);
const isAsked = (m: Model, by: string | null): boolean =>
  m.places.some((p) => p.is === 'open' && p.person === by);

/** Of all that a value may lack, random sequences know one thing: a person whom nobody knows. */
const unfit = (m: Model, { lead }: FieldValues): Code =>
  typeof lead === 'string' && m.people[lead] === undefined ? 'validation-failed' : null;

/** Why an act is refused, or null. Reads only. */
export function refusal(m: Model, by: string | null, act: Act): Code {
  if (act.act === 'file') {
    // Whoever acts has been let in; of those whom they name, all must be active.
    const named = [act.requester, act.submitter, act.beneficiary];
    if (!named.every((one) => one === null || isActive(m, one))) return 'unknown-person';
    return unfit(m, act.fields);
  }
  if (m.status === 'none') return 'not-found';
  switch (act.act) {
    case 'submit':
      if (m.status !== 'draft') return 'request-not-active';
      return isOwner(m, by) ? null : 'not-allowed';
    case 'revise':
      if (m.status === 'closed') return 'request-not-active';
      if (late(m) ?? stale(act)) return late(m) ?? stale(act);
      return isOwner(m, by) || isAsked(m, by) ? unfit(m, act.fields) : 'not-allowed';
    case 'decide':
      return decide(m, by, act);
    case 'rework':
      return rework(m, by, act);
    case 'add':
      return add(m, by, act);
    case 'advise':
    case 'takeAway':
      return act.act === 'advise' ? advise(m, by, act.addition) : takeAway(m, by, act.addition);
    case 'override':
      return override(m, by, act);
    case 'review':
      return review(m, by, act);
    case 'ratify':
      return ratify(m, by, act.decision);
    case 'reassign':
      return reassign(m, by, act);
    case 'answer':
      return answer(m, by, act);
    case 'hold': {
      const mine = isOwner(m, by) || isAsked(m, by);
      return notActive(m) ?? late(m) ?? (mine ? null : 'not-allowed') ?? held(m);
    }
    case 'release': {
      const may = m.hold !== null && (by === null || by === m.hold || isAsked(m, by));
      return notActive(m) ?? late(m) ?? (may ? null : 'not-allowed');
    }
    case 'cancel':
      if (m.status === 'closed') return 'request-not-active';
      return isOwner(m, by) ? null : 'not-allowed';
    case 'reopen':
      if (m.status !== 'closed') return 'request-not-active';
      if (m.effect === 'done') return 'effect-receipted';
      return isOwner(m, by) ? null : 'not-allowed';
    case 'effect':
      if (m.outcome !== 'approved' || act.stale) return 'effect-not-allowed';
      if (m.effect === 'done') return 'effect-receipted';
      return m.effect === 'started' && !act.done ? 'effect-not-allowed' : null;
    case 'fire': {
      const due = m.alarms[act.alarm];
      return due !== undefined && m.now < due ? 'timer-not-due' : null;
    }
    case 'recheck':
      return null;
    default: {
      const never: never = act;
      return never;
    }
  }
}

/** Is the place still asked, and is the act about what its maker saw? */
function askedOf(m: Model, act: { place: string; stale: boolean }): Code {
  const place = m.places.find((p) => p.key === act.place);
  if (!place) return 'not-found';
  const decided = m.decisions.some((d) => d.place === place.key);
  const closed = place.is === 'open' ? null : decided ? 'already-decided' : 'assignment-not-open';
  return notActive(m) ?? closed ?? late(m) ?? held(m) ?? stale(act);
}

type Found = { place: Place; step: Approve; people: People };

function find(m: Model, key: string): Found {
  const place = m.places.find((p) => p.key === key);
  const step = place && approveStep(m, place.step);
  if (!place || !step) throw new Error(`no place ${key}`);
  return { place, step, people: whoMay(m, step) };
}

/** May they, now, and by whose authority (SEMANTICS 13, 14)? */
function authority(m: Model, by: string | null, found: Found, onBehalfOf: string | null): Code {
  const { step, people } = found;
  const principal = found.place.person;
  if (by === null) return 'person-required';
  if (hasActed(m, step.id, by) || hasActed(m, step.id, principal)) return 'already-decided';
  if (onBehalfOf !== null && onBehalfOf !== principal) return 'name-authority';
  if (by !== principal && addedApprovers(m, step.id).includes(by)) return 'not-eligible';
  const using = use(m, step, people, principal, by);
  if (!('chain' in using)) return using.why === 'delegation-out-of-scope' ? using.why : excludedOr(using.why);
  const own = placesNow(m, step.id).some((p) => p.is === 'open' && p.person === by);
  return by !== principal && onBehalfOf === null && own ? 'name-authority' : null;
}

function decide(m: Model, by: string | null, act: Of<'decide'>): Code {
  const closed = askedOf(m, act);
  if (closed !== null) return closed;
  const found = find(m, act.place);
  if (!found.step.decisions.includes(act.what)) return 'decision-not-offered';
  const refused = authority(m, by, found, act.onBehalfOf);
  if (refused !== null || act.what === 'reject' || act.what === 'return') return refused;
  const first = awaitedFirst(m, found.step.id);
  const mine = first.some((a) => a.as === 'approver' && a.person === found.place.person);
  return first.length === 0 || mine ? null : 'added-first';
}

function rework(m: Model, by: string | null, act: Of<'rework'>): Code {
  const closed = askedOf(m, act);
  if (closed !== null) return closed;
  const found = find(m, act.place);
  const refused = authority(m, by, found, act.onBehalfOf);
  if (refused !== null) return refused;
  const to = approveStep(m, act.to);
  const before = to !== null && act.to !== found.step.id && m.steps[act.to]?.is === 'approved';
  return before && after(m.definition.route, act.to).includes(found.step.id) ? null : 'not-earlier';
}

function add(m: Model, by: string | null, act: Of<'add'>): Code {
  const closed = askedOf(m, act);
  if (closed !== null) return closed;
  const found = find(m, act.place);
  const refused = authority(m, by, found, act.onBehalfOf);
  if (refused !== null) return refused;
  const { person, as } = act;
  const { id } = found.step;
  const before = additionsTo(m, id);
  if (person === by || person === found.place.person || before.length >= 20) return 'not-eligible';
  if (before.some((a) => a.person === person && a.as === as)) return 'not-eligible';
  if (m.people[person] === undefined) return 'unknown-person';
  if (as === 'adviser') return isActive(m, person) ? null : 'not-eligible';
  const barred = bar(m, id, person);
  if (barred !== null) return excludedOr(barred);
  const hasPlace = placesNow(m, id).some(
    (p) => p.person === person && (!p.added || ['open', 'vacant', 'decided'].includes(p.is)),
  );
  return hasPlace || hasActed(m, id, person) ? 'not-eligible' : null;
}

function advise(m: Model, by: string | null, n: number): Code {
  const refused = notActive(m) ?? late(m);
  if (refused !== null) return refused;
  const addition = m.additions[n - 1];
  if (addition?.as !== 'adviser') return 'not-found';
  if (by !== addition.person) return 'not-allowed';
  return addition.is === 'asked' ? null : 'answer-not-expected';
}

function takeAway(m: Model, by: string | null, n: number): Code {
  const refused = notActive(m) ?? late(m) ?? held(m);
  if (refused !== null) return refused;
  const addition = m.additions[n - 1];
  if (!addition) return 'not-found';
  if (by !== null && by !== addition.by) return 'not-allowed';
  const approved = standingIn(m, addition.step).some(
    (d) => d.principal === addition.person && d.what === 'approve',
  );
  const over = addition.is !== 'asked' || (addition.as === 'approver' && approved);
  return over ? 'answer-not-expected' : null;
}

function override(m: Model, by: string | null, act: Of<'override'>): Code {
  const refused = notActive(m) ?? late(m) ?? held(m) ?? stale(act);
  if (refused !== null) return refused;
  const clause = approveStep(m, act.step)?.override;
  if (!clause) return 'override-not-offered';
  const is = m.steps[act.step]?.is;
  if (is !== 'open' && is !== 'blocked') return 'step-not-open';
  if (by === null) return 'person-required';
  const people = candidates(m, act.step, clause.by);
  if (!people.can.has(by)) return excludedOr(people.cannot.get(by) ?? '');
  const part = standingIn(m, act.step).some((d) => [d.person, d.principal, ...d.chain].includes(by));
  if (part) return 'already-decided';
  const catalogue = m.definition.reasons?.find((one) => one.decision === 'override');
  if (!catalogue?.codes.some(({ code }) => code === act.reason)) return 'reason-unknown';
  const reviewers = [...candidates(m, act.step, clause.review).can.keys()];
  return reviewers.some((one) => one !== by) ? null : 'not-allowed';
}

function review(m: Model, by: string | null, act: Of<'review'>): Code {
  const one = m.overrides[act.override - 1];
  const clause = one && approveStep(m, one.step)?.override;
  if (!one || !clause) return 'not-found';
  if (by === null) return 'person-required';
  if (one.reviewed) return 'already-decided';
  if (by === one.person) return 'not-allowed';
  const people = candidates(m, one.step, clause.review);
  if (!people.can.has(by)) return excludedOr(people.cannot.get(by) ?? '');
  return !act.good && act.why === null ? 'validation-failed' : null;
}

function ratify(m: Model, by: string | null, key: string): Code {
  const d = m.decisions.find((one) => one.key === key);
  if (!d) return 'not-found';
  if (d.person === d.principal || by !== d.principal) return 'not-allowed';
  if (d.ratified) return 'already-decided';
  if (!d.stands) return 'not-allowed';
  const barred = bar(m, d.step, by);
  return barred === null ? null : excludedOr(barred);
}

function reassign(m: Model, by: string | null, act: Of<'reassign'>): Code {
  const refused = notActive(m) ?? late(m);
  if (refused !== null) return refused;
  if (!m.places.some((p) => p.key === act.place)) return 'not-found';
  const { place, step, people } = find(m, act.place);
  if (place.is !== 'open' && place.is !== 'vacant') return 'assignment-not-open';
  if ((by !== null && by !== place.person) || place.added) return 'not-allowed';
  const barred = bar(m, step.id, act.to);
  if (barred !== null) return barred === 'unknown-person' ? barred : excludedOr(barred);
  if (step.need.rule === 'each' && !people.can.has(act.to)) return 'not-eligible';
  const taken = placesNow(m, step.id).some(
    (p) => p.person === act.to && ['open', 'vacant', 'decided'].includes(p.is),
  );
  return taken || hasActed(m, step.id, act.to) ? 'not-eligible' : null;
}

function answer(m: Model, by: string | null, act: Of<'answer'>): Code {
  const refused = notActive(m) ?? late(m);
  if (refused !== null) return refused;
  if (by !== null) return 'not-allowed';
  const node = allNodes(m.definition.route).find((n) => n.id === act.step);
  const own = m.steps[act.step];
  if (node?.kind !== 'check' || !own?.asked) return 'answer-not-expected';
  // What was answered stays so, also while a hold puts off what follows from it; unless it only holds.
  const settled = own.answer === 'pass' || (own.answer !== null && node.else[own.answer] !== 'hold');
  if (settled || (own.is !== 'waiting' && own.is !== 'held')) return 'answer-not-expected';
  if (act.stale) return 'revision-mismatch';
  const due = m.alarms[`check:${act.step}`];
  return due !== undefined && m.now >= due && node.else.unknown !== 'hold' ? 'deadline-passed' : null;
}
