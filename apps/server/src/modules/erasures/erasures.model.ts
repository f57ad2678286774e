/** One stream for the erasures of an environment. No slug holds a slash, so that no definition can take its name. */
export const ERASURE_STREAM = 'environment/erasures';

export type ErasedItem = { readonly sealed: string; readonly commitment: string };

export type ErasureEvent = {
  readonly type: 'erasure.recorded';
  readonly subject: string;
  readonly reason: string | null;
  /** What the log held of the subject. A value that was committed at the same moment is erased with them. */
  readonly items: readonly ErasedItem[];
};

/** Subjects erased, each once: erasing again is refused, not repeated. */
export type ErasureState = { readonly subjects: { readonly [subject: string]: string } };

export const erasureFold = {
  schema: 1,
  evolve: (state: ErasureState | null, { subject }: ErasureEvent, now: string): ErasureState => ({
    subjects: { ...state?.subjects, [subject]: now },
  }),
} as const;
