import type { AnswerOf } from '@countersign/contract';
import type { Reader } from '../../db/read.ts';

export type Delegation = AnswerOf<'createDelegation'>[201];

/** As in the event: what is absent holds for everything. */
export type Terms = {
  readonly definitions?: readonly string[];
  readonly limit?: { readonly amount: string; readonly currency: string };
  readonly categories?: { readonly [field: string]: readonly string[] };
  readonly redelegable?: boolean;
};

type Row = {
  readonly delegation: string;
  readonly delegator: string;
  readonly delegate: string;
  readonly valid_from: Date;
  readonly valid_until: Date;
  readonly terms: Terms;
  readonly seq: number;
  readonly recorded_at: Date;
  readonly revoked_at: Date | null;
};
type Found = { readonly seq: number; readonly delegation: Delegation };

const FROM = `select d.delegation, d.delegator, d.delegate, d.valid_from, d.valid_until, d.terms, d.recorded_from as seq,
       e.at as recorded_at, r.at as revoked_at
  from countersign.delegation d
  join countersign.entry e on e.environment_id = d.environment_id and e.seq = d.recorded_from
  left join countersign.entry r on r.environment_id = d.environment_id and r.seq = d.recorded_until`;

export async function findDelegation(
  reader: Reader,
  environment: string,
  delegation: string,
): Promise<Delegation | null> {
  const rows = await reader
    .readAs(environment)
    .query<Row>(`${FROM} where d.environment_id = $1 and d.delegation = $2`, [environment, delegation]);
  return rows[0] === undefined ? null : present(rows[0]).delegation;
}

/** In the order in which they were recorded; one more than `limit` says that there is another page. */
export async function listDelegations(
  reader: Reader,
  environment: string,
  filter: {
    readonly after: readonly [number, string];
    readonly from?: string | undefined;
    readonly to?: string | undefined;
    /** Giver or taker. */
    readonly party: string | null;
    readonly active?: boolean | undefined;
    /** RFC 3339. */
    readonly now: string;
    readonly limit: number;
  },
): Promise<Found[]> {
  const rows = await reader.readAs(environment).query<Row>(
    `${FROM}
      where d.environment_id = $1 and (d.recorded_from, d.delegation) > ($2::bigint, $3)
        and ($4::text is null or d.delegator = $4) and ($5::text is null or d.delegate = $5)
        and ($6::text is null or d.delegator = $6 or d.delegate = $6)
        and ($7::boolean is null
             or $7 = (d.recorded_until is null and d.valid_from <= $8 and d.valid_until > $8))
      order by d.recorded_from, d.delegation limit $9`,
    [
      environment,
      ...filter.after,
      filter.from ?? null,
      filter.to ?? null,
      filter.party,
      filter.active ?? null,
      filter.now,
      filter.limit + 1,
    ],
  );
  return rows.map(present);
}

function present(row: Row): Found {
  const { definitions, limit, categories, redelegable } = row.terms;
  const delegation = {
    id: row.delegation,
    from: row.delegator,
    to: row.delegate,
    starts: row.valid_from.toISOString(),
    ends: row.valid_until.toISOString(),
    definitions: definitions === undefined ? null : [...definitions],
    limit: limit ?? null,
    categories:
      categories === undefined
        ? null
        : Object.fromEntries(Object.entries(categories).map(([field, values]) => [field, [...values]])),
    redelegable: redelegable ?? false,
    recordedAt: row.recorded_at.toISOString(),
    revokedAt: row.revoked_at?.toISOString() ?? null,
  };
  return { seq: row.seq, delegation };
}
