import type { DirectoryEvent } from '@countersign/core';

export type MatrixPublished = Extract<DirectoryEvent, { type: 'matrix.published' }>;
export type MatrixEvent = MatrixPublished | Extract<DirectoryEvent, { type: 'matrix.took-effect' }>;

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
        if (before === null) throw new Error(`${event.matrix} takes effect, and was never published`);
        return before;
      default: {
        const never: never = event;
        return never;
      }
    }
  },
} as const;
