import type { Quorum } from '../definition/model.ts';
import type { Via } from '../request/model.ts';

type Each = Extract<Quorum, { rule: 'each' }>;

/** For which of the named groups and roles a person is asked, by the paths that lead to them. */
export const namesOf = (need: Each, via: readonly Via[]): readonly string[] =>
  need.of
    .map(({ name }) => name)
    .filter((name) =>
      via.some(
        (one) => (one.via === 'group' && one.group === name) || (one.via === 'role' && one.role === name),
      ),
    );

/**
 * The names that still want somebody when these persons take the seats: each takes one, however many names they have,
 * and gives it up for another of theirs where that lets somebody else in. Each name as often as seats are free.
 */
export function wanting(need: Each, persons: readonly (readonly string[])[]): readonly string[] {
  const seats = new Map(need.of.map(({ name, n }) => [name, { n, taken: [] as number[] }]));
  const seat = (person: number, tried: Set<string>): boolean => {
    for (const name of persons[person] ?? []) {
      const at = seats.get(name);
      if (!at || tried.has(name)) continue;
      tried.add(name);
      const free = at.taken.length < at.n;
      const mover = free ? -1 : at.taken.findIndex((other) => seat(other, tried));
      if (!free && mover < 0) continue;
      if (!free) at.taken.splice(mover, 1);
      at.taken.push(person);
      return true;
    }
    return false;
  };
  for (const person of persons.keys()) seat(person, new Set());
  return need.of.flatMap(({ name, n }) =>
    Array.from({ length: n - (seats.get(name)?.taken.length ?? 0) }, () => name),
  );
}
