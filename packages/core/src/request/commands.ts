import type { DecisionKind, Observer } from '../definition/model.ts';
import type { RelatedSum } from '../related/model.ts';
import type { FieldValues } from '../values.ts';
import type { Actor, Addition, CommentVisibility, DocumentRef, Finding, Link } from './model.ts';
import type { Outcome, Status } from './state.ts';

/** Commands ask and may be refused; identity arrives with them, time in the context. */
export type Command = {
  readonly id: string;
  readonly actor: Actor;
  /** With what was read of related requests for it: part of the command, for a verifier to hold against the log. */
  readonly data: CommandData & { readonly related?: readonly RelatedSum[] };
};

export type Content = {
  readonly fields: FieldValues;
  readonly documents: { readonly [slot: string]: readonly DocumentRef[] };
};

/** How a request stands; `statusVersion` says when, so that it can be looked up in the log again. */
export type Standing = {
  readonly statusVersion: number;
  readonly status: Status;
  readonly outcome: Outcome | null;
};

/** A link, with how its target stood when it was looked up. Absent in entries from before that was asked. */
export type FiledLink = Link & {
  readonly target?: Standing;
};

export type CommandData =
  | {
      readonly type: 'create';
      readonly request: string;
      readonly definition: string;
      readonly definitionDigest: string;
      readonly requester: string;
      readonly submitter: string | null;
      readonly beneficiary: string | null;
      readonly externalReference: string | null;
      readonly content: Content;
      readonly draft: boolean;
      /** Promised within this, as in a definition, instead of what the definition says. */
      readonly due?: string;
      /** Absent: as the definition says. */
      readonly confidential?: true;
      /** Absent: none. The edge has seen that they exist. */
      readonly links?: readonly FiledLink[];
      /** Besides those of the definition. Absent: none. */
      readonly observers?: readonly Observer[];
    }
  | { readonly type: 'submit' }
  | { readonly type: 'revise'; readonly expected: string; readonly content: Content }
  | {
      readonly type: 'decide';
      readonly assignment: number;
      readonly decision: DecisionKind;
      /** Digest of the revision that the maker was served (N5). */
      readonly revisionDigest: string;
      readonly reason: string | null;
      /** Of the definition's catalogue. */
      readonly reasonCode?: string;
      /** A sealed comment, or null. */
      readonly comment: { readonly sealed: string; readonly commitment: string } | null;
      /** Whose authority to use where several apply; null: own first, then the only one. */
      readonly onBehalfOf: string | null;
      /** Digest of the list that it was decided with (`bulkDigest`); absent: it was decided alone. */
      readonly bulk?: string;
      /** Of an approval only: what it is given under, sealed, and until when it is given (RFC 3339 UTC). */
      readonly conditions?: { readonly sealed: string; readonly commitment: string };
      readonly validUntil?: string;
    }
  /** Back to an earlier step of the same revision; `assignment` is the place whose authority is used. */
  | {
      readonly type: 'rework';
      readonly assignment: number;
      readonly to: string;
      readonly revisionDigest: string;
      readonly reason: string | null;
      readonly onBehalfOf: string | null;
    }
  | {
      readonly type: 'add';
      /** The place before or beside which it is added. */
      readonly assignment: number;
      readonly person: string;
      readonly as: Addition['as'];
      readonly order: Addition['order'];
      readonly revisionDigest: string;
      readonly reason: string | null;
      readonly onBehalfOf: string | null;
    }
  | {
      readonly type: 'advise';
      readonly addition: number;
      readonly comment: { readonly sealed: string; readonly commitment: string };
    }
  | { readonly type: 'takeAway'; readonly addition: number; readonly reason: string }
  | {
      readonly type: 'override';
      readonly step: string;
      readonly revisionDigest: string;
      /** Of the definition's catalogue for overrides. */
      readonly reason: string;
      /** A sealed comment, or null. */
      readonly comment: { readonly sealed: string; readonly commitment: string } | null;
    }
  | {
      readonly type: 'reviewOverride';
      readonly override: number;
      readonly finding: Finding;
      readonly reason: string | null;
    }
  /** The principal stands behind a decision that was made on their behalf. */
  | { readonly type: 'ratify'; readonly decision: number; readonly reason: string | null }
  | {
      readonly type: 'reassign';
      readonly assignment: number;
      readonly to: string;
      readonly reason: string | null;
    }
  | {
      readonly type: 'answerCheck';
      readonly step: string;
      readonly answer: 'pass' | 'fail' | 'unknown';
      readonly reference: string | null;
      /** Digest of the revision that was checked; left out, the answer is for the current one. */
      readonly revisionDigest?: string;
    }
  /** Beside the revision, which it never changes (SEMANTICS 21). */
  | {
      readonly type: 'comment';
      readonly visibility: CommentVisibility;
      readonly text: { readonly sealed: string; readonly commitment: string } | null;
      readonly files: readonly DocumentRef[];
    }
  | { readonly type: 'hold'; readonly reason: string }
  | { readonly type: 'release' }
  | { readonly type: 'cancel'; readonly reason: string | null }
  | { readonly type: 'reopen'; readonly reason: string | null }
  /** A downstream system acts on the outcome, or reports that it has (SEMANTICS 20). */
  | {
      readonly type: 'recordEffect';
      readonly effect: string;
      readonly state: 'started' | 'done';
      readonly reference: string | null;
      readonly statusVersion: number;
    }
  /** From the timer reader. */
  | { readonly type: 'fire'; readonly timer: string }
  /** From the authority reader: facts that open steps rely on have changed. */
  | { readonly type: 'recheck' };

export type CommandType = CommandData['type'];
