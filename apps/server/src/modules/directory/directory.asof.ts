import type { Reader } from '../../db/read.ts';
import { ProblemError } from '../../http/problem.ts';

/** Which rows of the bitemporal tables are read, and the directory revision that they belong to. */
export type View = {
  readonly revision: number;
  /** Null: as now known. Otherwise as it stood after the entry of this `seq`. */
  readonly asOf: number | null;
};

/** @param asOf a `seq`, or RFC 3339. */
export async function viewOf(reader: Reader, environment: string, asOf: string | undefined): Promise<View> {
  const reading = reader.readAs(environment);
  if (asOf !== undefined && !/^\d+$/.test(asOf)) {
    const rows = await reading.query<{ revision: number }>(
      `select coalesce(max(seq), 0) as revision from countersign.entry
        where environment_id = $1 and authority and at <= $2`,
      [environment, new Date(asOf).toISOString()],
    );
    const revision = rows[0]?.revision ?? 0;
    return { revision, asOf: revision };
  }
  const rows = await reading.query<{ revision: number; seq: number; as_of: number }>(
    `select h.directory_revision as revision, h.seq,
            (select coalesce(max(e.seq), 0) from countersign.entry e
              where e.environment_id = $1 and e.authority and e.seq <= coalesce($2::bigint, h.seq)) as as_of
       from countersign.head h where h.environment_id = $1`,
    [environment, asOf ?? null],
  );
  const row = rows[0] ?? { revision: 0, seq: 0, as_of: 0 };
  if (asOf === undefined) return { revision: row.revision, asOf: null };
  if (Number(asOf) > row.seq) {
    const message = `The log ends at ${row.seq}: there is no directory revision ${asOf} yet.`;
    throw new ProblemError('validation-failed', {
      detail: message,
      errors: [{ field: 'asOf', code: 'not-allowed', message }],
    });
  }
  return { revision: row.as_of, asOf: Number(asOf) };
}

/** SQL over the columns recorded_from and recorded_until of `table`. */
export const stoodAt = ({ asOf }: View, table: string): string =>
  asOf === null
    ? `${table}.recorded_until is null`
    : `${table}.recorded_from <= ${asOf} and (${table}.recorded_until is null or ${table}.recorded_until > ${asOf})`;
