import type { Duration, Observer } from '../definition/model.ts';
import type { RevisionRates } from '../rates/convert.ts';
import type { RelatedShare } from '../related/model.ts';
import type { Explanation } from '../why/model.ts';
import type { Addition, Assignment, Comment, Decision, Finding, Link, Override, Revision } from './model.ts';
import type { Outcome } from './state.ts';

type Why = { readonly why: Explanation };
type Sealed = { readonly sealed: string; readonly commitment: string };
type Timers = { readonly [key: string]: string };

export type RequestCreated = {
  readonly type: 'request.created';
  readonly request: string;
  readonly definition: string;
  readonly definitionDigest: string;
  readonly requester: string;
  readonly submitter: string;
  readonly beneficiary: string;
  readonly externalReference: string | null;
  readonly revision: Revision;
  /** What was asked for instead of the definition's `due`. */
  readonly due?: Duration;
  readonly links?: readonly Link[];
  readonly confidential?: true;
  /** Its number without its last part, the seq of this very entry. */
  readonly number?: string;
  /** Of the definition and of the filer. */
  readonly observers?: readonly Observer[];
  readonly retain?: string;
};

/** Events tell, in the past tense, and are never refused. */
export type RequestEvent =
  | RequestCreated
  | {
      readonly type: 'request.submitted';
      readonly dueAt: string | null;
      readonly expiresAt: string | null;
      readonly rates?: RevisionRates;
      /** What it adds to sums over related requests. */
      readonly related?: readonly RelatedShare[];
    }
  | {
      readonly type: 'request.revised';
      readonly revision: Revision;
      readonly changed: readonly string[];
      readonly dueAt: string | null;
      readonly expiresAt: string | null;
      readonly related?: readonly RelatedShare[];
    }
  | ({ readonly type: 'step.opened'; readonly step: string; readonly opening: number } & {
      /** Size of the frozen roster (`all` and shares), else null. */
      readonly roster: number | null;
      /** Approvals needed. */
      readonly required: number;
      readonly timers: Timers;
    } & Why)
  /** The next row of a chain is asked. */
  | ({ readonly type: 'rung.opened'; readonly step: string; readonly rung: string } & {
      /** All rungs of the chain as the matrix has it now, lowest first. */
      readonly of: readonly string[];
      readonly roster: number | null;
      readonly required: number;
      readonly timers: Timers;
    } & Why)
  | ({ readonly type: 'rung.approved'; readonly step: string; readonly rung: string } & Why)
  | ({ readonly type: 'step.skipped'; readonly step: string } & Why)
  | ({ readonly type: 'step.approved'; readonly step: string } & Why)
  | ({ readonly type: 'step.rejected'; readonly step: string } & Why)
  | ({ readonly type: 'step.blocked'; readonly step: string } & Why)
  | ({ readonly type: 'step.unblocked'; readonly step: string } & Why)
  | ({ readonly type: 'step.held'; readonly step: string; readonly missing: readonly string[] } & Why)
  | { readonly type: 'step.escalated'; readonly step: string }
  /** A sum that answered its condition has grown: the step is walked anew, and what was done stays done. */
  | ({ readonly type: 'step.reconsidered'; readonly step: string } & Why)
  | ({ readonly type: 'branch.chosen'; readonly step: string; readonly branch: number } & Why)
  | ({
      readonly type: 'branch.passed';
      readonly step: string;
      readonly branch: number;
      readonly reason: string;
    } & Why)
  | ({
      readonly type: 'check.requested';
      readonly step: string;
      readonly ask: string;
      readonly with: { readonly [name: string]: unknown };
      readonly expiresAt: string;
    } & Why)
  | {
      readonly type: 'check.answered';
      readonly step: string;
      readonly answer: CheckAnswer;
      readonly reference: string | null;
      readonly timedOut: boolean;
    }
  | {
      readonly type: 'assignments.opened';
      readonly step: string;
      readonly assignments: readonly Assignment[];
    }
  | ({
      readonly type: 'assignments.closed';
      readonly assignments: readonly number[];
      readonly status: 'withdrawn' | 'no_longer_required' | 'excluded' | 'vacant';
    } & Why)
  | ({ readonly type: 'assignment.refilled'; readonly assignment: number } & Why)
  | {
      readonly type: 'assignment.reassigned';
      readonly assignment: number;
      readonly by: string;
      readonly reason: string | null;
      readonly replacement: Assignment;
    }
  | { readonly type: 'decision.recorded'; readonly decision: Decision; readonly comment: Sealed | null }
  | ({ readonly type: 'decision.kept'; readonly decision: number } & Why)
  | ({ readonly type: 'decision.voided'; readonly decision: number } & Why)
  | {
      readonly type: 'decision.ratified';
      readonly decision: number;
      readonly by: string;
      readonly reason: string | null;
    }
  | {
      readonly type: 'reminder.sent';
      readonly step: string;
      readonly timer: string;
      readonly persons: readonly string[];
    }
  | { readonly type: 'comment.added'; readonly comment: Comment }
  | { readonly type: 'request.held'; readonly reason: string; readonly by: string }
  | { readonly type: 'request.released' }
  | {
      readonly type: 'request.returned';
      readonly step: string;
      readonly by: string | null;
      readonly reason: string | null;
    }
  | {
      readonly type: 'request.reworked';
      readonly to: string;
      readonly from: string;
      readonly by: string;
      readonly onBehalfOf?: string;
      readonly reason: string | null;
      /** Those that had been reached and run again. */
      readonly steps: readonly string[];
    }
  | { readonly type: 'control.added'; readonly addition: Addition; readonly reason: string | null }
  | {
      readonly type: 'control.taken-away';
      readonly addition: number;
      readonly by: string;
      readonly reason: string;
    }
  /** `comment`: the number of the comment that says it. */
  | { readonly type: 'advice.given'; readonly addition: number; readonly comment: number }
  | {
      readonly type: 'override.recorded';
      readonly override: Override;
      /** Who can review it, as of now. */
      readonly reviewers: readonly string[];
      /** The number of the comment that was made with it. */
      readonly comment: number | null;
    }
  | ({ readonly type: 'override.voided'; readonly override: number } & Why)
  | {
      readonly type: 'override.reviewed';
      readonly override: number;
      readonly by: string;
      readonly finding: Finding;
      readonly reason: string | null;
    }
  /** Something outside the rules was found, for people to follow up. */
  | {
      readonly type: 'exception.raised';
      readonly override: number;
      readonly step: string;
      readonly reason: string;
    }
  | {
      readonly type: 'request.approved';
      /** Present where a step was settled by an override. */
      readonly overridden?: true;
    }
  | ({ readonly type: 'request.rejected'; readonly step: string } & Why)
  | { readonly type: 'request.cancelled'; readonly reason: string | null }
  | { readonly type: 'request.expired' }
  | {
      readonly type: 'request.reopened';
      readonly reason: string | null;
      readonly previousOutcome: Outcome;
    }
  | {
      readonly type: 'effect.started' | 'effect.receipted';
      readonly effect: string;
      readonly reference: string | null;
      readonly statusVersion: number;
    };

export type CheckAnswer = 'pass' | 'fail' | 'unknown';
export type EventType = RequestEvent['type'];
