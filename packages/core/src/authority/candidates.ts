import { formatDecimal, parseDecimal } from '../decimal.ts';
import type { Approve, Assignees, MatrixLookup } from '../definition/model.ts';
import type { Approver, FactSource, MatrixRow, MatrixVersion } from '../facts/model.ts';
import { citedRates, convert, missingRate } from '../rates/convert.ts';
import type { Via } from '../request/model.ts';
import type { Context } from '../request/result.ts';
import type { RequestState } from '../request/state.ts';
import { evaluateSource } from '../route/inputs.ts';
import type { Json } from '../values.ts';
import type { PersonReason } from '../why/model.ts';
import { covers, findRow, limitOf } from './matrix-find.ts';
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
};

/** Lists of a few names each, without repeats. */
type Found = {
  readonly persons: Map<string, readonly Via[]>;
  readonly missing: string[];
  readonly causes: string[];
  readonly inputs: { [path: string]: Json };
  readonly facts: string[];
};

function note(list: string[], name: string): void {
  if (!list.includes(name)) list.push(name);
}

/** Resolves assignees, then takes out the inactive and those whom separation of duties excludes. */
export function candidatesOf(
  state: RequestState,
  context: Context,
  step: Approve,
  by: Assignees,
): Candidates {
  const found: Found = { persons: new Map(), missing: [], causes: [], inputs: {}, facts: [] };
  resolve(state, context, by, found);
  const eligible = new Map<string, readonly Via[]>();
  const barred: PersonReason[] = [];
  const excluded = exclusion(state, context.definition.definition.separate, step);
  for (const [person, via] of inOrder(found.persons)) {
    const reason = inactive(context, person) ?? excluded(person);
    if (reason === null) eligible.set(person, via);
    else barred.push({ person, reason });
  }
  return {
    eligible,
    barred,
    missing: found.missing.sort(),
    causes: found.causes.sort(),
    inputs: found.inputs,
    facts: found.facts.sort(),
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

function resolve(state: RequestState, context: Context, by: Assignees, found: Found): void {
  switch (by.by) {
    case 'user':
      return add(found, by.user, [{ via: 'user' }]);
    case 'group':
      return addApprover(context.facts, { group: by.group }, { via: 'group', group: by.group }, found);
    case 'role':
      return addApprover(context.facts, { role: by.role }, { via: 'role', role: by.role }, found);
    case 'field': {
      const value = state.revision.fields[by.field];
      found.inputs[`fields.${by.field}`] = typeof value === 'string' ? value : null;
      if (typeof value === 'string') return add(found, value, [{ via: 'field', field: by.field }]);
      note(found.missing, `fields.${by.field}`);
      return;
    }
    case 'manager':
      return addManagers(state, context, by, found);
    case 'matrix':
      return addFromMatrix(state, context, by, found);
    case 'any':
      for (const one of by.any) resolve(state, context, one, found);
      return;
    default: {
      const never: never = by;
      return never;
    }
  }
}

/** `via` may be shared: all members of a group come the same way. */
function add(found: Found, person: string, via: readonly Via[]): void {
  const before = found.persons.get(person);
  found.persons.set(person, before ? [...before, ...via] : via);
}

function addApprover(facts: FactSource, approver: Approver, how: Via, found: Found): void {
  const via = [how];
  if ('user' in approver) return add(found, approver.user, via);
  const [key, members] =
    'group' in approver
      ? [`group:${approver.group}`, facts.group(approver.group).value?.members]
      : [`role:${approver.role}`, facts.role(approver.role).value?.holders];
  note(found.facts, key);
  if (members === undefined) return note(found.causes, `unknown-${key}`);
  for (const person of members) add(found, person, via);
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
    if (asked === null) add(found, manager, [via]);
    else {
      const row = limitOf(asked.version, asked.dimensions, ({ approver }) => names(facts, approver, manager));
      if (row !== null && covers(row, asked.amount))
        return add(found, manager, [via, citeRow(asked, row, found)]);
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

function addFromMatrix(state: RequestState, context: Context, by: MatrixLookup, found: Found): void {
  const asked = lookUp(state, context, by, found);
  if (asked === null) return;
  const { row } = findRow(asked.version, asked.dimensions, asked.amount);
  if (!row) {
    note(found.causes, `no-matrix-row:${by.matrix}`);
    return;
  }
  addApprover(context.facts, row.approver, citeRow(asked, row, found), found);
}

type Asked = {
  readonly version: MatrixVersion;
  readonly dimensions: { readonly [column: string]: string };
  readonly amount: string;
};

function citeRow({ version: { matrix, digest } }: Asked, row: MatrixRow, found: Found): Via {
  note(found.facts, `matrix:${matrix}#${row.id}`);
  return { via: 'matrix', matrix, row: row.id, digest };
}

/** What a matrix is asked now; null, and why is noted, where there is none in force or an input is missing. */
function lookUp(state: RequestState, context: Context, by: MatrixLookup, found: Found): Asked | null {
  const fact = context.facts.matrix(by.matrix);
  const version = fact.value?.findLast((v) => v.effectiveFrom <= context.now);
  note(found.facts, `matrix:${by.matrix}`);
  if (!version) {
    note(found.causes, `no-matrix-in-force:${by.matrix}`);
    return null;
  }
  const amount = read(state, context, by.amount, found);
  const dimensions: { [column: string]: string } = {};
  for (const column of version.columns) {
    const source = by.dimensions[column];
    const value = source === undefined ? undefined : read(state, context, source, found);
    if (typeof value === 'string') dimensions[column] = value;
  }
  if (found.missing.length > 0) return null;
  const covered = inCurrency(state, amount, version.currency, found);
  return covered === null ? null : { version, dimensions, amount: covered };
}

/** An amount in the currency of the matrix, at the rates of the revision; null, and noted, where one is missing. */
function inCurrency(
  { revision: { rates } }: RequestState,
  money: Json | undefined,
  currency: string,
  found: Found,
): string | null {
  if (typeof money !== 'object' || money === null || !('currency' in money) || !('amount' in money)) {
    note(found.missing, `rate to ${currency}`);
    return null;
  }
  const [written, own] = [String(money['amount']), String(money['currency'])];
  if (own === currency) return written;
  const amount = parseDecimal(written);
  const from = amount && { amount, currency: own };
  const to = from && rates ? convert(rates, from, currency) : null;
  if (from === null || to === null || rates === undefined) {
    const paths = rates ? missingRate(rates, own, currency) : [`rate to ${currency}`];
    for (const path of paths) note(found.missing, path);
    return null;
  }
  Object.assign(found.inputs, citedRates(rates, [{ from, to }]));
  return formatDecimal(to.amount);
}

type JsonObject = { readonly [key: string]: Json };

function read(
  state: RequestState,
  context: Context,
  source: string,
  found: Found,
): Json | JsonObject | undefined {
  const { result, unknown, inputs } = evaluateSource(state, context, source);
  Object.assign(found.inputs, inputs);
  for (const path of unknown) note(found.missing, path);
  return result;
}
