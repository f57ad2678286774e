import type { RequestState } from './state.ts';

/** What an approved request stands under: the conditions of all its approvals, and the earliest of their ends. */
export type Terms = {
  readonly conditions: readonly { readonly sealed: string; readonly commitment: string }[];
  /** RFC 3339 UTC; null: without end. */
  readonly validUntil: string | null;
};

/** Of the approvals that stand now, in whatever status. */
export function termsOf({ decisions }: Pick<RequestState, 'decisions'>): Terms {
  const standing = decisions.filter((d) => d.standing && d.decision === 'approve');
  // A decision that was carried to another step is one decision.
  const own = standing.filter((d) => d.carried === undefined);
  const ends = own.flatMap((d) => (d.validUntil === undefined ? [] : [d.validUntil])).sort();
  return {
    conditions: own.flatMap((d) => (d.conditions === undefined ? [] : [d.conditions])),
    validUntil: ends[0] ?? null,
  };
}

/** At the end itself it is over. */
export function hasEnded(state: Pick<RequestState, 'decisions'>, now: string): boolean {
  const { validUntil } = termsOf(state);
  return validUntil !== null && now >= validUntil;
}
