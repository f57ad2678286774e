import type { Actor } from '../request/model.ts';
import type {
  CalendarFact,
  CalendarVersion,
  Delegation,
  DelegationsFact,
  FactSource,
  GroupFact,
  MatrixFact,
  MatrixVersion,
  PersonFact,
  RateTable,
  RoleFact,
} from './model.ts';
import type { MatrixProposal } from './proposal.ts';

/** Events of the `directory` and `matrix` streams: everything that changes authority. */
export type DirectoryEvent =
  | {
      readonly type: 'person.recorded';
      readonly person: string;
      readonly active: boolean;
      readonly manager: string | null;
      /** Sealed name, e-mail and user name; opaque here. */
      readonly profile: { readonly [name: string]: { readonly sealed: string; readonly commitment: string } };
    }
  | {
      readonly type: 'group.recorded';
      readonly group: string;
      readonly added: readonly string[];
      readonly removed: readonly string[];
    }
  | {
      readonly type: 'role.recorded';
      readonly role: string;
      readonly added: readonly string[];
      readonly removed: readonly string[];
    }
  | { readonly type: 'delegation.granted'; readonly delegation: Delegation }
  | { readonly type: 'delegation.revoked'; readonly delegation: string; readonly to: string }
  | {
      readonly type: 'matrix.published';
      readonly version: MatrixVersion;
      /** Of what was approved, whose version may have another date; absent where it needed no approval. */
      readonly proposal?: string;
      readonly proposedBy?: Actor;
    }
  | {
      readonly type: 'matrix.proposed';
      readonly version: MatrixVersion;
      readonly by: Actor;
      readonly at: string;
    }
  | {
      readonly type: 'matrix.rejected';
      readonly matrix: string;
      readonly digest: string;
      readonly reason: string | null;
    }
  /** The time of a version that was published ahead has come: nothing new is known, and authority has changed. */
  | { readonly type: 'matrix.took-effect'; readonly matrix: string; readonly digest: string }
  | { readonly type: 'calendar.published'; readonly version: CalendarVersion }
  | { readonly type: 'rates.published'; readonly table: RateTable };

/** The directory as of one revision: the fold of all changes of authority. Immutable. */
export type Directory = {
  readonly revision: number;
  readonly people: ReadonlyMap<string, PersonFact>;
  readonly groups: ReadonlyMap<string, GroupFact>;
  readonly roles: ReadonlyMap<string, RoleFact>;
  /** By delegate. */
  readonly delegations: ReadonlyMap<string, DelegationsFact>;
  readonly matrices: ReadonlyMap<string, MatrixFact>;
  readonly calendars: ReadonlyMap<string, CalendarFact>;
  /** By source, in the order of their dates; of one date, the last that was published comes last. */
  readonly rates: ReadonlyMap<string, readonly RateTable[]>;
  /** Changes of matrices that wait for their approval, by matrix. They are no facts: nothing is decided by them. */
  readonly proposals: ReadonlyMap<string, MatrixProposal>;
};

export function emptyDirectory(): Directory {
  return {
    revision: 0,
    people: new Map(),
    groups: new Map(),
    roles: new Map(),
    delegations: new Map(),
    matrices: new Map(),
    calendars: new Map(),
    rates: new Map(),
    proposals: new Map(),
  };
}

/** Folds the events of one entry, which is in the log at `seq`, into a new directory. */
export function evolveDirectory(
  directory: Directory,
  events: readonly DirectoryEvent[],
  seq: number,
): Directory {
  const next = {
    people: lazyCopy(directory.people),
    groups: lazyCopy(directory.groups),
    roles: lazyCopy(directory.roles),
    delegations: lazyCopy(directory.delegations),
    matrices: lazyCopy(directory.matrices),
    calendars: lazyCopy(directory.calendars),
    rates: lazyCopy(directory.rates),
    proposals: lazyCopy(directory.proposals),
  };
  for (const event of events) apply(next, event, seq);
  return {
    revision: seq,
    people: next.people.value(),
    groups: next.groups.value(),
    roles: next.roles.value(),
    delegations: next.delegations.value(),
    matrices: next.matrices.value(),
    calendars: next.calendars.value(),
    rates: next.rates.value(),
    proposals: next.proposals.value(),
  };
}

