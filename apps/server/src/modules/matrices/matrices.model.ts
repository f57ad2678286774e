import type { DirectoryEvent } from '@countersign/core';

export type MatrixEvent = Extract<DirectoryEvent, { type: 'matrix.published' }>;

/** The newest version; its content stands in its row. */
export type MatrixState = {
  readonly matrix: string;
  readonly version: number;
  readonly digest: string;
  readonly effectiveFrom: string;
};

/** Streams share one name space over all kinds; no slug holds a slash. */
export const matrixStream = (name: string): string => `matrix/${name}`;

export const matrixFold = {
  schema: 1,
  evolve: (before: MatrixState | null, { version }: MatrixEvent): MatrixState => ({
    matrix: version.matrix,
    version: (before?.version ?? 0) + 1,
    digest: version.digest,
    effectiveFrom: version.effectiveFrom,
  }),
} as const;
