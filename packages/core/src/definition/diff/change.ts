/** One difference between two definitions, in plain words. `path` is its place in the newer one, or in the older if removed. */
export type Change = {
  readonly change: 'added' | 'removed' | 'changed' | 'moved';
  readonly path: string;
  readonly message: string;
};
