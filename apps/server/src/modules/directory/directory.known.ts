import type { SealedReference } from '@countersign/ledger';
import type { Reader } from '../../db/read.ts';

/** A person as last recorded, with what the log does not hold: the keyed hashes of user name and address. */
export type KnownPerson = {
  readonly person: string;
  readonly active: boolean;
  readonly manager: string | null;
  readonly user_name: SealedReference | null;
  readonly name: SealedReference | null;
  readonly email: SealedReference | null;
  readonly user_name_index: string | null;
  readonly email_index: string | null;
};

export type Known = {
  /** Directory revision of this very snapshot. */
  readonly revision: number;
  readonly people: readonly KnownPerson[];
};

type Row = { readonly revision: number } & { readonly [K in keyof KnownPerson]: KnownPerson[K] | null };

/** People by id or by the hash of their user name, in one statement: one snapshot with its revision. */
export async function knownPeople(
  reader: Reader,
  environment: string,
  ids: readonly string[],
  userNames: readonly string[],
): Promise<Known> {
  const rows = await reader.readAs(environment).query<Row>(
    `select h.directory_revision as revision, p.person, p.active, p.manager, p.user_name, p.name, p.email,
            encode(p.user_name_index, 'hex') as user_name_index, encode(p.email_index, 'hex') as email_index
       from countersign.head h
       left join countersign.person p on p.environment_id = h.environment_id and p.recorded_until is null
        and (p.person = any($2) or p.user_name_index = any($3))
      where h.environment_id = $1`,
    [environment, ids, userNames.map((hex) => Buffer.from(hex, 'hex'))],
  );
  return {
    revision: rows[0]?.revision ?? 0,
    people: rows.flatMap(({ person, active, ...rest }) =>
      person === null || active === null ? [] : [{ person, active, ...rest }],
    ),
  };
}

/** Receipt of the directory's last entry. */
export async function lastReceipt(
  reader: Reader,
  environment: string,
  stream: string,
): Promise<{ readonly seq: number; readonly leaf: string } | null> {
  const rows = await reader.readAs(environment).query<{ seq: number; leaf: string }>(
    `select e.seq, encode(e.leaf_hash, 'hex') as leaf
       from countersign.stream s join countersign.entry e on e.environment_id = s.environment_id and e.seq = s.updated_seq
      where s.environment_id = $1 and s.stream_id = $2`,
    [environment, stream],
  );
  return rows[0] ?? null;
}
