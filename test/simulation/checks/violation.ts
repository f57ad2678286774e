/** An invariant that a run has broken: what is wrong, and with which entry, request or answer. */
export class Violation extends Error {
  readonly invariant: string;

  constructor(invariant: string, words: string) {
    super(`${invariant}: ${words}`);
    this.name = 'Violation';
    this.invariant = invariant;
  }
}

export function must(holds: boolean, invariant: string, words: () => string): asserts holds {
  if (!holds) throw new Violation(invariant, words());
}
