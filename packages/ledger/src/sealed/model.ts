/** Where a sealed value belongs. Part of the commitment, so that it cannot be shown in another place. */
export type SealContext = {
  readonly environment: string;
  /** The stream whose leaf holds the reference. */
  readonly stream: string;
  /** `itm_…`, unique in the environment. */
  readonly item: string;
  /** Whose personal data it is: erasing this owner's key erases the value. */
  readonly owner: string;
  /** What the value is within its stream: `comment`, `fields.iban`, `name`, … */
  readonly name: string;
};

/** What stands in a leaf, in state and in answers. */
export type SealedReference = { readonly sealed: string; readonly commitment: string };

/** What is stored outside the leaf. */
export type SealedCiphertext = {
  readonly context: SealContext;
  /** 12 bytes. */
  readonly nonce: Uint8Array;
  /** AES-256-GCM, with its tag of 16 bytes at the end. */
  readonly ciphertext: Uint8Array;
};

/** The item key under its owner's key: deleting the owner's key leaves nothing that opens it. */
export type WrappedKey = { readonly nonce: Uint8Array; readonly ciphertext: Uint8Array };
