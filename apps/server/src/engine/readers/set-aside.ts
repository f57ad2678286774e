import type pg from 'pg';
import type { Reader } from '../../db/read.ts';
import { readEntries } from './entries.ts';
import type { Subscription } from './runner.ts';

/** What the readers have still to do, for metrics and the detail of /readyz. Ids and numbers only. */
export type ReaderStatus = {
  readonly reader: string;
  readonly environment: string;
  /** Entries behind the log's end. */
  readonly lag: number;
  /** Entries that this reader could not handle and that wait for a person. */
  readonly setAside: number;
};

/** Only those with a lag or something set aside. */
export async function readerStatus(
  pool: pg.Pool,
  readers: readonly string[],
): Promise<readonly ReaderStatus[]> {
  const { rows } = await pool.query<{ reader: string; environment: string; lag: number; aside: number }>(
    `select coalesce(l.reader, a.reader) as reader, coalesce(l.environment_id, a.environment_id) as environment,
            coalesce(l.seq - l.position, 0) as lag, coalesce(a.entries, 0) as aside
       from (select r.reader, u.* from unnest($1::text[]) as r(reader)
             cross join lateral countersign.unread(r.reader) u) l
       full join countersign.set_aside_counts() a on a.reader = l.reader and a.environment_id = l.environment_id
      order by 1, 2`,
    [readers],
  );
  return rows.map(({ reader, environment, lag, aside }) => ({ reader, environment, lag, setAside: aside }));
}

export type SetAside = { readonly reader: string; readonly seq: number; readonly error: string };

export function listSetAside(reader: Reader, environment: string): Promise<readonly SetAside[]> {
  return reader
    .readAs(environment)
    .query<SetAside>(
      'select reader, seq, error from countersign.poison where environment_id = $1 order by seq, reader',
      [environment],
    );
}

/** Hands an entry that was set aside to its reader again; what it throws leaves the entry where it is. */
export async function handleAgain(
  reader: Reader,
  subscription: Subscription,
  environment: string,
  seq: number,
): Promise<boolean> {
  const read = reader.readAs(environment);
  const entries = await readEntries(read, environment, { after: seq - 1, to: seq, rows: 1, bytes: 1 });
  if (entries.length === 0) return false;
  await subscription.handle(environment, entries, seq);
  const rows = await read.query<{ gone: boolean }>('select countersign.take_back($1, $2, $3) as gone', [
    environment,
    subscription.name,
    seq,
  ]);
  return rows[0]?.gone === true;
}