export function factSource(directory: Directory): FactSource {
  return {
    revision: directory.revision,
    person: (key) => directory.people.get(key) ?? { kind: 'person', key, value: null },
    group: (key) => directory.groups.get(key) ?? { kind: 'group', key, value: null },
    role: (key) => directory.roles.get(key) ?? { kind: 'role', key, value: null },
    delegations: (key) => directory.delegations.get(key) ?? { kind: 'delegations', key, value: [] },
    matrix: (key) => directory.matrices.get(key) ?? { kind: 'matrix', key, value: null },
    calendar: (key) => directory.calendars.get(key) ?? { kind: 'calendar', key, value: null },
    rates: (source, date) => ({
      kind: 'rates',
      key: `${source}@${date}`,
      value: directory.rates.get(source)?.findLast((table) => table.date <= date) ?? null,
    }),
  };
}

type Working = {
  readonly people: Lazy<PersonFact>;
  readonly groups: Lazy<GroupFact>;
  readonly roles: Lazy<RoleFact>;
  readonly delegations: Lazy<DelegationsFact>;
  readonly matrices: Lazy<MatrixFact>;
  readonly calendars: Lazy<CalendarFact>;
  readonly rates: Lazy<readonly RateTable[]>;
  readonly proposals: Lazy<MatrixProposal>;
};

function apply(next: Working, event: DirectoryEvent, seq: number): void {
  switch (event.type) {
    case 'person.recorded': {
      const value = { active: event.active, manager: event.manager };
      return next.people.set(event.person, { kind: 'person', key: event.person, value });
    }
    case 'group.recorded': {
      const members = change(next.groups.get(event.group)?.value?.members ?? [], event);
      return next.groups.set(event.group, { kind: 'group', key: event.group, value: { members } });
    }
    case 'role.recorded': {
      const holders = change(next.roles.get(event.role)?.value?.holders ?? [], event);
      return next.roles.set(event.role, { kind: 'role', key: event.role, value: { holders } });
    }
    case 'delegation.granted': {
      const { to } = event.delegation;
      const value = [...(next.delegations.get(to)?.value ?? []), event.delegation];
      return next.delegations.set(to, { kind: 'delegations', key: to, value });
    }
    case 'delegation.revoked': {
      const value = (next.delegations.get(event.to)?.value ?? []).filter((d) => d.id !== event.delegation);
      return next.delegations.set(event.to, { kind: 'delegations', key: event.to, value });
    }
    case 'matrix.published': {
      const { matrix } = event.version;
      const versions = [...(next.matrices.get(matrix)?.value ?? []), event.version];
      versions.sort(byEffect);
      if (event.proposal !== undefined) next.proposals.delete(matrix);
      return next.matrices.set(matrix, { kind: 'matrix', key: matrix, value: versions });
    }
    case 'matrix.proposed': {
      const { version, by, at } = event;
      return next.proposals.set(version.matrix, { version, by, at, seq });
    }
    case 'matrix.rejected':
      return next.proposals.delete(event.matrix);
    case 'matrix.took-effect':
      return;
    case 'calendar.published': {
      const { calendar } = event.version;
      const versions = [...(next.calendars.get(calendar)?.value ?? []), event.version].sort(byEffect);
      return next.calendars.set(calendar, { kind: 'calendar', key: calendar, value: versions });
    }
    case 'rates.published': {
      const { source, date } = event.table;
      const before = next.rates.get(source) ?? [];
      const at = before.findLastIndex((table) => table.date <= date) + 1;
      return next.rates.set(source, before.toSpliced(at, 0, event.table));
    }
    default: {
      const never: never = event;
      return never;
    }
  }
}

const byEffect = (a: { effectiveFrom: string }, b: { effectiveFrom: string }): number =>
  a.effectiveFrom < b.effectiveFrom ? -1 : a.effectiveFrom > b.effectiveFrom ? 1 : 0;

/** Sorted and without repeats, so that the fact's digest does not depend on the order of changes. */
function change(
  before: readonly string[],
  delta: { readonly added: readonly string[]; readonly removed: readonly string[] },
): string[] {
  const set = new Set(before);
  for (const id of delta.removed) set.delete(id);
  for (const id of delta.added) set.add(id);
  return [...set].sort();
}

type Lazy<V> = {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
  value(): ReadonlyMap<string, V>;
};

/** Copies a map at its first write only: most entries touch one of them. */
function lazyCopy<V>(original: ReadonlyMap<string, V>): Lazy<V> {
  let copy: Map<string, V> | null = null;
  return {
    get: (key) => (copy ?? original).get(key),
    set: (key, value) => {
      copy ??= new Map(original);
      copy.set(key, value);
    },
    delete: (key) => {
      copy ??= new Map(original);
      copy.delete(key);
    },
    value: () => copy ?? original,
  };
}
