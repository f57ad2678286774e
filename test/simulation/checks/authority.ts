import type { DirectoryEvent } from '@countersign/core';
import type { Entry } from './entry.ts';

type Lent = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly redelegable: boolean;
} & {
  readonly starts: string;
  readonly ends: string;
};

/** Who may act, told from the log alone and with none of the core's code. */
export type Authority = {
  see(entry: Entry): void;
  active(person: string): boolean;
  members(group: string): readonly string[];
  /**
   * Is there a chain of at most three delegations that hold now?
   * @param may asked of everyone on it.
   */
  chain(principal: string, delegate: string, now: string, may: (person: string) => boolean): boolean;
};

export function authority(): Authority {
  const active = new Set<string>();
  const groups = new Map<string, Set<string>>();
  const lent = new Map<string, Lent>();

  function apply(event: DirectoryEvent): void {
    if (event.type === 'person.recorded') {
      if (event.active) active.add(event.person);
      else active.delete(event.person);
    } else if (event.type === 'group.recorded') {
      const members = groups.get(event.group) ?? new Set();
      for (const person of event.removed) members.delete(person);
      for (const person of event.added) members.add(person);
      groups.set(event.group, members);
    } else if (event.type === 'delegation.granted') {
      lent.set(event.delegation.id, { redelegable: false, ...event.delegation });
    } else if (event.type === 'delegation.revoked') {
      lent.delete(event.delegation);
    }
  }

  function reaches(
    principal: string,
    person: string,
    now: string,
    may: (person: string) => boolean,
    links: number,
  ): boolean {
    if (!active.has(person) || !may(person)) return false;
    if (person === principal) return true;
    if (links === 0) return false;
    return [...lent.values()].some(
      (one) =>
        one.to === person &&
        one.starts <= now &&
        now < one.ends &&
        // Only the link to whoever acts need not be passed on.
        (links === 3 || one.redelegable) &&
        reaches(principal, one.from, now, may, links - 1),
    );
  }

  return {
    see({ leaf }) {
      if (leaf.kind === 'directory') for (const event of leaf.events) apply(event as DirectoryEvent);
    },
    active: (person) => active.has(person),
    members: (group) => [...(groups.get(group) ?? [])],
    chain: (principal, delegate, now, may) => reaches(principal, delegate, now, may, 3),
  };
}
