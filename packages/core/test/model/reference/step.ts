import type { Approve, Node } from '../../../src/definition/model.ts';
import { isFrozen, namesIn, requiredOf } from './count.ts';
import { type People, use, whoMay, withAdded } from './people.ts';
import { addPlace, later, voidOverrides } from './request.ts';
import {
  additionsTo,
  approveStep,
  blank,
  type Decision,
  hasActed,
  type Model,
  onAddedPlace,
  placesNow,
  standingIn,
} from './state.ts';

/** Opens a step for those who may answer it now; says what is missing to know them. */
export function openStep(m: Model, step: Approve): readonly string[] {
  const people = whoMay(m, step);
  if (people.missing.length > 0) return [...new Set(people.missing)].sort();
  voidOverrides(m, (id) => id === step.id);
  m.openings[step.id] = (m.openings[step.id] ?? 0) + 1;
  m.steps[step.id] = { ...blank(), is: 'open', required: requiredOf(step, people.can.size) };
  step.remind.forEach((after, i) => {
    m.alarms[`remind:${step.id}:${i}`] = later(m.now, after);
  });
  if (step.escalate) m.alarms[`escalate:${step.id}`] = later(m.now, step.escalate.after);
  const roster = [...people.can.keys()];
  withAdded(m, step, people);
  for (const d of standingIn(m, step.id)) if (!mayStand(m, step, people, d)) d.stands = false;
  for (const [person, { added, escalated }] of people.can)
    if (!hasActed(m, step.id, person)) addPlace(m, step.id, person, { added, escalated });
  // Who decides for a colleague leaves their own place to somebody else.
  if (isFrozen(step))
    for (const person of roster) {
      const used = standingIn(m, step.id).some((d) => d.principal === person);
      if (hasActed(m, step.id, person) && !used) addPlace(m, step.id, person, { is: 'vacant' });
    }
  carry(m, step);
  return [];
}

/** May what was decided before stand in this opening too (SEMANTICS 4)? */
function mayStand(m: Model, step: Approve, people: People, d: Decision): boolean {
  if (!('chain' in use(m, step, people, d.principal, d.person))) return false;
  const asked = people.can.get(d.principal);
  if (asked?.added !== onAddedPlace(m, d)) return false;
  if (namesIn(step, asked.names).join() !== d.countsFor.join()) return false;
  return d.carriedFrom === null || m.decisions.some((one) => one.key === d.carriedFrom && one.stands);
}

/** Brings the places of an open step in line with who may answer now. */
export function refresh(m: Model, step: Approve): void {
  const people = whoMay(m, step);
  for (const place of placesNow(m, step.id)) {
    if (place.is === 'open' && !people.can.has(place.person))
      place.is = isFrozen(step) || place.added ? 'vacant' : 'excluded';
    else if (place.is === 'vacant' && people.can.has(place.person) && !hasActed(m, step.id, place.person))
      place.is = 'open';
  }
  for (const [person, { added, escalated }] of people.can) {
    const had = placesNow(m, step.id).some(
      (p) => p.person === person && p.is !== 'excluded' && !(p.added && p.is === 'withdrawn'),
    );
    // A frozen roster grows only by what was meant to make it grow.
    const joins = !isFrozen(step) || added || escalated;
    if (!had && joins && !hasActed(m, step.id, person)) addPlace(m, step.id, person, { added, escalated });
  }
}

/** Whom a step waits for before anybody else may approve it (SEMANTICS 21). */
export const awaitedFirst = (m: Model, step: string): { person: string; as: string }[] =>
  additionsTo(m, step).filter(
    (a) =>
      a.order === 'before' &&
      (a.as === 'adviser'
        ? a.is === 'asked'
        : !standingIn(m, step).some((d) => d.principal === a.person && d.what === 'approve')),
  );

/** Who has approved as much before is not asked again, where the step says so (SEMANTICS 10). */
function carry(m: Model, step: Approve): void {
  if (step.carry === undefined || awaitedFirst(m, step.id).length > 0) return;
  if (m.decisions.some((d) => d.step === step.id && !d.stands)) return;
  for (const place of placesNow(m, step.id)) {
    if (place.is !== 'open' || place.added) continue;
    const source = m.decisions.find(
      (d) =>
        d.stands &&
        d.what === 'approve' &&
        d.carriedFrom === null &&
        d.person === place.person &&
        d.principal === place.person &&
        !onAddedPlace(m, d) &&
        sawAsMuch(m, d.step, step) &&
        after(m.definition.route, d.step).includes(step.id) &&
        d.step !== step.id,
    );
    if (!source) continue;
    place.is = 'decided';
    const names = namesIn(step, whoMay(m, step).can.get(place.person)?.names ?? []);
    m.decisions.push({
      ...source,
      ...{ key: place.key, place: place.key, step: step.id, chain: [], countsFor: names },
      ...{ carriedFrom: source.key, ratified: false },
    });
  }
}

function sawAsMuch(m: Model, earlier: string, later: Approve): boolean {
  const saw = approveStep(m, earlier)?.reviews ?? [];
  if (saw === 'all') return true;
  return later.reviews !== 'all' && later.reviews.every((name) => saw.includes(name));
}

/** A step and what comes after it; what stands beside it in a `parallel` does not. */
export function after(route: readonly Node[], id: string): readonly string[] {
  const ids = (nodes: readonly Node[]): string[] =>
    nodes.flatMap((node) => [node.id, ...lists(node).flatMap(ids)]);
  for (const [i, node] of route.entries()) {
    const rest = ids(route.slice(i + 1));
    if (node.id === id) return [...ids([node]), ...rest];
    for (const list of lists(node)) {
      const inside = after(list, id);
      if (inside.length > 0) return [...inside, ...rest];
    }
  }
  return [];
}

/** What is done one after the other in a node. */
export const lists = (node: Node): readonly (readonly Node[])[] => {
  if (node.kind === 'parallel') return node.steps.map((one) => [one]);
  if (node.kind === 'sequence') return [node.steps];
  return node.kind === 'choose' ? node.branches.map((branch) => branch.steps) : [];
};
