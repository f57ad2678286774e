/** Bounds on what is encoded or parsed. Whoever supplies the bytes chooses neither our stack nor our memory. */
export type Limits = { readonly maxBytes: number; readonly maxDepth: number };

/** A leaf: 4 MiB of canonical JSON, 64 containers deep. */
export const LEAF_LIMITS: Limits = { maxBytes: 4 * 1024 * 1024, maxDepth: 64 };

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
