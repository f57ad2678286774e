import type { DirectoryEvent } from '@countersign/core';

export type MatrixEvent = Extract<DirectoryEvent, { type: `matrix.${string}` }>;

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
  evolve(before: MatrixState | null, event: MatrixEvent): MatrixState {
    switch (event.type) {
      case 'matrix.published': {
        const { matrix, digest, effectiveFrom } = event.version;
        return { matrix, version: (before?.version ?? 0) + 1, digest, effectiveFrom };
      }
      case 'matrix.took-effect':
      case 'matrix.proposed':
      case 'matrix.rejected':
        if (before === null) throw new Error(`${event.type} of a matrix that was never published`);
        return before;
      default: {
        const never: never = event;
        return never;
      }
    }
  },
} as const;
