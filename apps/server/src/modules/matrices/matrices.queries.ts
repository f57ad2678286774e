import type { AnswerOf } from '@countersign/contract';
import type { MatrixVersion as MatrixFact } from '@countersign/core';
import type { Reader } from '../../db/read.ts';
import { contentOf } from './matrices.present.ts';

type Version = AnswerOf<'getMatrixVersion'>[200];
type Summary = AnswerOf<'listMatrices'>[200]['items'][number];
type Published = AnswerOf<'getMatrix'>[200]['versions'][number];

type PublishedRow = {
  readonly version: number;
  readonly digest: string;
  readonly seq: number;
  readonly at: Date;
  readonly actor: Published['publishedBy'];
  readonly proposed_by: Published['proposedBy'];
  readonly effective_from: Date;
};
type SummaryRow = PublishedRow & { readonly matrix: string; readonly currency: string };
type VersionRow = PublishedRow & { readonly canonical: string; readonly leaf_hash: string };

/** Who published stands in the entry. */
const FROM = `from countersign.matrix_version v
  join countersign.entry e on e.environment_id = v.environment_id and e.seq = v.published_seq
  cross join lateral (select convert_from(e.leaf, 'UTF8')::json as leaf) j`;
const PUBLISHED = `v.version, v.digest, v.published_seq as seq, e.at, j.leaf -> 'command' -> 'actor' as actor,
  j.leaf -> 'events' -> 0 -> 'proposedBy' as proposed_by, v.effective_from`;

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

    /** The entry in which a change was proposed. */
    async proposedAt(
      environment: string,
      seq: number,
    ): Promise<{ readonly source: string; readonly leaf: string }> {
      const rows = await reader.readAs(environment).query<{ source: string; leaf: string }>(
        `select convert_from(leaf, 'UTF8')::json -> 'command' -> 'data' ->> 'source' as source,
                encode(leaf_hash, 'hex') as leaf
           from countersign.entry where environment_id = $1 and seq = $2`,
        [environment, seq],
      );
      const [row] = rows;
      if (row === undefined) throw new Error(`no entry ${seq}`);
      return row;
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

const published = ({
  version,
  digest,
  seq,
  at,
  actor,
  proposed_by,
  effective_from,
}: PublishedRow): Published => ({
  version,
  digest,
  publishedAt: at.toISOString(),
  publishedBy: actor,
  proposedBy: proposed_by ?? null,
  seq,
  effectiveFrom: effective_from.toISOString(),
});

function present(row: VersionRow): Version {
  // Our own canonical text of a parsed matrix.
  const matrix: MatrixFact = JSON.parse(row.canonical);
  return { ...contentOf(matrix), ...published(row) };
}
