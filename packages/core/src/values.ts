/** Values as they stand in canonical JSON: no floats, no absent members with `undefined`. */
export type Money = { readonly amount: string; readonly currency: string };

/**
 * A sealed personal value: what the ledger, the state and `decide` see of it. The plaintext lies, encrypted,
 * beside the leaf (ENGINE 14). `commitment` is the digest of ciphertext, context and item key.
 */
export type Sealed = { readonly sealed: string; readonly commitment: string };

export type Scalar = string | number | boolean | Money;
/** One line item, by column; what is absent is left out. */
export type Row = { readonly [column: string]: Scalar | Sealed };
export type FieldValue = Scalar | readonly (Scalar | Row)[] | Sealed;
export type FieldValues = { readonly [field: string]: FieldValue };

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
