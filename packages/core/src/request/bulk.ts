import type { DecisionKind } from '../definition/model.ts';
import { digestJson } from '../facts/digest.ts';

/** What one list decides: of each assignment, the revision that its maker was served. */
export type BulkList = {
  readonly decision: DecisionKind;
  readonly reason: string | null;
  readonly reasonCode: string | null;
  readonly items: readonly BulkItem[];
};

export type BulkItem = {
  /** `asg_<request>_<n>`. */
  readonly assignment: string;
  readonly revision: string;
  /** As it was named; null: nobody was. */
  readonly onBehalfOf: string | null;
};

/**
 * Names a whole list, in its order, in each decision that was made with it (SEMANTICS 22): SHA-256 (hex) of its canonical
 * JSON (RFC 8785). A comment is no part of it: it can be erased, and a digest would let it be guessed.
 */
export const bulkDigest = ({ decision, reason, reasonCode, items }: BulkList): string =>
  digestJson({
    decision,
    reason,
    reasonCode,
    items: items.map(({ assignment, revision, onBehalfOf }) => ({ assignment, revision, onBehalfOf })),
  });
