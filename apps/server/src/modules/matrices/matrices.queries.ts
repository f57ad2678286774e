import type { AnswerOf } from '@countersign/contract';
import type { MatrixVersion as MatrixFact } from '@countersign/core';
import type { Reader } from '../../db/read.ts';

type Version = AnswerOf<'getMatrixVersion'>[200];
type Summary = AnswerOf<'listMatrices'>[200]['items'][number];
type Published = AnswerOf<'getMatrix'>[200]['versions'][number];

type PublishedRow = {
  readonly version: number;
  readonly digest: string;
  readonly seq: number;
  readonly at: Date;
  readonly actor: Published['publishedBy'];
  readonly effective_from: Date;
};
type SummaryRow = PublishedRow & { readonly matrix: string; readonly currency: string };
type VersionRow = PublishedRow & { readonly canonical: string; readonly leaf_hash: string };

/** Who published stands in the entry. */
const FROM = `from countersign.matrix_version v
  join countersign.entry e on e.environment_id = v.environment_id and e.seq = v.published_seq
  cross join lateral (select convert_from(e.leaf, 'UTF8')::json -> 'command' as command) j`;
const PUBLISHED = `v.version, v.digest, v.published_seq as seq, e.at, j.command -> 'actor' as actor, v.effective_from`;

export type MatrixQueries = ReturnType<typeof matrixQueries>;

export function matrixQueries(reader: Reader) {
  return {
    /** @param version number, digest (the newest that has it), or null for the newest. */
    async version(
      environment: string,
      name: string,
      version: string | null,
    ): Promise<{ readonly version: Version; readonly leaf: string } | null> {
      const which =
        version === null ? '' : /^[0-9a-f]{64}$/.test(version) ? 'and v.digest = $3' : 'and v.version = $3';
      const rows = await reader.readAs(environment).query<VersionRow>(
        `select ${PUBLISHED}, v.canonical, encode(e.leaf_hash, 'hex') as leaf_hash
           ${FROM} where v.environment_id = $1 and v.matrix = $2 ${which} order by v.version desc limit 1`,
        version === null ? [environment, name] : [environment, name, version],
      );
      const row = rows[0];
      return row === undefined ? null : { version: present(row), leaf: row.leaf_hash };
    },

    async versions(environment: string, name: string): Promise<Published[]> {
      const rows = await reader
        .readAs(environment)
        .query<PublishedRow>(
          `select ${PUBLISHED} ${FROM} where v.environment_id = $1 and v.matrix = $2 order by v.version`,
          [environment, name],
        );
      return rows.map(published);
    },

    /** The newest version of each, by name. One more than `limit` says that there is another page. */
    async list(environment: string, after: string, limit: number): Promise<Summary[]> {
      const rows = await reader.readAs(environment).query<SummaryRow>(
        `select distinct on (v.matrix) v.matrix, v.canonical::json ->> 'currency' as currency, ${PUBLISHED}
           ${FROM} where v.environment_id = $1 and v.matrix > $2 order by v.matrix, v.version desc limit $3`,
        [environment, after, limit + 1],
      );
      return rows.map((row) => ({ name: row.matrix, currency: row.currency, ...published(row) }));
    },
  };
}

const published = ({ version, digest, seq, at, actor, effective_from }: PublishedRow): Published => ({
  version,
  digest,
  publishedAt: at.toISOString(),
  publishedBy: actor,
  seq,
  effectiveFrom: effective_from.toISOString(),
});

function present(row: VersionRow): Version {
  // Our own canonical text of a parsed matrix.
  const matrix: MatrixFact = JSON.parse(row.canonical);
  return {
    name: matrix.matrix,
    currency: matrix.currency,
    ...published(row),
    columns: [...matrix.columns],
    ask: matrix.ask,
    climb: matrix.climb,
    fallback: matrix.fallback,
    rows: matrix.rows.map((each) => ({ ...each, cells: [...each.cells] })),
  };
}
