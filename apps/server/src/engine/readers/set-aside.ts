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

/** In words, for everybody; null where all were handled. Counts over all environments. */
export async function tellOfSetAside(pool: pg.Pool): Promise<string | null> {
  const { rows } = await pool.query<{ reader: string; entries: number }>(
    'select reader, sum(entries)::int as entries from countersign.set_aside_counts() group by 1 order by 1',
  );
  if (rows.length === 0) return null;
  return `set aside: ${rows.map(({ reader, entries }) => `${entries} by ${reader}`).join(', ')}`;
}

export type SetAside = {
  readonly reader: string;
  readonly seq: number;
  readonly stream: string;
  readonly error: string;
};

/** By seq, then by reader; those after one of them. */
export function listSetAside(
  reader: Reader,
  environment: string,
  after: Pick<SetAside, 'seq' | 'reader'> | null,
  limit: number,
): Promise<readonly SetAside[]> {
  return reader.readAs(environment).query<SetAside>(
    `select p.reader, p.seq, e.stream_id as stream, p.error
       from countersign.poison p
       join countersign.entry e on e.environment_id = p.environment_id and e.seq = p.seq
      where p.environment_id = $1 and (p.seq, p.reader) > ($2, $3)
      order by p.seq, p.reader limit $4`,
    [environment, after?.seq ?? 0, after?.reader ?? '', limit],
  );
}

export async function isSetAside(
  reader: Reader,
  environment: string,
  name: string,
  seq: number,
): Promise<boolean> {
  const rows = await reader
    .readAs(environment)
    .query('select from countersign.poison where environment_id = $1 and reader = $2 and seq = $3', [
      environment,
      name,
      seq,
    ]);
  return rows.length > 0;
}

/** Hands an entry to its reader again; what that throws is the caller's. */
export async function handleAgain(
  reader: Reader,
  subscription: Subscription,
  environment: string,
  seq: number,
): Promise<void> {
  const page = { after: seq - 1, to: seq, rows: 1, bytes: 1 };
  await subscription.handle(
    environment,
    await readEntries(reader.readAs(environment), environment, page),
    seq,
  );
}
