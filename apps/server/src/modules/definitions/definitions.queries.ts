import type { AnswerOf } from '@countersign/contract';
import { parseCanonicalDefinition, pinnedParts, references } from '@countersign/core';
import type { Reader } from '../../db/read.ts';
import type { NewestPart } from './definitions.findings.ts';

type Version = AnswerOf<'getDefinitionVersion'>[200];
type Summary = AnswerOf<'listDefinitions'>[200]['items'][number];
type Published = Pick<Summary, 'version' | 'digest' | 'publishedAt' | 'publishedBy' | 'seq'>;

type PublishedRow = {
  readonly version: number;
  readonly digest: string;
  readonly seq: number;
  readonly at: Date;
  readonly actor: Published['publishedBy'];
};
type SummaryRow = PublishedRow & {
  readonly definition: string;
  readonly title: Summary['title'];
  /** Of a definition that uses parts; else null. */
  readonly using: string | null;
};
type PartRow = {
  readonly definition: string;
  readonly digest: string;
  readonly version: number;
  readonly newest: number;
};
type VersionRow = PublishedRow & {
  readonly canonical: string;
  readonly source: string;
  readonly format: Version['format'];
  readonly leaf_hash: string;
};

/** Who published, and in which form, stands in the entry. */
const FROM = `from countersign.definition_version v
  join countersign.entry e on e.environment_id = v.environment_id and e.seq = v.published_seq
  cross join lateral (select convert_from(e.leaf, 'UTF8')::json -> 'command' as command) j`;
const PUBLISHED = `v.version, v.digest, v.published_seq as seq, e.at, j.command -> 'actor' as actor`;

export type FoundVersion = {
  readonly version: Version;
  /** Receipt of the entry that published it. */
  readonly leaf: string;
};

export type DefinitionQueries = ReturnType<typeof definitionQueries>;

export function definitionQueries(reader: Reader) {
  /** The parts that definitions pin, with the version that each was, and the newest that there is. */
  async function pinned(
    environment: string,
    canonicals: readonly (string | null)[],
  ): Promise<(canonical: string | null) => Summary['parts']> {
    const pins = new Map(
      canonicals.flatMap((one) => (one === null ? [] : [[one, pinnedParts(parseCanonicalDefinition(one))]])),
    );
    const names = new Set([...pins.values()].flatMap((parts) => parts.map(({ name }) => name)));
    if (names.size === 0) return () => [];
    const rows = await reader.readAs(environment).query<PartRow>(
      `select definition, digest, max(version) as version, max(max(version)) over (partition by definition) as newest
         from countersign.definition_version where environment_id = $1 and definition = any($2)
        group by definition, digest`,
      [environment, [...names]],
    );
    return (canonical) =>
      (canonical === null ? [] : (pins.get(canonical) ?? [])).flatMap(({ name, digest }) =>
        rows
          .filter((row) => row.definition === name && row.digest === digest)
          .map(({ version, newest }) => ({ name, version, digest, newest })),
      );
  }

  return {
    /** By name; those that are not published are left out. */
    async newestParts(
      environment: string,
      names: readonly string[],
    ): Promise<ReadonlyMap<string, NewestPart>> {
      if (names.length === 0) return new Map();
      const rows = await reader
        .readAs(environment)
        .query<{ definition: string; version: number; canonical: string }>(
          `select distinct on (definition) definition, version, canonical from countersign.definition_version
            where environment_id = $1 and definition = any($2) order by definition, version desc`,
          [environment, names],
        );
      return new Map(
        rows.map(({ definition, version, canonical }) => [
          definition,
          { version, definition: parseCanonicalDefinition(canonical) },
        ]),
      );
    },

    /** @param version number, digest (the newest that has it), or null for the newest. */
    async version(environment: string, name: string, version: string | null): Promise<FoundVersion | null> {
      const which =
        version === null ? '' : /^[0-9a-f]{64}$/.test(version) ? 'and v.digest = $3' : 'and v.version = $3';
      const rows = await reader.readAs(environment).query<VersionRow>(
        `select ${PUBLISHED}, v.canonical, v.source, j.command -> 'data' ->> 'format' as format,
                encode(e.leaf_hash, 'hex') as leaf_hash
           ${FROM} where v.environment_id = $1 and v.definition = $2 ${which}
          order by v.version desc limit 1`,
        version === null ? [environment, name] : [environment, name, version],
      );
      const row = rows[0];
      if (row === undefined) return null;
      const parts = await pinned(environment, [row.canonical]);
      return { version: present(name, row, parts(row.canonical)), leaf: row.leaf_hash };
    },

    async versions(environment: string, name: string): Promise<Published[]> {
      const rows = await reader
        .readAs(environment)
        .query<PublishedRow>(
          `select ${PUBLISHED} ${FROM} where v.environment_id = $1 and v.definition = $2 order by v.version`,
          [environment, name],
        );
      return rows.map(published);
    },

    /** The newest version of each, by name; `among` null: all. One more than `limit` says that there is another page. */
    async list(
      environment: string,
      options: { readonly after: string; readonly limit: number; readonly among: readonly string[] | null },
    ): Promise<Summary[]> {
      const rows = await reader.readAs(environment).query<SummaryRow>(
        `select distinct on (v.definition) v.definition, v.canonical::json -> 'title' as title,
                case when position('"use":{' in v.canonical) > 0 then v.canonical end as using, ${PUBLISHED}
           ${FROM} where v.environment_id = $1 and v.definition > $2 and ($3::text[] is null or v.definition = any($3))
          order by v.definition, v.version desc limit $4`,
        [environment, options.after, options.among, options.limit + 1],
      );
      const parts = await pinned(
        environment,
        rows.map(({ using }) => using),
      );
      return rows.map((row) => ({
        name: row.definition,
        title: row.title,
        ...published(row),
        parts: parts(row.using),
      }));
    },
  };
}

const published = ({ version, digest, seq, at, actor }: PublishedRow): Published => ({
  version,
  digest,
  publishedAt: at.toISOString(),
  publishedBy: actor,
  seq,
});

function present(name: string, row: VersionRow, parts: Version['parts']): Version {
  const definition = parseCanonicalDefinition(row.canonical);
  const { people, groups, roles, matrices } = references(definition);
  return {
    name,
    title: { ...definition.title },
    ...published(row),
    parts,
    source: row.source,
    format: row.format,
    canonical: { ...definition },
    references: { people: [...people], groups: [...groups], roles: [...roles], matrices: [...matrices] },
  };
}
