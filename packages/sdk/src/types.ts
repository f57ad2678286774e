import type { Operations, operations } from './generated/operations.gen.ts';
import type { RetryPolicy } from './retry.ts';

export type OperationId = keyof Operations;

export type ClientOptions = {
  /** Such as `https://countersign.example.com`. */
  readonly baseUrl: string;
  /** `csk_…`; absent for the routes that need none. */
  readonly key?: string;
  /** Id of the person to act for (`usr_…`); the key needs the scope `act-for`. */
  readonly actFor?: string;
  /** One for all calls of this client; by default each call gets its own. */
  readonly correlationId?: string;
  /** Default: the global `fetch`. */
  readonly fetch?: typeof fetch;
  readonly retry?: Partial<RetryPolicy>;
  /** Milliseconds that one attempt may take; default 60,000. Uploads and downloads are not timed. */
  readonly timeoutMs?: number;
};

export type CallOptions = {
  /** Default: a new one for each call, the same for its repetitions. Give your own to repeat over a restart. */
  readonly idempotencyKey?: string;
  /** Overrides that of the client; null for none. */
  readonly actFor?: string | null;
  readonly correlationId?: string;
  /** An ETag; for the operations that take If-Match. */
  readonly ifMatch?: string;
  readonly signal?: AbortSignal;
};

/** Bytes to upload. Only a function, an array and a Blob can be sent again after a fault. */
export type UploadSource =
  | Uint8Array
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | (() => ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>);

type Present<D> = {
  [K in keyof D & ('path' | 'query' | 'body')]-?: [NonNullable<D[K]>] extends [never] ? never : K;
}[keyof D & ('path' | 'query' | 'body')];

type IsUpload<Id extends OperationId> = (typeof operations)[Id]['upload'];

/** What an operation takes: `path`, `query`, `body` where it has them, and the options of the call. */
export type InputOf<Id extends OperationId> = CallOptions &
  (IsUpload<Id> extends true
    ? Pick<Operations[Id]['data'], Exclude<Present<Operations[Id]['data']>, 'body'>> & {
        readonly body: UploadSource;
        readonly fileName?: string;
        /** RFC 9530, `sha-256=:<base64>:`; an upload that differs is refused. */
        readonly contentDigest?: string;
      }
    : Pick<Operations[Id]['data'], Present<Operations[Id]['data']>>);

/** The receipt of a change: with it, the deletion of its entry is provable. */
export type Receipt = { readonly seq: number; readonly leaf: string };

export type Answer<T> = {
  readonly data: T;
  readonly status: number;
  /** Null where nothing was appended to the log. */
  readonly receipt: Receipt | null;
  readonly etag: string | null;
  readonly correlationId: string;
  /** This is the stored answer of an earlier call with the same Idempotency-Key. */
  readonly replayed: boolean;
  readonly headers: Headers;
};

type Call<Id extends OperationId> =
  Record<never, never> extends InputOf<Id>
    ? (input?: InputOf<Id>) => Promise<Answer<Operations[Id]['answer']>>
    : (input: InputOf<Id>) => Promise<Answer<Operations[Id]['answer']>>;

export type Calls = { readonly [Id in OperationId]: Call<Id> };

type ItemsOf<Id extends OperationId, Cursor extends string> = Operations[Id]['answer'] extends {
  items: (infer Item)[];
} & { [key in Cursor]: unknown }
  ? Item
  : never;

/** Operations that answer `items` and `nextCursor`. */
export type ListId = {
  [Id in OperationId]: [ItemsOf<Id, 'nextCursor'>] extends [never] ? never : Id;
}[OperationId];
/** Operations that read the log by `seq`. */
export type LogId = {
  [Id in OperationId]: [ItemsOf<Id, 'nextAfter'>] extends [never] ? never : Id;
}[OperationId];
export type ItemOf<Id extends ListId> = ItemsOf<Id, 'nextCursor'>;
export type LogItemOf<Id extends LogId> = ItemsOf<Id, 'nextAfter'>;
