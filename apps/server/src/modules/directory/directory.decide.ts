import type { FieldError } from '@countersign/contract';
import {
  type Directory,
  type DirectoryChange,
  type DirectoryCommand,
  type DirectoryEvent,
  decideDirectory,
} from '@countersign/core';
import type { SliceWrites } from '../../db/commit-proposal.ts';
import { ProblemError } from '../../http/problem.ts';
import type { Planned } from './directory.plan.ts';
import type { Indexes } from './directory.profile.ts';

export type Translated = {
  readonly command: DirectoryCommand;
  /** Place in the batch of each change of the command. */
  readonly at: readonly number[];
};

/** The core's command: only what differs from the directory that is decided on, and from what came before in the batch. */
export function translate(steps: readonly Planned[], directory: Directory): Translated {
  const changes: DirectoryChange[] = [];
  const at: number[] = [];
  const people = new Map<string, { readonly active: boolean; readonly manager: string | null }>();
  const members = new Map<string, ReadonlySet<string>>();
  for (const step of steps) {
    if (step.change === 'person') {
      const before = people.get(step.person) ?? directory.people.get(step.person)?.value ?? null;
      const active = step.active ?? before?.active ?? true;
      const manager = step.manager === undefined ? (before?.manager ?? null) : step.manager;
      people.set(step.person, { active, manager });
      if (before?.active === active && before.manager === manager && !step.profileChanged) continue;
      changes.push({ change: 'person', person: step.person, active, manager, profile: step.profile });
    } else {
      const name = `${step.change} ${step.key}`;
      const before = members.get(name) ?? membersOf(directory, step.change, step.key);
      const wanted = new Set(step.persons);
      const add = step.op === 'remove' ? [] : step.persons.filter((person) => !before?.has(person));
      const remove =
        step.op === 'add'
          ? []
          : [...(before ?? [])].filter((person) => wanted.has(person) === (step.op === 'remove'));
      const gone = new Set(remove);
      members.set(name, new Set([...(before ?? []), ...add].filter((person) => !gone.has(person))));
      // A group that is named for the first time exists from then on, even without members.
      if (before !== null && add.length === 0 && remove.length === 0) continue;
      changes.push({ change: step.change, key: step.key, add: [...add].sort(), remove: remove.sort() });
    }
    at.push(step.at);
  }
  return { command: { type: 'changeDirectory', changes }, at };
}

function membersOf(directory: Directory, kind: 'group' | 'role', key: string): ReadonlySet<string> | null {
  const found =
    kind === 'group' ? directory.groups.get(key)?.value?.members : directory.roles.get(key)?.value?.holders;
  return found === undefined ? null : new Set(found);
}

/** @throws ProblemError with the fields of the batch as it was sent */
export function decideChanges(
  { command, at }: Translated,
  directory: Directory,
  now: string,
): readonly DirectoryEvent[] {
  const decided = decideDirectory(directory, command, now);
  if (decided.ok) return decided.events;
  const errors: FieldError[] = decided.errors.slice(0, 100).map((fault) => ({
    field: fault.field.replace(/^changes\[(\d+)\]/, (_, i: string) => `changes[${at[Number(i)] ?? i}]`),
    code: fault.code,
    message: fault.message,
  }));
  const [first] = decided.errors;
  if (decided.code === 'management-cycle') {
    const line = circleOf(command, directory, Number(/^changes\[(\d+)\]/.exec(first?.field ?? '')?.[1]));
    throw new ProblemError('management-cycle', { detail: decided.message, errors, data: { line } });
  }
  throw new ProblemError(decided.code === 'unknown-person' ? 'unknown-person' : 'validation-failed', {
    detail: decided.message,
    errors,
  });
}

/** From the person up to whoever comes twice. */
function circleOf(command: DirectoryCommand, directory: Directory, index: number): string[] {
  const managers = new Map(
    command.changes.flatMap((change) =>
      change.change === 'person' ? [[change.person, change.manager] as const] : [],
    ),
  );
  const change = command.changes[index];
  const line: string[] = [];
  let next = change?.change === 'person' ? change.person : null;
  while (next !== null && !line.includes(next)) {
    line.push(next);
    const above = managers.get(next);
    next = above === undefined ? (directory.people.get(next)?.value?.manager ?? null) : above;
  }
  return next === null ? line : [...line, next];
}

/** The rows of a batch, from its events alone; a person that was changed twice has the last state. */
export function rowsOf(
  events: readonly DirectoryEvent[],
  indexes: ReadonlyMap<string, Indexes>,
): SliceWrites {
  const people = new Map<string, NonNullable<SliceWrites['person']>[number]>();
  const collectives = new Map<string, NonNullable<SliceWrites['collective']>[number]>();
  const memberships = new Map<string, NonNullable<SliceWrites['membership']>[number]>();
  const member = (kind: 'group' | 'role', name: string, person: string, remove: boolean): void => {
    const key = `${kind} ${name} ${person}`;
    // Each event says only what differed: a second one takes the first back.
    if (!memberships.delete(key)) memberships.set(key, { kind, name, person, remove });
  };
  for (const event of events) {
    if (event.type === 'person.recorded') {
      const { person, active, manager, profile } = event;
      const index = indexes.get(person) ?? { userName: null, email: null };
      people.set(person, {
        person,
        active,
        manager,
        name: profile.name ?? null,
        email: profile.email ?? null,
        email_index: index.email,
        user_name: profile.userName ?? null,
        user_name_index: index.userName,
      });
    } else if (event.type === 'group.recorded' || event.type === 'role.recorded') {
      const kind = event.type === 'group.recorded' ? 'group' : 'role';
      const name = event.type === 'group.recorded' ? event.group : event.role;
      collectives.set(`${kind} ${name}`, { kind, name });
      for (const person of event.added) member(kind, name, person, false);
      for (const person of event.removed) member(kind, name, person, true);
    }
  }
  return {
    ...(people.size > 0 ? { person: [...people.values()] } : {}),
    ...(collectives.size > 0 ? { collective: [...collectives.values()] } : {}),
    ...(memberships.size > 0 ? { membership: [...memberships.values()] } : {}),
  };
}
