import type { Definition } from '../definition/model.ts';
import type { Explanation } from '../why/model.ts';
import type { Assignment, Decision, DocumentRef, Revision, Via } from './model.ts';

/** Events tell, in the past tense, and are never refused. */
export type RequestEvent =
  | {
      readonly type: 'request.created';
      readonly request: string;
      readonly definition: Definition['definition'];
      readonly definitionDigest: string;
      readonly requester: string;
      readonly submitter: string;
      readonly beneficiary: string;
      readonly externalReference: string | null;
      readonly revision: Revision;
    }
  | { readonly type: 'request.submitted'; readonly dueAt: string | null; readonly expiresAt: string | null }
  | { readonly type: 'request.revised'; readonly revision: Revision; readonly changed: readonly string[] }
  | {
      readonly type: 'step.opened';
      readonly step: string;
      readonly opening: number;
      readonly roster: number | null;
      readonly required: number;
      readonly why: Explanation;
    }
  | { readonly type: 'step.skipped'; readonly step: string; readonly why: Explanation }
  | { readonly type: 'step.approved'; readonly step: string; readonly why: Explanation }
  | { readonly type: 'step.rejected'; readonly step: string; readonly why: Explanation }
  | { readonly type: 'step.blocked'; readonly step: string; readonly why: Explanation }
  | { readonly type: 'step.unblocked'; readonly step: string; readonly why: Explanation }
  | {
      readonly type: 'step.held';
      readonly step: string;
      readonly missing: readonly string[];
      readonly why: Explanation;
    }
  | {
      readonly type: 'branch.chosen';
      readonly step: string;
      readonly branch: number;
      readonly why: Explanation;
    }
  | {
      readonly type: 'branch.passed';
      readonly step: string;
      readonly reason: string;
      readonly why: Explanation;
    }
  | {
      readonly type: 'check.requested';
      readonly step: string;
      readonly ask: string;
      readonly with: { readonly [name: string]: unknown };
      readonly expiresAt: string;
    }
  | {
      readonly type: 'check.answered';
      readonly step: string;
      readonly answer: 'pass' | 'fail' | 'unknown';
      readonly reference: string | null;
      readonly timedOut: boolean;
    }
  | { readonly type: 'assignment.opened'; readonly assignment: Assignment }
  | {
      readonly type: 'assignment.closed';
      readonly assignment: number;
      readonly status: 'withdrawn' | 'no_longer_required' | 'reassigned' | 'vacant' | 'excluded';
      readonly why: Explanation;
    }
  | { readonly type: 'assignment.refilled'; readonly assignment: number; readonly why: Explanation }
  | {
      readonly type: 'decision.recorded';
      readonly decision: Decision;
      readonly comment: { readonly sealed: string; readonly commitment: string } | null;
      readonly via: readonly Via[];
    }
  | { readonly type: 'decision.voided'; readonly decision: number; readonly why: Explanation }
  | { readonly type: 'decision.kept'; readonly decision: number; readonly why: Explanation }
  | {
      readonly type: 'reminder.sent';
      readonly step: string;
      readonly index: number;
      readonly persons: readonly string[];
    }
  | { readonly type: 'step.escalated'; readonly step: string }
  | { readonly type: 'request.held'; readonly reason: string }
  | { readonly type: 'request.released' }
  | {
      readonly type: 'request.returned';
      readonly step: string;
      readonly by: string;
      readonly reason: string | null;
    }
  | { readonly type: 'request.approved' }
  | { readonly type: 'request.rejected'; readonly step: string; readonly why: Explanation }
  | { readonly type: 'request.cancelled'; readonly reason: string | null }
  | { readonly type: 'request.expired' }
  | {
      readonly type: 'request.reopened';
      readonly reason: string | null;
      readonly previousOutcome: 'approved' | 'rejected' | 'cancelled' | 'expired';
    }
  | {
      readonly type: 'effect.started';
      readonly effect: string;
      readonly reference: string | null;
      readonly statusVersion: number;
    }
  | {
      readonly type: 'effect.receipted';
      readonly effect: string;
      readonly reference: string | null;
      readonly statusVersion: number;
    };

export type EventType = RequestEvent['type'];
export type { DocumentRef };
