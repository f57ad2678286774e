/** What one request adds to a sum; `amount: null`: it cannot be told in the sum's currency. */
export type RelatedShare = { readonly key: string; readonly amount: string | null };

/** A sum as a command read it: over the other requests that were submitted from `since` to `until`, both included. */
export type RelatedSum = {
  readonly path: string;
  readonly key: string;
  readonly since: string;
  /** Null: until now, for a request that is being submitted. */
  readonly until: string | null;
  /** Exact decimal, in the currency of the sum. */
  readonly amount: string;
  readonly requests: number;
  /** Those among them whose amount cannot be told: then the sum is unknown. */
  readonly unknown: number;
};
