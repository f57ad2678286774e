import type { Duration, Observer } from '../definition/model.ts';
import type { RelatedShare } from '../related/model.ts';
import type { Explanation } from '../why/model.ts';
import type { Addition, Assignment, Decision, Link, Override, Revision } from './model.ts';

/** What is known of a request: the fold of its events. A plain JSON value; `schema` lets a row be rebuilt. */
export type RequestState = Draft | Active | Returned | Closed;

type Common = {
  readonly schema: 1;
  readonly request: string;
  readonly definition: string;
  readonly definitionDigest: string;
  readonly requester: string;
  readonly submitter: string;
  readonly beneficiary: string;
  readonly externalReference: string | null;
  readonly revision: Revision;
  /** Steps by id; every step of the route that has been reached. */
  readonly steps: { readonly [step: string]: StepState };
  readonly assignments: readonly Assignment[];
  readonly decisions: readonly Decision[];
  /** Absent until somebody adds control. */
  readonly additions?: readonly Addition[];
  /** Absent until a step is overridden. */
  readonly overrides?: readonly Override[];
  readonly createdAt: string;
  readonly submittedAt: string | null;
  readonly updatedAt: string;
  /** Asked for instead of the definition's `due`. */
  readonly due?: Duration;
  readonly dueAt: string | null;
  readonly expiresAt: string | null;
  /** Rises with each change of status or outcome; approval tokens name it (ENGINE 19). */
  readonly statusVersion: number;
  readonly effects: { readonly [effect: string]: 'started' | 'done' };
  readonly links?: readonly Link[];
  /** What it adds to sums over related requests; absent where its definition reads none. */
  readonly related?: readonly RelatedShare[];
  /** Only participants know of it; for good (SEMANTICS 22). */
  readonly confidential?: true;
  /** Its number without its last part, the seq of the entry that filed it. */
  readonly number?: string;
  /** May know of it, and decide nothing by that. */
  readonly observers?: readonly Observer[];
  /** Retention schedule. */
  readonly retain?: string;
  /** How many there are, where there are any; they themselves stand in the log only. */
  readonly comments?: number;
  /** Timers wanted, by key: RFC 3339 UTC in environment time. */
  readonly timers: { readonly [key: string]: string };
};

export type Draft = Common & { readonly status: 'draft'; readonly outcome: null };
/** A stop by a person or a service account: no decision is taken until it is released. */
export type Hold = { readonly reason: string; readonly by: string };

/** in_review, or waiting: on_hold (a fact is missing) or blocked (nobody eligible). */
export type Active = Common & {
  readonly status: 'in_review' | 'on_hold' | 'blocked';
  readonly outcome: null;
  readonly hold: Hold | null;
};
/** With the requester, who revises or cancels. */
export type Returned = Common & {
  readonly status: 'returned';
  readonly outcome: null;
};
export type Closed = Common & {
  readonly status: 'closed';
  readonly outcome: 'approved' | 'rejected' | 'cancelled' | 'expired';
  readonly closedAt: string;
};

export type Status = RequestState['status'];
export type Outcome = NonNullable<RequestState['outcome']>;

export type StepStatus =
  | 'open'
  | 'blocked'
  | 'held'
  | 'waiting'
  | 'approved'
  | 'rejected'
  | 'skipped'
  | 'passed'
  | 'chosen';

export type StepState = {
  readonly status: StepStatus;
  /** How many times it has opened; a revision opens a step again. */
  readonly opening: number;
  readonly openedAt: string | null;
  /** Size of the frozen roster for `all` and shares; null otherwise. */
  readonly roster: number | null;
  /** Approvals needed. */
  readonly required: number;
  /** Chosen branch of a `choose`. */
  readonly branch: number | null;
  readonly check: 'pass' | 'fail' | 'unknown' | null;
  readonly missing: readonly string[];
  readonly escalated: boolean;
  /** Rungs that have been opened, the open one last; absent where the step asks no chain. */
  readonly rungs?: readonly Rung[];
  readonly why: Explanation;
};

/** One row of a matrix whose rows are asked one after the other: a place of its own, with a quorum of its own. */
export type Rung = {
  /** Whom it asks, such as `role:cfo`; the second rung of the same approver is `role:cfo#2`. */
  readonly rung: string;
  readonly status: 'open' | 'approved';
  readonly roster: number | null;
  readonly required: number;
};
