/**
 * Facts: what `decide` may know of the world outside the request. Each is a small document with pseudonymous
 * ids only, addressed by kind and key, and recorded by digest in the audit entry that used it (ENGINE 6, 16).
 * `value: null` says that the thing does not exist; that, too, is a fact.
 */
export type Fact =
  | PersonFact
  | GroupFact
  | RoleFact
  | DelegationsFact
  | MatrixFact
  | CalendarFact
  | RatesFact;

export type PersonFact = {
  readonly kind: 'person';
  readonly key: string;
  readonly value: { readonly active: boolean; readonly manager: string | null } | null;
};

export type GroupFact = {
  readonly kind: 'group';
  readonly key: string;
  /** Sorted person ids. */
  readonly value: { readonly members: readonly string[] } | null;
};

export type RoleFact = {
  readonly kind: 'role';
  readonly key: string;
  /** Sorted person ids. */
  readonly value: { readonly holders: readonly string[] } | null;
};

/** All unrevoked delegations that have been granted to the person named by `key`. */
export type DelegationsFact = {
  readonly kind: 'delegations';
  readonly key: string;
  readonly value: readonly Delegation[];
};

export type MatrixFact = {
  readonly kind: 'matrix';
  readonly key: string;
  /** Published versions, oldest first; the one in force is the last with `effectiveFrom` <= now. */
  readonly value: readonly MatrixVersion[] | null;
};

export type CalendarFact = {
  readonly kind: 'calendar';
  readonly key: string;
  /** Published versions, by `effectiveFrom`; the one in force is the last with `effectiveFrom` <= now. */
  readonly value: readonly CalendarVersion[] | null;
};

/** Exchange rates on a day: key `<source>@<date>`, value the last table of that source that is dated then or before. */
export type RatesFact = {
  readonly kind: 'rates';
  readonly key: string;
  readonly value: RateTable | null;
};

/** Exchange rates of one source for one day, as they were published. */
export type RateTable = {
  readonly source: string;
  /** `YYYY-MM-DD`, as the source dates it. */
  readonly date: string;
  readonly base: string;
  /** How much of a currency one of the base is worth: exact decimals above zero. */
  readonly rates: { readonly [currency: string]: string };
  readonly digest: string;
};

/** Local times such as `08:00`; `24:00` is the end of the day. */
export type Hours = { readonly opens: string; readonly closes: string };

/** Working time of an office, and what its time zone was when this was published (decision record 0040). */
export type CalendarVersion = {
  readonly calendar: string;
  readonly digest: string;
  readonly effectiveFrom: string;
  /** Name in the IANA database; what it means is in `offsets` alone. */
  readonly zone: string;
  /** Version of the zone data that `offsets` come from, for people. */
  readonly zoneData: string;
  /** Seconds ahead of UTC, from an instant on; the first has null. In order. */
  readonly offsets: readonly { readonly from: string | null; readonly seconds: number }[];
  /** Seven days from Monday; null: nobody works. */
  readonly week: readonly (Hours | null)[];
  /** Days that are other than their weekday, by date. */
  readonly days: readonly { readonly date: string; readonly name: string; readonly hours: Hours | null }[];
};

export type Delegation = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** RFC 3339 UTC; the delegation holds in [starts, ends). It never reaches back before `recordedAt`. */
  readonly starts: string;
  readonly ends: string;
  readonly recordedAt: string;
  /** Absent: every definition. */
  readonly definitions?: readonly string[];
  /** Absent: no limit. Compared in the same currency only; another currency is outside the scope. */
  readonly limit?: { readonly amount: string; readonly currency: string };
  /** By field: only requests in which it has one of these values. Absent: any. */
  readonly categories?: { readonly [field: string]: readonly string[] };
  /** May the delegate pass it on? Default false. */
  readonly redelegable?: boolean;
};

/** An authority matrix version (SEMANTICS 15). Rows are already in rank order. */
export type MatrixVersion = {
  readonly matrix: string;
  readonly digest: string;
  readonly effectiveFrom: string;
  readonly currency: string;
  /** Dimension columns, leftmost ranks highest. */
  readonly columns: readonly string[];
  readonly ask: 'first' | 'chain';
  readonly climb: boolean;
  readonly fallback: Approver | null;
  /** Who approves the next version of it; absent: any person whose key may approve matrices. */
  readonly approvedBy?: Approver;
  readonly rows: readonly MatrixRow[];
};

export type MatrixRow = {
  readonly id: string;
  /** One cell a column; `null` is `any`. */
  readonly cells: readonly (string | null)[];
  /** Inclusive; `null` is `no limit`. Decimal string in the matrix's currency. */
  readonly upTo: string | null;
  readonly approver: Approver;
};

export type Approver = { readonly user: string } | { readonly group: string } | { readonly role: string };

/** Looks facts up as of one directory revision. Pure: the same revision gives the same answers. */
export type FactSource = {
  /** `seq` of the last change of authority that this source has seen (ENGINE 17). */
  readonly revision: number;
  person(id: string): PersonFact;
  group(key: string): GroupFact;
  role(key: string): RoleFact;
  delegations(to: string): DelegationsFact;
  matrix(key: string): MatrixFact;
  calendar(key: string): CalendarFact;
  rates(source: string, date: string): RatesFact;
};
