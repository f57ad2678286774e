import type { AnswerOf } from '@countersign/contract';
import type { SealedReference } from '@countersign/ledger';
import type { Reader } from '../../db/read.ts';
import type { Sealer } from '../../engine/seal/index.ts';
import { stoodAt, type View } from './directory.asof.ts';

export type Person = AnswerOf<'getPerson'>[200];
export type PersonFilter = {
  readonly after?: string;
  readonly person?: string;
  /** Keyed hashes, hex. */
  readonly userName?: string | undefined;
  readonly email?: string | undefined;
  readonly active?: boolean | undefined;
  readonly limit: number;
};
type Kind = 'group' | 'role';

type PersonRow = {
  readonly person: string;
  readonly active: boolean;
  readonly manager: string | null;
  readonly user_name: SealedReference | null;
  readonly name: SealedReference | null;
  readonly email: SealedReference | null;
};

export function directoryQueries(reader: Reader, sealer: Sealer) {
  /** By id; one more than `limit` says that there is another page. */
  async function people(environment: string, view: View, filter: PersonFilter): Promise<Person[]> {
    const rows = await reader.readAs(environment).query<PersonRow>(
      `select p.person, p.active, p.manager, p.user_name, p.name, p.email from countersign.person p
        where p.environment_id = $1 and ${stoodAt(view, 'p')} and p.person > $2
          and ($3::text is null or p.person = $3)
          and ($4::bytea is null or p.user_name_index = $4)
          and ($5::bytea is null or p.email_index = $5)
          and ($6::boolean is null or p.active = $6)
        order by p.person limit $7`,
      [
        environment,
        filter.after ?? '',
        filter.person ?? null,
        hashed(filter.userName),
        hashed(filter.email),
        filter.active ?? null,
        filter.limit + 1,
      ],
    );
    const references = rows.flatMap((row) => [row.user_name, row.name, row.email]).filter((r) => r !== null);
    const opened = await sealer.openValues(environment, references);
    const text = (reference: SealedReference | null): string | null => {
      const found = reference === null ? undefined : opened.get(reference.sealed);
      return found?.state === 'open' && typeof found.value === 'string' ? found.value : null;
    };
    const places = await placesOf(
      environment,
      view,
      rows.map((row) => row.person),
    );
    return rows.map((row) => {
      const userName = text(row.user_name);
      const of = (kind: Kind) =>
        places.filter((p) => p.person === row.person && p.kind === kind).map((p) => p.name);
      return {
        id: row.person,
        userName,
        name: text(row.name),
        email: text(row.email),
        active: row.active,
        manager: row.manager,
        groups: of('group'),
        roles: of('role'),
        // Everybody has a user name until it is erased.
        erased: userName === null,
        revision: view.revision,
      };
    });
  }

  function placesOf(environment: string, view: View, persons: readonly string[]) {
    return reader.readAs(environment).query<{ person: string; kind: Kind; name: string }>(
      `select m.person, m.kind, m.name from countersign.membership m
        where m.environment_id = $1 and m.person = any($2) and ${stoodAt(view, 'm')} order by m.name`,
      [environment, persons],
    );
  }

  /** Groups or roles by name, each with its persons; one more than `limit` says that there is another page. */
  async function collectives(
    environment: string,
    view: View,
    kind: Kind,
    filter: { readonly after?: string; readonly name?: string; readonly limit: number },
  ): Promise<{ readonly key: string; readonly persons: string[] }[]> {
    const rows = await reader.readAs(environment).query<{ name: string; persons: string[] }>(
      `select c.name, array(select m.person from countersign.membership m
                             where m.environment_id = c.environment_id and m.kind = c.kind and m.name = c.name
                               and ${stoodAt(view, 'm')} order by m.person) as persons
         from countersign.collective c
        where c.environment_id = $1 and c.kind = $2 and c.name > $3 and ($4::text is null or c.name = $4)
          and ($5::bigint is null or c.recorded_from <= $5)
        order by c.name limit $6`,
      [environment, kind, filter.after ?? '', filter.name ?? null, view.asOf, filter.limit + 1],
    );
    return rows.map(({ name, persons }) => ({ key: name, persons }));
  }

  return { people, collectives };
}

const hashed = (hex: string | undefined): Buffer | null =>
  hex === undefined ? null : Buffer.from(hex, 'hex');
