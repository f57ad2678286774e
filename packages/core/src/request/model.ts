import type { DecisionKind } from '../definition/model.ts';
import type { FieldValues } from '../values.ts';

/** The engine number: any observable change of decide, evolve or the condition language is a new one (ENGINE 6). */
export const ENGINE = 1;

export type Actor =
  /** A person; `via` is the service account that acted for them, if one did. */
  | { readonly kind: 'person'; readonly person: string; readonly via?: string }
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'system'; readonly system: 'timer' | 'recheck' };

export type DocumentRef = { readonly document: string; readonly version: number; readonly sha256: string };

export type Revision = {
  readonly number: number;
  /** SHA-256 (hex) over definition digest, number, predecessor, fields and documents. */
  readonly digest: string;
  readonly predecessor: string | null;
  readonly fields: FieldValues;
  /** By slot; documents in the order given. */
  readonly documents: { readonly [slot: string]: readonly DocumentRef[] };
  readonly editors: readonly string[];
};

/** How a person came to be asked: one link of the chain from the definition to them. */
export type Via =
  | { readonly via: 'user' }
  | { readonly via: 'group'; readonly group: string }
  | { readonly via: 'role'; readonly role: string }
  | { readonly via: 'field'; readonly field: string }
  | { readonly via: 'manager'; readonly of: string; readonly level: number }
  | { readonly via: 'matrix'; readonly matrix: string; readonly row: string; readonly digest: string }
  | { readonly via: 'escalation' }
  | { readonly via: 'fallback' }
  | { readonly via: 'reassignment'; readonly from: string };

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
};

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
  readonly reason?: string;
  readonly at: string;
  readonly standing: boolean;
};
