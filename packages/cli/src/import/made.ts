/** One call of the API that changed something. */
export type Made = {
  readonly replayed: boolean;
  readonly receipt: { readonly seq: number; readonly leaf: string } | null;
};
