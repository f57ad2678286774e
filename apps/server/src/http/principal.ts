import type { Scope } from '@countersign/contract';

/** Who holds the key. Proven: only the authenticator makes one, so a use case that takes one cannot forget to ask. */
export type Principal = {
  readonly environment: string;
  readonly serviceAccount: string;
  readonly key: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Definitions that the key covers; null: all. */
  readonly definitions: readonly string[] | null;
};

export type Authenticator = {
  /** The principal of a key's secret, or null where it is unknown, revoked or expired. */
  authenticate(secret: string): Promise<Principal | null>;
};
