/** Kinds of stream, as in the audit entry. */
export type StreamKind =
  | 'request'
  | 'definition'
  | 'matrix'
  | 'directory'
  | 'access'
  | 'environment'
  | 'document';

/** One member of a batch: a command that was decided and waits for its place in the log, or a refusal. */
export type Proposal = {
  readonly environment: string;
  readonly stream: string;
  readonly kind: StreamKind;
  /** Version of the stream that was read; 0: it did not exist. */
  readonly version: number;
  /** Directory revision that was read; null: the outcome does not depend on authority. */
  readonly directory: number | null;
  /** Clock revision that was read; null: the outcome does not depend on the environment's clock. */
  readonly clock: number | null;
  /** Null: a refusal, which only stores its answer. */
  readonly entry: ProposedEntry | null;
  readonly idempotency: ProposedAnswer | null;
};

export type ProposedEntry = {
  /** Unique in its environment for ever. */
  readonly command: string;
  /** Canonical bytes, made once. */
  readonly leaf: Uint8Array;
  readonly leafHash: Uint8Array;
  /** Environment time, RFC 3339 UTC. */
  readonly at: string;
  readonly correlation: string | null;
  readonly changesAuthority: boolean;
  readonly movesClock: boolean;
  readonly schema: number;
  /** JSON text of the state after the command. */
  readonly state: string;
  readonly projection: Projection;
};

/** Rows written with an entry. Their environment, stream and seq are the member's. */
export type Projection = {
  readonly request?: RequestRow | undefined;
  /** Assignments opened or changed; written over by `n`. */
  readonly assignments?: readonly AssignmentRow[] | undefined;
  /** `due: null` clears the timer. */
  readonly timers?: readonly { readonly key: string; readonly due: string | null }[] | undefined;
  readonly businessKeys?:
    | readonly { readonly kind: string; readonly key: string; readonly release: boolean }[]
    | undefined;
  readonly sealed?: readonly SealedRow[] | undefined;
  readonly writes?: SliceWrites | undefined;
};

export type RequestRow = {
  readonly definition: string;
  readonly definitionDigest: string;
  readonly status: string;
  readonly outcome: string | null;
  readonly requester: string;
  readonly submitter: string;
  readonly externalReference: string | null;
  readonly dueAt: string | null;
};

export type AssignmentRow = {
  readonly n: number;
  readonly step: string;
  readonly person: string;
  readonly status: string;
  readonly group: string | null;
  readonly role: string | null;
  readonly dueAt: string | null;
};

export type SealedRow = {
  readonly item: string;
  readonly owner: string;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly wrappedKey: Uint8Array;
  readonly context: string;
};

type SealedRef = { readonly sealed: string; readonly commitment: string };

/** Rare rows, by table; `apply_writes` knows no others. Names are the columns'. */
export type SliceWrites = {
  readonly definition_version?: readonly {
    readonly definition: string;
    readonly version: number;
    readonly digest: string;
    readonly canonical: string;
    readonly source: string;
  }[];
  readonly matrix_version?: readonly {
    readonly matrix: string;
    readonly version: number;
    readonly digest: string;
    readonly effective_from: string;
    readonly canonical: string;
    readonly source: string;
  }[];
  /** The whole person as now known; the row before is closed, not overwritten. */
  readonly person?: readonly {
    readonly person: string;
    readonly active: boolean;
    readonly manager: string | null;
    readonly name?: SealedRef | null;
    readonly email?: SealedRef | null;
    /** Hex of the keyed hash of the address. */
    readonly email_index?: string | null;
    readonly user_name?: SealedRef | null;
    /** Hex of the keyed hash of the user name; unique among people as now known. */
    readonly user_name_index?: string | null;
    readonly valid_from?: string;
    readonly valid_until?: string;
  }[];
  readonly collective?: readonly { readonly kind: 'group' | 'role'; readonly name: string }[];
  readonly membership?: readonly {
    readonly kind: 'group' | 'role';
    readonly name: string;
    readonly person: string;
    readonly remove?: boolean;
    readonly valid_from?: string;
    readonly valid_until?: string;
  }[];
  readonly delegation?: readonly {
    readonly delegation: string;
    readonly delegator: string;
    readonly delegate: string;
    readonly valid_from: string;
    readonly valid_until: string;
    readonly terms: object;
  }[];
  readonly delegation_revoked?: readonly { readonly delegation: string }[];
  readonly document?: readonly { readonly document: string }[];
  readonly document_version?: readonly {
    readonly document: string;
    readonly version: number;
    readonly sha256: string;
    readonly size: number;
    readonly media_type: string;
    readonly file_name: SealedRef | null;
  }[];
  readonly service_account?: readonly { readonly service: string; readonly name: string }[];
  readonly service_account_disabled?: readonly { readonly service: string }[];
  readonly api_key?: readonly {
    readonly api_key: string;
    readonly service: string;
    /** Hex of the token's SHA-256. */
    readonly token_hash: string;
    readonly scopes: readonly string[];
    readonly environments: readonly string[] | null;
    readonly object_types: readonly string[] | null;
    readonly expires_at: string | null;
  }[];
  readonly api_key_revoked?: readonly { readonly api_key: string }[];
  /** From the stream's request to others. */
  readonly request_link?: readonly { readonly kind: string; readonly target: string }[];
  /** Who may know of the stream's request; neither draft nor confidential: everybody with the scope. */
  readonly restricted?: readonly {
    readonly draft: boolean;
    readonly confidential: boolean;
    readonly participants: readonly string[];
  }[];
  /** A reader of the log has handled what it had set aside. */
  readonly set_aside_handled?: readonly { readonly reader: string; readonly seq: number }[];
  /** A restore gives the log a new name. */
  readonly log_origin?: readonly { readonly origin: string }[];
  readonly clock?: readonly {
    readonly mode: 'wall' | 'frozen' | 'offset';
    readonly at: string | null;
    readonly offset_ms: number | null;
  }[];
};

export type ProposedAnswer = {
  readonly principal: string;
  readonly key: string;
  /** SHA-256 of the request as the client sent it. */
  readonly digest: Uint8Array;
  readonly status: number;
  /** The body, byte for byte. */
  readonly answer: string;
};

/** The head's revisions after the batch: what the process should know at least. */
export type Revisions = { readonly directory: number; readonly clock: number };

export type Verdict =
  /** In the log as `seq`, by this call or, `replayed`, by an earlier one with the same leaf. */
  | {
      readonly outcome: 'committed';
      readonly seq: number;
      readonly replayed?: true;
      readonly revisions: Revisions;
    }
  /** A refusal that still stands; its answer, if it has a key, is stored. */
  | { readonly outcome: 'refused'; readonly revisions: Revisions }
  /** Relied on what has moved meanwhile: load again, decide again. Never shown to a client. */
  | { readonly outcome: 'conflict'; readonly reason: ConflictReason; readonly revisions: Revisions }
  /** The idempotency key has an answer already. */
  | { readonly outcome: 'answered'; readonly sameRequest: boolean; readonly revisions: Revisions }
  | { readonly outcome: 'business-key-taken'; readonly holder: string; readonly revisions: Revisions }
  /** No such environment, or not one of the caller's. */
  | { readonly outcome: 'foreign-environment' };

export type ConflictReason = 'version' | 'authority' | 'clock' | 'batch' | 'command';
