import type { Approve, Assignees } from '../../../src/definition/model.ts';
import type { Grant } from './history.ts';
import { additionsTo, isActive, type Model, type Place, placesNow, standingIn } from './state.ts';

/** How somebody comes to be asked: by which groups and roles, and whether by the escalation or as an addition. */
export type Asked = { names: string[]; escalated: boolean; added: boolean; from: string | null };
export type People = {
  /** By person, in the order in which they are asked. */
  can: Map<string, Asked>;
  /** Named, and why not. */
  cannot: Map<string, string>;
  missing: string[];
};

type Named = { person: string; name: string | null };

/** Whom a clause names, whoever they are; a field that has no value is missing. */
function named(m: Model, by: Assignees, missing: string[]): Named[] {
  const plain = (person: string): Named => ({ person, name: null });
  switch (by.by) {
    case 'user':
      return [plain(by.user)];
    case 'group':
      return (m.groups[by.group] ?? []).map((person) => ({ person, name: by.group }));
    case 'role':
      return (m.roles[by.role] ?? []).map((person) => ({ person, name: by.role }));
    case 'field': {
      const value = m.fields[by.field];
      if (typeof value === 'string') return [plain(value)];
      missing.push(`fields.${by.field}`);
      return [];
    }
    case 'manager': {
      const line = [m[by.of]];
      while (line.length <= by.levels) {
        const above = m.people[line.at(-1) ?? '']?.manager ?? null;
        if (above === null || line.includes(above)) break;
        line.push(above);
      }
      return line.slice(1).map(plain);
    }
    case 'any':
      return by.any.flatMap((one) => named(m, one, missing));
    case 'matrix':
      throw new Error('the reference model knows no matrices');
    default: {
      const never: never = by;
      return never;
    }
  }
}

/** Why somebody may decide nothing in a step, or null (SEMANTICS 11, 12). */
export function bar(m: Model, step: string, person: string): string | null {
  if (m.people[person] === undefined) return 'unknown-person';
  if (!isActive(m, person)) return 'inactive';
  return excluded(m, step, person) ? 'excluded' : null;
}

export function excluded(m: Model, step: string, person: string): boolean {
  const { never, different } = m.definition.separate;
  for (const identity of never)
    if (identity === 'editor' ? m.editors.includes(person) : m[identity] === person) return true;
  for (const list of different)
    if (list.includes(step))
      for (const other of list) if (other !== step && tookPart(m, other, person)) return true;
  return false;
}

const tookPart = (m: Model, step: string, person: string): boolean =>
  standingIn(m, step).some((d) => [d.person, d.principal, ...d.chain].includes(person)) ||
  m.overrides.some((o) => o.stands && o.step === step && o.person === person);

export function candidates(m: Model, step: string, by: Assignees): People {
  const people: People = { can: new Map(), cannot: new Map(), missing: [] };
  const found = named(m, by, people.missing);
  for (const person of [...new Set(found.map((one) => one.person))].sort()) {
    const reason = bar(m, step, person);
    const names = found.flatMap((one) => (one.person === person && one.name !== null ? [one.name] : []));
    if (reason === null) people.can.set(person, { names, escalated: false, added: false, from: null });
    else people.cannot.set(person, reason);
  }
  return people;
}

/** Who may answer a step as it is now. */
export function whoMay(m: Model, step: Approve): People {
  const state = m.steps[step.id];
  const isOpen = state?.is === 'open' || state?.is === 'blocked';
  let people = candidates(m, step.id, step.by);
  const escalated = isOpen && state.escalated ? step.escalate : null;
  if (escalated) {
    const more = candidates(m, step.id, escalated.add);
    for (const asked of more.can.values()) asked.escalated = true;
    people = escalated.replace
      ? more
      : {
          can: new Map([...more.can, ...people.can]),
          cannot: new Map([...more.cannot, ...people.cannot]),
          missing: [...people.missing, ...more.missing],
        };
  }
  if (!isOpen) return people;
  withReassigned(m, step, people, escalated?.replace === true);
  withAdded(m, step, people);
  return people;
}

