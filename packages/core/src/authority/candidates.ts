import type { Approve, Assignees } from '../definition/model.ts';
import type { Approver, FactSource } from '../facts/model.ts';
import type { Via } from '../request/model.ts';
import type { Context } from '../request/result.ts';
import type { RequestState } from '../request/state.ts';
import type { Json } from '../values.ts';
import type { PersonReason } from '../why/model.ts';
import { addFromMatrix, citeRow, lookUp, type Standing } from './by-matrix.ts';
import { addApprover, addPerson, type Found, type Ladder, note } from './found.ts';
import { covers, limitOf } from './matrix-find.ts';
import { exclusion } from './separation.ts';

/** A step with more candidates than this is blocked, and says so: nobody can follow it, and its entry would be megabytes. */
export const MAX_CANDIDATES = 1000;

/** Who may be asked in a step, as of now, and who may not and why. */
export type Candidates = {
  readonly eligible: ReadonlyMap<string, readonly Via[]>;
  readonly barred: readonly PersonReason[];
  /** Inputs that are absent: the step must hold. */
  readonly missing: readonly string[];
  /** Why nobody could be looked up at all: `no-matrix-row`, `unknown-group:…`. */
  readonly causes: readonly string[];
  readonly inputs: { readonly [path: string]: Json };
  readonly facts: readonly string[];
  /** Present where the step asks a matrix and nobody beside it. */
  readonly ladder?: Ladder;
};

/**
 * Resolves assignees, then takes out the inactive and those whom separation of duties excludes.
 * @param rung of a chain; without it the first is meant
 */
export function candidatesOf(
  state: RequestState,
  context: Context,
  step: Approve,
  by: Assignees,
  rung?: string,
): Candidates {
  const excluded = exclusion(state, context.definition.definition.separate, step);
  const bars = (person: string): string | null => inactive(context, person) ?? excluded(person);
  const lists = { missing: [], causes: [], inputs: {}, facts: [] };
  const found: Found = { persons: new Map(), ...lists, bars, ladder: null, refused: false };
  resolve(state, context, by, { standing: by === step.by ? 'alone' : 'elsewhere', rung }, found);
  const eligible = new Map<string, readonly Via[]>();
  const barred: PersonReason[] = [];
  for (const [person, via] of inOrder(found.persons)) {
    const reason = bars(person);
    if (reason !== null) barred.push({ person, reason });
    else if (!found.refused) eligible.set(person, via);
  }
  return {
    eligible,
    barred,
    missing: found.missing.sort(),
    causes: found.causes.sort(),
    inputs: found.inputs,
    facts: found.facts.sort(),
    ...(found.ladder === null ? {} : { ladder: found.ladder }),
  };
}

/** Why a person may not decide the step at all, or null: unknown, inactive, or excluded. */
export function bar(state: RequestState, context: Context, step: Approve, person: string): string | null {
  return inactive(context, person) ?? exclusion(state, context.definition.definition.separate, step)(person);
}

function inactive(context: Context, person: string): string | null {
  const fact = context.facts.person(person).value;
  return fact === null ? 'unknown-person' : fact.active ? null : 'inactive';
}

/** By person. Members of one group come in order already: sorting them again took a third of a lookup's time. */
function inOrder(persons: Found['persons']): Iterable<readonly [string, readonly Via[]]> {
  let before = '';
  for (const person of persons.keys()) {
    if (person < before) return [...persons].sort(([a], [b]) => (a < b ? -1 : 1));
    before = person;
  }
  return persons;
}

type Place = { readonly standing: Standing; readonly rung: string | undefined };

function resolve(state: RequestState, context: Context, by: Assignees, place: Place, found: Found): void {
  const { facts } = context;
  switch (by.by) {
    case 'user':
      return addPerson(found, by.user, [{ via: 'user' }]);
    case 'group':
      addApprover(facts, { group: by.group }, [{ via: 'group', group: by.group }], found);
      return;
    case 'role':
      addApprover(facts, { role: by.role }, [{ via: 'role', role: by.role }], found);
      return;
    case 'field': {
      const value = state.revision.fields[by.field];
      found.inputs[`fields.${by.field}`] = typeof value === 'string' ? value : null;
      if (typeof value === 'string') return addPerson(found, value, [{ via: 'field', field: by.field }]);
      note(found.missing, `fields.${by.field}`);
      return;
    }
    case 'manager':
      return addManagers(state, context, by, found);
    case 'matrix':
      return addFromMatrix(state, context, by, place.standing, place.rung, found);
    case 'any': {
      const standing = place.standing === 'alone' && by.any.length > 1 ? 'beside' : place.standing;
      for (const one of by.any) resolve(state, context, one, { ...place, standing }, found);
      return;
    }
    default: {
      const never: never = by;
      return never;
    }
  }
}

type Line = Extract<Assignees, { by: 'manager' }>;

function addManagers(state: RequestState, context: Context, by: Line, found: Found): void {
  const { facts } = context;
  const asked = by.until ? lookUp(state, context, by.until, found) : null;
  if (by.until && asked === null) return;
  let person: string = state[by.of];
  const seen = new Set([person]);
  for (let level = 1; level <= by.levels; level += 1) {
    note(found.facts, `person:${person}`);
    const manager = facts.person(person).value?.manager ?? null;
    if (manager === null || seen.has(manager)) {
      note(found.causes, `no-manager:${person}`);
      break;
    }
    seen.add(manager);
    const via: Via = { via: 'manager', of: by.of, level };
    if (asked === null) addPerson(found, manager, [via]);
    else {
      const row = limitOf(asked.version, asked.dimensions, ({ approver }) => names(facts, approver, manager));
      if (row !== null && covers(row, asked.amount))
        return addPerson(found, manager, [via, citeRow(asked, row.id, found)]);
    }
    person = manager;
  }
  // Whose limit does not cover is not asked: who may not approve it could only wave it through.
  if (asked !== null) note(found.causes, `no-limit-covers:${asked.version.matrix}`);
}

const names = (facts: FactSource, approver: Approver, person: string): boolean => {
  if ('user' in approver) return approver.user === person;
  const members =
    'group' in approver
      ? facts.group(approver.group).value?.members
      : facts.role(approver.role).value?.holders;
  return members?.includes(person) === true;
};
