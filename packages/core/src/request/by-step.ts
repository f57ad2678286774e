/**
 * A list that grows and whose items are replaced, by step. With 500 steps side by side, filtering the list for each
 * was a third of a command's time.
 */
export type ByStep<T> = Map<string, OfStep<T>>;
type OfStep<T> = { readonly indexes: number[]; items: readonly T[] | null };

export function byStep<T extends { readonly step: string }>(list: readonly T[]): ByStep<T> {
  const steps: ByStep<T> = new Map();
  for (let index = 0; index < list.length; index += 1) added(steps, list[index]?.step ?? '', index);
  return steps;
}

/** An item of the step has been put at the list's end, which is `index`. */
export function added<T>(steps: ByStep<T>, step: string, index: number): void {
  const known = steps.get(step);
  if (known) {
    known.indexes.push(index);
    known.items = null;
  } else steps.set(step, { indexes: [index], items: null });
}

/** An item of the step has been replaced. */
export function changed<T>(steps: ByStep<T>, step: string): void {
  const known = steps.get(step);
  if (known) known.items = null;
}

/** The step's items, in the list's order. */
export function ofStep<T>(steps: ByStep<T>, list: readonly T[], step: string): readonly T[] {
  const known = steps.get(step);
  if (!known) return [];
  if (known.items) return known.items;
  const items: T[] = [];
  for (const index of known.indexes) items.push(list[index] as T);
  known.items = items;
  return items;
}
