import type { Reader } from '../../db/read.ts';
import { type Envelope, envelopes } from './events.envelope.ts';

export type History = {
  readonly items: readonly Envelope[];
  /** `afterVersion` of the next page; null: this is the last. */
  readonly nextVersion: number | null;
};

type Row = { seq: number; version: number; leaf: Buffer };

/**
 * The events of one stream, oldest first. Those of one entry stand on one page, so a page may exceed `limit`.
 * @param after `nextVersion` of the page before, 0 for the first.
 */
export async function historyOf(
  reader: Reader,
  environment: string,
  stream: string,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<History> {
  const rows = await reader.readAs(environment).query<Row>(
    `select seq, version, leaf from countersign.entry
      where environment_id = $1 and stream_id = $2 and version > $3::bigint order by version limit $4`,
    [environment, stream, after, limit + 1],
  );
  const items: Envelope[] = [];
  let last = after;
  for (const row of rows) {
    if (items.length >= limit) return { items, nextVersion: last };
    items.push(...envelopes(row));
    last = row.version;
  }
  return { items, nextVersion: null };
}
