import type { DecisionKind } from '../definition/model.ts';
import type { RevisionRates } from '../rates/convert.ts';
import type { FieldValues } from '../values.ts';

/** The engine number: any observable change of decide, evolve or the condition language is a new one (ENGINE 6). */
export const ENGINE = 1;

export type Actor =
  /** A person; `via` is the service account that acted for them, if one did. */
  | { readonly kind: 'person'; readonly person: string; readonly via?: string }
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'system'; readonly system: 'timer' | 'recheck' };

export type DocumentRef = { readonly document: string; readonly version: number; readonly sha256: string };

export type LinkKind = 'amends' | 'reverses' | 'splits' | 'child_of';
/** What this request is to an older one (SEMANTICS 24). */
export type Link = { readonly kind: LinkKind; readonly to: string };

/** `internal`: for those who are or were asked, and service accounts. `requester`: for the requester's side as well. */
export type CommentVisibility = 'internal' | 'requester';

/** Its id is `cmt_<request>_<n>`. */
export type Comment = {
  readonly n: number;
  readonly by: string;
  readonly visibility: CommentVisibility;
  readonly text: { readonly sealed: string; readonly commitment: string } | null;
  /** Supporting files; no part of any revision. */
  readonly files: readonly DocumentRef[];
};

export type Revision = {
  readonly number: number;
  /** SHA-256 (hex) over definition digest, number, predecessor, fields and documents. */
  readonly digest: string;
  readonly predecessor: string | null;
  readonly fields: FieldValues;
  /** By slot; documents in the order given. */
  readonly documents: { readonly [slot: string]: readonly DocumentRef[] };
  readonly editors: readonly string[];
  /** By which its amounts are compared; absent where the definition names none, and until it is submitted. */
  readonly rates?: RevisionRates;
};

/** How a person came to be asked: one link of the chain from the definition to them. */
export type Via =
  | { readonly via: 'user' }
  | { readonly via: 'group'; readonly group: string }
  | { readonly via: 'role'; readonly role: string }
  | { readonly via: 'field'; readonly field: string }
  | { readonly via: 'manager'; readonly of: string; readonly level: number }
  | { readonly via: 'matrix'; readonly matrix: string; readonly row: string; readonly digest: string }
  /** The rows below are vacant, and the matrix lets a vacancy climb. */
  | { readonly via: 'climb'; readonly matrix: string; readonly over: readonly string[] }
  | { readonly via: 'escalation' }
  | { readonly via: 'fallback' }
  | { readonly via: 'reassignment'; readonly from: string }
  /** Added by an approver, besides the quorum. */
  | { readonly via: 'added'; readonly by: string };

export type AssignmentStatus =
  | 'open'
  | 'decided'
  | 'withdrawn'
  | 'no_longer_required'
  | 'reassigned'
  | 'vacant'
  | 'excluded';

/** One person's place in a step. Its id is `asg_<request>_<n>`. */
export type Assignment = {
  readonly n: number;
  readonly step: string;
  /** Which opening of the step it belongs to. */
  readonly opening: number;
  readonly person: string;
  readonly via: readonly Via[];
  readonly status: AssignmentStatus;
  /** Which rung of a chain it belongs to; absent where the step asks no chain. */
  readonly rung?: string;
};

/** Control that an approver has added to a step (SEMANTICS 21). It outlasts revisions until it is taken away. */
export type Addition = {
  readonly n: number;
  readonly step: string;
  readonly person: string;
  /** Who added it. */
  readonly by: string;
  /** An approver must approve besides the quorum; an adviser gives advice, which decides nothing. */
  readonly as: 'approver' | 'adviser';
  /** `before`: nobody else approves the step until they have answered. */
  readonly order: 'before' | 'beside';
  readonly at: string;
  readonly status: 'asked' | 'advised' | 'taken_away';
};

/** One step settled outside the route (SEMANTICS 18). */
export type Override = {
  readonly n: number;
  readonly step: string;
  readonly person: string;
  /** Of the definition's catalogue for overrides. */
  readonly reason: string;
  readonly revision: number;
  readonly revisionDigest: string;
  readonly at: string;
  readonly standing: boolean;
  /** Who could review it when it was made: they may know of it. */
  readonly reviewers?: readonly string[];
  readonly review?: OverrideReview;
};

export type OverrideReview = {
  readonly by: string;
  readonly finding: Finding;
  readonly reason: string | null;
  readonly at: string;
};
export type Finding = 'justified' | 'unjustified';

export type Decision = {
  readonly n: number;
  readonly assignment: number;
  readonly step: string;
  /** Who acted. */
  readonly person: string;
  /** Whose place it is; equal to `person` unless decided on behalf of somebody. */
  readonly principal: string;
  /** Ids of the delegations from principal to person, in order. */
  readonly delegations: readonly string[];
  /** Everyone on that chain between the two, both ends included; empty where the person used their own authority. */
  readonly chain: readonly string[];
  readonly decision: DecisionKind;
  readonly revision: number;
  readonly revisionDigest: string;
  /** Values of the fields with a tolerance, as the decision saw them; absent where the step reviews none. */
  readonly saw?: FieldValues;
  readonly reason?: string;
  /** Of the definition's catalogue for this decision. */
  readonly reasonCode?: string;
  /** Digest of the list that it was decided with; absent: it was decided alone. */
  readonly bulk?: string;
  readonly at: string;
  readonly standing: boolean;
  /** What an approval is given under, sealed, and until when it is given: it ends at that very moment. */
  readonly conditions?: { readonly sealed: string; readonly commitment: string };
  readonly validUntil?: string;
  /** The decision on an earlier step of which this is a copy (SEMANTICS 10). */
  readonly carried?: number;
  /** Of which groups and roles its principal was, where the quorum asks for so many of each. */
  readonly countsFor?: readonly string[];
  /** When its principal stood behind it, if they did. */
  readonly ratified?: { readonly at: string; readonly reason: string | null };
};
