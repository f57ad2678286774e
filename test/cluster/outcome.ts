export type Outcome = {
  /** Empty: it passed. */
  readonly faults: readonly string[];
  readonly detail: string;
};

export const retries = (retried: ReadonlyMap<string, number>): string =>
  retried.size === 0
    ? 'nothing sent again'
    : `sent again: ${[...retried].map(([why, n]) => `${n} ${why}`).join(', ')}`;
