export type HandlingEvent = {
  readonly type: 'set-aside-entry.handled';
  readonly reader: string;
  readonly seq: number;
};

/** Streams share one name space; an environment's own is named by its id. */
export const HANDLING_STREAM = 'environment/set-aside';

/** `handled`: how many entries were handled after they had been set aside. */
export type HandlingState = { readonly handled: number };

export const handlingFold = {
  schema: 1,
  evolve: (state: HandlingState | null, _event: HandlingEvent): HandlingState => ({
    handled: (state?.handled ?? 0) + 1,
  }),
} as const;
