import { allAssignees } from './assignees.ts';
import type { Definition } from './model.ts';
import { placedNodes } from './walk.ts';

/** What a definition names outside itself, each once and sorted: whether it exists is for the directory to say. */
export type References = {
  readonly people: readonly string[];
  readonly groups: readonly string[];
  readonly roles: readonly string[];
  readonly matrices: readonly string[];
};

export function references(definition: Definition): References {
  const all = allAssignees(definition, placedNodes(definition.route)).map(({ by }) => by);
  const { observers = [] } = definition;
  const sorted = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();
  const named = (kind: 'user' | 'group' | 'role'): readonly string[] =>
    observers.flatMap((one) => Object.entries(one).flatMap(([key, name]) => (key === kind ? [name] : [])));
  return {
    people: sorted([...all.flatMap((by) => (by.by === 'user' ? [by.user] : [])), ...named('user')]),
    groups: sorted([...all.flatMap((by) => (by.by === 'group' ? [by.group] : [])), ...named('group')]),
    roles: sorted([...all.flatMap((by) => (by.by === 'role' ? [by.role] : [])), ...named('role')]),
    matrices: sorted(all.flatMap((by) => (by.by === 'matrix' ? [by.matrix] : []))),
  };
}
