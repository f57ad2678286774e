import type { DecisionKind, Definition } from '../../../src/definition/model.ts';
import type { FieldValues } from '../../../src/values.ts';

/** What the reference model is given: a definition, and what happened, in order. Nothing else is remembered. */
export type History = { readonly definition: Definition; readonly items: readonly Item[] };
export type Item =
  | { readonly at: string; readonly change: Change }
  /** `by` is a person, or null for a service account. */
  | { readonly at: string; readonly by: string | null; readonly act: Act };

/** One change of the directory. */
export type Change =
  | {
      readonly change: 'person';
      readonly person: string;
      readonly active: boolean;
      readonly manager: string | null;
    }
  | {
      readonly change: 'group' | 'role';
      readonly name: string;
      readonly person: string;
      readonly member: boolean;
    }
  | { readonly change: 'grant'; readonly grant: Grant }
  | { readonly change: 'revoke'; readonly id: string };

/** A delegation. */
export type Grant = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly starts: string;
  readonly ends: string;
  readonly definitions?: readonly string[];
  readonly limit?: { readonly amount: string; readonly currency: string };
  readonly categories?: { readonly [field: string]: readonly string[] };
  readonly redelegable?: boolean;
};

/** A command, with places named by step, opening and person, and `stale` for the digest of another revision. */
export type Act =
  | {
      readonly act: 'file';
      readonly requester: string;
      readonly submitter: string | null;
      readonly beneficiary: string | null;
      readonly fields: FieldValues;
      readonly draft: boolean;
    }
  | { readonly act: 'submit' | 'release' | 'cancel' | 'reopen' | 'hold' | 'recheck' }
  | { readonly act: 'revise'; readonly fields: FieldValues; readonly stale: boolean }
  | ({ readonly act: 'decide'; readonly what: DecisionKind } & ByPlace)
  | ({ readonly act: 'rework'; readonly to: string } & ByPlace)
  | ({
      readonly act: 'add';
      readonly person: string;
      readonly as: 'approver' | 'adviser';
      readonly order: 'before' | 'beside';
    } & ByPlace)
  | { readonly act: 'advise' | 'takeAway'; readonly addition: number }
  | { readonly act: 'override'; readonly step: string; readonly reason: string; readonly stale: boolean }
  | { readonly act: 'review'; readonly override: number; readonly good: boolean; readonly why: string | null }
  | { readonly act: 'ratify'; readonly decision: string }
  | { readonly act: 'reassign'; readonly place: string; readonly to: string }
  | {
      readonly act: 'answer';
      readonly step: string;
      readonly answer: 'pass' | 'fail' | 'unknown';
      readonly stale: boolean;
    }
  | { readonly act: 'effect'; readonly done: boolean; readonly stale: boolean }
  | { readonly act: 'fire'; readonly alarm: string };

type ByPlace = { readonly place: string; readonly stale: boolean; readonly onBehalfOf: string | null };
