/**
 * Keys that open personal data, kept outside the database and outside its backup (ENGINE 14). One key of 32 bytes
 * for each owner of sealed values in each environment: destroying it erases all of them, in every copy of the
 * database there is.
 */
export type KeyStore = {
  /** The owner's key to seal with; made, durably, when there is none. @throws OwnerErased */
  keyFor(environment: string, owner: string): Promise<Uint8Array>;
  /** The owner's key to open with. @throws KeyMissing where it was neither erased nor is it here. */
  keyOf(environment: string, owner: string): Promise<Uint8Array | 'erased'>;
  /** The environment's key for blind indexes: it opens nothing, and outlives erasures. */
  indexKey(environment: string): Promise<Uint8Array>;
  /** Whether the owner is on the erasure list, as far as this process has read it. */
  isErased(environment: string, owner: string): boolean;
  /**
   * Puts the owner on the erasure list, then destroys the key, both durably. Repeating it changes nothing; after a
   * key came back from a backup it destroys the key again.
   */
  destroy(erasure: Erasure): Promise<void>;
  /** The erasure list, oldest first: what a restored database has yet to be told. */
  erasures(): Promise<readonly Erasure[]>;
  /** Tells of each erasure by this or another process of the deployment, within `ERASURE_SEEN_MS`. */
  onErased(listener: (erasure: Erasure) => void): void;
  close(): void;
};

export type Erasure = {
  readonly environment: string;
  /** `usr_…`, `req_…` or `doc_…`. */
  readonly owner: string;
  /** The command whose entry records it. */
  readonly command: string;
};

/** For at most this long another process may go on showing what it had opened before an erasure. */
export const ERASURE_SEEN_MS = 1000;

/** Its key was destroyed: nothing can be sealed for this owner again, or it would come back to life. */
export class OwnerErased extends Error {
  readonly code = 'erased';
  readonly owner: string;

  constructor(owner: string) {
    super(`The personal data of ${owner} was erased; none is taken for it any more.`);
    this.name = 'OwnerErased';
    this.owner = owner;
  }
}

/** Not erased, but lost: to say "erased" here would hide a missing backup of the key store. */
export class KeyMissing extends Error {
  readonly code = 'key-missing';

  constructor(owner: string, place: string) {
    super(
      `The key of ${owner} is missing at ${place}, and no erasure is recorded. Restore the key store from its backup; ` +
        'it is kept apart from that of the database.',
    );
    this.name = 'KeyMissing';
  }
}

/** A key file that the master key does not open. */
export class KeyUnreadable extends Error {
  readonly code = 'key-unreadable';

  constructor(place: string, options?: ErrorOptions) {
    super(
      `${place} does not open with this master key. Either the master key is another one, or the file is damaged.`,
      options,
    );
    this.name = 'KeyUnreadable';
  }
}

/** There are keys, and what has wrapped them is gone. */
export class MasterKeyMissing extends Error {
  readonly code = 'master-key-missing';

  constructor(file: string, keys: string) {
    super(
      `There is no master key at ${file}, but ${keys} holds keys that only the one of before opens. Restore it from its backup, or say with COUNTERSIGN_MASTER_KEY_FILE where it lies.`,
    );
    this.name = 'MasterKeyMissing';
  }
}
