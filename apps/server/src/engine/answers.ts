import type { Reader } from '../db/read.ts';

/** The stored answer of an idempotency key (ENGINE 5). */
export type StoredAnswer = {
  /** Hex SHA-256 of the request that got it. */
  readonly requestDigest: string;
  readonly status: number;
  /** The body, byte for byte. */
  readonly answer: string;
  /** Null for a refusal, which has no entry. */
  readonly seq: number | null;
  readonly leafHash: string | null;
};

type Row = {
  request_digest: Buffer;
  status: number;
  answer: string;
  seq: number | string | null;
  leaf_hash: Buffer | null;
};

export async function storedAnswer(
  reader: Reader,
  environment: string,
  principal: string,
  key: string,
): Promise<StoredAnswer | null> {
  const rows = await reader.readAs(environment).query<Row>(
    `select request_digest, status, answer, seq, leaf_hash from countersign.idempotency
      where environment_id = $1 and principal = $2 and key = $3`,
    [environment, principal, key],
  );
  const row = rows[0];
  if (row === undefined) return null;
  return {
    requestDigest: row.request_digest.toString('hex'),
    status: row.status,
    answer: row.answer,
    seq: row.seq === null ? null : Number(row.seq),
    leafHash: row.leaf_hash?.toString('hex') ?? null,
  };
}
