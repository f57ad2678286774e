import type { Reading } from '../../db/read.ts';

/** An entry as the log's readers see it. */
export type LogEntry = {
  readonly seq: number;
  readonly stream: string;
  readonly version: number;
  /** Canonical JSON, as it was committed. */
  readonly leaf: Buffer;
  readonly leafHash: Buffer;
};

/** What a reader wants of the log; the rest is passed over in the database. */
export type Wanted = 'all' | 'authority' | 'contents' | 'erasures' | 'nothing';

/** `request.revised` in bytes. */
const REVISED = `'\\x${Buffer.from('request.revised').toString('hex')}'::bytea`;
// Ids begin with their kind, and the keys are compared by bytes: `req_` up to the next character after `_`.
const OF_REQUESTS = "stream_id >= 'req_' and stream_id < 'req`'";

/** `own`: what has an index in the order of the log. */
const CLAUSES: { readonly [K in Wanted]: { readonly own: string; readonly streams: string } } = {
  all: { own: 'true', streams: 'true' },
  nothing: { own: 'false', streams: 'true' },
  erasures: { own: 'true', streams: "stream_id = 'environment/erasures'" },
  authority: { own: 'authority', streams: 'true' },
  // Most entries of requests are decisions. What is wanted beside them by chance does no harm.
  contents: { own: 'true', streams: `${OF_REQUESTS} and (version = 1 or position(${REVISED} in leaf) > 0)` },
};

type Row = { seq: number; stream_id: string; version: number; leaf: Buffer; leaf_hash: Buffer };

export type EntryPage = {
  readonly after: number;
  readonly to: number;
  readonly rows: number;
  readonly bytes: number;
};

/** Entries after `after`, up to `to`, in order: at most `rows`, and at most `bytes` of leaves unless one alone is larger. */
export async function readEntries(
  read: Reading,
  environment: string,
  { after, to, rows, bytes }: EntryPage,
  wanted: Wanted = 'all',
): Promise<readonly LogEntry[]> {
  const { own, streams } = CLAUSES[wanted];
  // The sum runs over lengths, which PostgreSQL knows without fetching the bytes. What is wanted is looked for behind
  // `offset 0`, in the order of the log: by the index of the streams it was found by reading the whole log each time.
  const found = await read.query<Row>(
    `select seq, stream_id, version, leaf, leaf_hash
       from (select e.*, sum(octet_length(leaf)) over (order by seq) - octet_length(leaf) as before
               from (select * from (select seq, stream_id, version, leaf, leaf_hash from countersign.entry
                                     where environment_id = $1 and seq > $2 and seq <= $3 and ${own}
                                     order by seq offset 0) log
                      where ${streams} limit $4) e) bounded
      where before < $5
      order by seq`,
    [environment, after, to, rows, bytes],
  );
  return found.map((row) => ({
    seq: row.seq,
    stream: row.stream_id,
    version: row.version,
    leaf: row.leaf,
    leafHash: row.leaf_hash,
  }));
}
