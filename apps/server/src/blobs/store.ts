import type { Readable } from 'node:stream';

export interface StoredBlob {
  /** SHA-256 of the bytes, 64 lower-case hexadecimal digits: the blob's name. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** Media type by content, never by a name that the caller claimed. */
  readonly type: string;
}

export interface PutOptions {
  /** Bytes at most. */
  readonly limit: number;
}

export type BlobErrorCode = 'blob-too-large' | 'blob-missing' | 'blob-corrupt';

/** `blob-too-large`: over the limit. `blob-missing`: no such blob. `blob-corrupt`: its bytes are no longer what they were. */
export class BlobError extends Error {
  readonly code: BlobErrorCode;

  constructor(code: BlobErrorCode, message: string) {
    super(message);
    this.name = 'BlobError';
    this.code = code;
  }
}

/** The blobs of one environment. */
export interface BlobStore {
  /**
   * Keeps the bytes exactly as they come, durably, before it resolves. The same bytes again are the same blob.
   * When `content` fails or is over the limit, nothing of it stays.
   * @throws BlobError blob-too-large
   */
  put(content: AsyncIterable<Uint8Array>, options: PutOptions): Promise<StoredBlob>;
  /**
   * The bytes, checked against their name while they are read: a reader gets `blob-corrupt` at the latest at the end.
   * @throws BlobError blob-missing
   */
  open(sha256: string): Promise<Readable>;
  /** Size in bytes; undefined when there is none. */
  size(sha256: string): Promise<number | undefined>;
  /** False when there was none. */
  remove(sha256: string): Promise<boolean>;
}

export interface Blobs {
  /** Blobs of one environment never stand in for those of another, not even equal ones. */
  of(environmentId: string): BlobStore;
  /** Removes what uploads left that were cut off more than `olderThanMs` ago; returns how many. */
  sweep(olderThanMs: number): Promise<number>;
}
