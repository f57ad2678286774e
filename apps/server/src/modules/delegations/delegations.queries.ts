import type { Delegation } from '@countersign/core';
import type { Reader } from '../../db/read.ts';

export type StoredDelegation = Delegation & {
  readonly recordedSeq: number;
  readonly revokedAt: string | null;
};

type Row = {
  delegation: string;
  delegator: string;
  delegate: string;
  valid_from: Date;
  valid_until: Date;
  terms: {
    definitions: string[] | null;
    limit: { amount: string; currency: string } | null;
    redelegable: boolean;
  };
  recorded_from: number;
  recorded_at: Date;
  revoked_at: Date | null;
};

const SELECT = `select d.delegation, d.delegator, d.delegate, d.valid_from, d.valid_until, d.terms, d.recorded_from,
    e.at as recorded_at, r.at as revoked_at
  from countersign.delegation d
  join countersign.entry e on e.environment_id = d.environment_id and e.seq = d.recorded_from
  left join countersign.entry r on r.environment_id = d.environment_id and r.seq = d.recorded_until`;

const stored = (row: Row): StoredDelegation => ({
  id: row.delegation,
  from: row.delegator,
  to: row.delegate,
  starts: row.valid_from.toISOString(),
  ends: row.valid_until.toISOString(),
  recordedAt: row.recorded_at.toISOString(),
  ...(row.terms.definitions === null ? {} : { definitions: row.terms.definitions }),
  ...(row.terms.limit === null ? {} : { limit: row.terms.limit }),
  redelegable: row.terms.redelegable,
  recordedSeq: row.recorded_from,
  revokedAt: row.revoked_at?.toISOString() ?? null,
});

export async function findDelegation(
  reader: Reader,
  environment: string,
  id: string,
): Promise<StoredDelegation | null> {
  const rows = await reader
    .readAs(environment)
    .query<Row>(`${SELECT} where d.environment_id = $1 and d.delegation = $2`, [environment, id]);
  return rows[0] ? stored(rows[0]) : null;
}

/** In the order in which they were recorded; one more than `limit`. */
export async function listDelegations(
  reader: Reader,
  environment: string,
  ask: {
    readonly from?: string | undefined;
    readonly to?: string | undefined;
    readonly active?: boolean | undefined;
    readonly now: string;
    readonly after: number;
    readonly limit: number;
  },
): Promise<readonly StoredDelegation[]> {
  const values: unknown[] = [environment];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const holds = (now: string): string =>
    `(d.recorded_until is null and d.valid_from <= ${now} and ${now} < d.valid_until)`;
  const where = [
    'd.environment_id = $1',
    `d.recorded_from > ${bind(ask.after)}`,
    ...(ask.from === undefined ? [] : [`d.delegator = ${bind(ask.from)}`]),
    ...(ask.to === undefined ? [] : [`d.delegate = ${bind(ask.to)}`]),
    ...(ask.active === undefined
      ? []
      : [`${ask.active ? '' : 'not '}${holds(`${bind(ask.now)}::timestamptz`)}`]),
  ];
  const rows = await reader
    .readAs(environment)
    .query<Row>(
      `${SELECT} where ${where.join(' and ')} order by d.recorded_from limit ${bind(ask.limit + 1)}`,
      values,
    );
  return rows.map(stored);
}
