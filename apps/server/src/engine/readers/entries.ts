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
export type Wanted = 'all' | 'authority' | 'requests' | 'erasures' | 'nothing';

const CLAUSES: { readonly [K in Wanted]: string } = {
  all: 'true',
  nothing: 'false',
  erasures: "stream_id = 'environment/erasures'",
  authority: 'authority',
  // Ids begin with their kind, and the keys are compared by bytes: `req_` up to the next character after `_`.
  requests: "stream_id >= 'req_' and stream_id < 'req`'",
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
  // The sum runs over lengths, which PostgreSQL knows without fetching the bytes.
  const found = await read.query<Row>(
    `select seq, stream_id, version, leaf, leaf_hash
       from (select e.*, sum(octet_length(leaf)) over (order by seq) - octet_length(leaf) as before
               from (select seq, stream_id, version, leaf, leaf_hash from countersign.entry
                      where environment_id = $1 and seq > $2 and seq <= $3 and ${CLAUSES[wanted]}
                      order by seq limit $4) e) bounded
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
