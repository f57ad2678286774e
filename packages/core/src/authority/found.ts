import type { Approver, FactSource, MatrixRow } from '../facts/model.ts';
import type { Via } from '../request/model.ts';
import type { Json } from '../values.ts';

/** The rows of a matrix that a step asks, lowest first; without `chain` the covering one alone. */
export type Ladder = {
  readonly chain: boolean;
  readonly rungs: readonly { readonly rung: string; readonly row: MatrixRow }[];
};

/** What a search for assignees has found so far. Lists of a few names each, without repeats. */
export type Found = {
  readonly persons: Map<string, readonly Via[]>;
  readonly missing: string[];
  readonly causes: string[];
  readonly inputs: { [path: string]: Json };
  readonly facts: string[];
  /** Why a person may not be asked, or null. */
  readonly bars: (person: string) => string | null;
  ladder: Ladder | null;
  /** Nobody may be asked, whoever was found. */
  refused: boolean;
};

export function note(list: string[], name: string): void {
  if (!list.includes(name)) list.push(name);
}

/** `via` may be shared: all members of a group come the same way. */
export function addPerson(found: Found, person: string, via: readonly Via[]): void {
  const before = found.persons.get(person);
  found.persons.set(person, before ? [...before, ...via] : via);
}

/** Adds whom an approver stands for, and returns them. */
export function addApprover(
  facts: FactSource,
  approver: Approver,
  via: readonly Via[],
  found: Found,
): readonly string[] {
  if ('user' in approver) {
    addPerson(found, approver.user, via);
    return [approver.user];
  }
  const [key, members] =
    'group' in approver
      ? [`group:${approver.group}`, facts.group(approver.group).value?.members]
      : [`role:${approver.role}`, facts.role(approver.role).value?.holders];
  note(found.facts, key);
  if (members === undefined) {
    note(found.causes, `unknown-${key}`);
    return [];
  }
  for (const person of members) addPerson(found, person, via);
  return members;
}
