import type { AnswerOf } from '@countersign/contract';
import { approversOf, type Directory, type MatrixProposal, type MatrixVersion } from '@countersign/core';

type Proposal = AnswerOf<'listMatrixProposals'>[200]['items'][number];

/** What a version says, without when and by whom. */
export const contentOf = ({
  matrix,
  currency,
  columns,
  ask,
  climb,
  fallback,
  approvedBy,
  rows,
}: MatrixVersion) => ({
  name: matrix,
  currency,
  columns: [...columns],
  ask,
  climb,
  fallback,
  approvedBy: approvedBy ?? null,
  rows: rows.map((each) => ({ ...each, cells: [...each.cells] })),
});

export const presentProposal = (
  directory: Directory,
  { version, by, at, seq }: MatrixProposal,
  now: string,
): Proposal => ({
  ...contentOf(version),
  effectiveFrom: version.effectiveFrom,
  digest: version.digest,
  proposedAt: at,
  proposedBy: by,
  seq,
  approvers: approversOf(directory, version.matrix, now),
});
