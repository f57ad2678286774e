import type { SealedCiphertext } from '../sealed/model.ts';

/** The format and its version. A reader refuses every other; see docs/reference/audit-export.md. */
export const EXPORT_FORMAT = 'countersign-audit-export/1';

/** Bytes that one line may have: a leaf of the largest size, and what stands around it. */
export const MAX_LINE_BYTES = 4 * 1024 * 1024 + 64 * 1024;

export type SeqRange = { readonly first: number; readonly last: number };

export type ExportHeader = {
  /** Subtree roots (hex) left of the range: empty where it starts at 1. From `proveRange`. */
  readonly before: readonly string[];
  /** Subtree roots (hex) right of the range: empty where it reaches the checkpoint's size. */
  readonly after: readonly string[];
  /** The signed note, with its signatures. */
  readonly checkpoint: string;
  /** The highest engine number in the range; 0 where it is empty. */
  readonly engine: number;
  readonly environment: string;
  readonly origin: string;
  /** Inclusive; `last` is `first` − 1 where it is empty. */
  readonly range: SeqRange;
  /** The log's verifier key. A reader who has not seen it before trusts the file about it. */
  readonly key: string;
};

/** A sealed value laid open: its ciphertext with its own key, which opens nothing else. */
export type ExportItem = { readonly value: SealedCiphertext; readonly itemKey: Uint8Array };

export type ExportEntry = {
  readonly seq: number;
  /** The stored bytes. */
  readonly leaf: Uint8Array;
  /**
   * The leaf hash from the tree's tiles. With it a verifier can name the entry whose bytes were changed after the
   * tree was built, not only that one was. By default the hash of `leaf`.
   */
  readonly hash?: Uint8Array | undefined;
  /** Sealed values to lay open; each must be referred to by this leaf. */
  readonly items?: readonly ExportItem[] | undefined;
};

export type ExportTrailer = {
  readonly entries: number;
  readonly items: number;
  /** SHA-256 (hex) of the header line. Finds damage; an attacker can compute it too. */
  readonly header: string;
};
