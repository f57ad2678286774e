import type { Actor } from '../request/model.ts';
import type { MatrixVersion } from './model.ts';

/** A change of an authority matrix that waits for its approval. */
export type MatrixProposal = {
  readonly version: MatrixVersion;
  readonly by: Actor;
  readonly at: string;
  /** Of the entry in which it was made. */
  readonly seq: number;
};
