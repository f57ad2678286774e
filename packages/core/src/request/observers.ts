import type { Observer } from '../definition/model.ts';
import type { FactSource } from '../facts/model.ts';
import type { FieldError } from './result.ts';
import type { RequestState } from './state.ts';

/** Is this person, by the facts as they are now, an observer of the request (SEMANTICS 22)? */
export const isObserver = (
  { observers = [] }: Pick<RequestState, 'observers'>,
  facts: FactSource,
  person: string,
): boolean =>
  observers.some((one) => {
    if ('user' in one) return one.user === person;
    if ('group' in one) return facts.group(one.group).value?.members.includes(person) === true;
    return facts.role(one.role).value?.holders.includes(person) === true;
  });

/** Each once: those of the definition, then those of the filer. */
export function allObservers(ofAll: readonly Observer[], given: readonly Observer[]): readonly Observer[] {
  const known = new Set<string>();
  return [...ofAll, ...given].filter((one) => {
    const name = Object.entries(one).flat().join(' ');
    if (known.has(name)) return false;
    known.add(name);
    return true;
  });
}

/** A definition may name what comes later; whoever files names who is there. */
export function observerErrors(given: readonly Observer[], facts: FactSource): FieldError[] {
  return given.flatMap((one, i): FieldError[] => {
    const found =
      'user' in one
        ? facts.person(one.user).value
        : 'group' in one
          ? facts.group(one.group).value
          : facts.role(one.role).value;
    if (found !== null) return [];
    const name = Object.entries(one).flat().join(' ');
    return [{ field: `observers[${i}]`, code: 'unknown-observer', message: `There is no ${name}.` }];
  });
}