/** Those to whom a place was passed on, unless the step counts people for their groups: then it names them itself. */
function withReassigned(m: Model, step: Approve, people: People, replaced: boolean): void {
  if (step.need.rule === 'each') return;
  for (const place of placesNow(m, step.id)) {
    if (place.from === null || people.can.has(place.person)) continue;
    if (replaced && !isOfEscalation(m, place, people)) continue;
    const reason = bar(m, step.id, place.person);
    if (reason === null)
      people.can.set(place.person, { names: [], escalated: false, added: false, from: place.from });
    else people.cannot.set(place.person, people.cannot.get(place.person) ?? reason);
  }
}

/** An escalation that replaces withdraws what was passed on before it, and not what is passed on of its own places. */
function isOfEscalation(m: Model, place: Place, people: People): boolean {
  if (place.from === null) return place.escalated;
  if (people.can.get(place.from)?.escalated) return true;
  const mine = placesNow(m, place.step).filter(
    (p) => p.person === place.from && m.places.indexOf(p) < m.places.indexOf(place),
  );
  const before = mine.at(-1);
  return before !== undefined && isOfEscalation(m, before, people);
}

export function withAdded(m: Model, step: Approve, people: People): void {
  for (const { person, as } of additionsTo(m, step.id)) {
    const own = placesNow(m, step.id).some((p) => p.person === person && !p.added);
    if (as !== 'approver' || people.can.has(person) || own) continue;
    const reason = bar(m, step.id, person);
    if (reason === null) people.can.set(person, { names: [], escalated: false, added: true, from: null });
    else people.cannot.set(person, people.cannot.get(person) ?? reason);
  }
}

export type Use = { chain: string[] } | { person: string; why: string };

/** May `person` use the place of `principal`, and through whom (SEMANTICS 13)? */
export function use(m: Model, step: Approve, people: People, principal: string, person: string): Use {
  if (!people.can.has(principal))
    return { person: principal, why: people.cannot.get(principal) ?? 'not-eligible' };
  if (person === principal) return { chain: [] };
  if (!isActive(m, person)) return { person, why: 'inactive' };
  const ways = chains(m, principal, person);
  const fits = ways.filter((way) => way.every((grant) => covers(m, grant)));
  if (fits.length === 0)
    return { person, why: ways.length === 0 ? 'no-delegation' : 'delegation-out-of-scope' };
  const clean = fits.filter((way) => !personsOf(way).some((one) => excluded(m, step.id, one)));
  // Of equals, the one whose last delegations were recorded first.
  const order = (way: readonly Grant[]): string =>
    way
      .map((grant) => String(m.grants.findIndex((one) => one.id === grant.id)).padStart(4, '0'))
      .reverse()
      .join();
  const [shortest] = clean.sort((a, b) => a.length - b.length || (order(a) < order(b) ? -1 : 1));
  if (shortest) return { chain: personsOf(shortest) };
  return { person, why: 'excluded' };
}

const personsOf = (way: readonly Grant[]): string[] => [way[0]?.from ?? '', ...way.map((g) => g.to)];

/** Every way of at most three delegations that hold, the delegate's own last, between active persons. */
function chains(m: Model, principal: string, person: string): Grant[][] {
  const found: Grant[][] = [];
  const follow = (from: string, way: Grant[]): void => {
    if (!isActive(m, from)) return;
    for (const grant of m.grants) {
      if (grant.from !== from || way.some((one) => one.from === grant.to)) continue;
      if (!(grant.starts <= m.now && grant.recorded <= m.now && m.now < grant.ends)) continue;
      if (grant.to === person) found.push([...way, grant]);
      else if (way.length < 2 && grant.redelegable === true) follow(grant.to, [...way, grant]);
    }
  };
  follow(principal, []);
  return found;
}

/** Does a delegation cover this request: its definition, its categories, each of its amounts? */
function covers(m: Model, grant: Grant): boolean {
  if (grant.definitions && !grant.definitions.includes(m.definition.definition)) return false;
  for (const [field, values] of Object.entries(grant.categories ?? {})) {
    const value = m.fields[field];
    if (typeof value !== 'string' || !values.includes(value)) return false;
  }
  const { limit } = grant;
  if (!limit) return true;
  return Object.values(m.fields).every((value) => {
    if (typeof value !== 'object' || !('amount' in value)) return true;
    return value.currency === limit.currency && Number(value.amount) <= Number(limit.amount);
  });
}
