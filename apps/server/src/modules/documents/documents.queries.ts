import type { Blobs } from '../../blobs/index.ts';
import type { Reader } from '../../db/read.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Sealer } from '../../engine/seal/index.ts';
import type { actorOf } from '../../http/change.ts';

export type DocumentDeps = {
  readonly engine: Engine;
  readonly reader: Reader;
  readonly sealer: Sealer;
  readonly blobs: Blobs;
  /** Bytes of a document at most. */
  readonly uploadLimit: number;
};

export type DocumentRow = {
  readonly document: string;
  readonly version: number;
  readonly sha256: string;
  readonly bytes: number;
  readonly mediaType: string;
  readonly name: { readonly sealed: string; readonly commitment: string } | null;
  readonly seq: number;
  readonly uploadedAt: Date;
};

const SELECT = `select document, version, sha256, size as bytes, media_type as "mediaType", file_name as name,
    created_seq as seq, created_at as "uploadedAt"
  from countersign.document_version`;

/** Its versions, oldest first; null: there is no such document. */
export async function findDocument(
  reader: Reader,
  environment: string,
  document: string,
): Promise<readonly DocumentRow[] | null> {
  const rows = await reader
    .readAs(environment)
    .query<DocumentRow>(`${SELECT} where environment_id = $1 and document = $2 order by version`, [
      environment,
      document,
    ]);
  return rows.length === 0 ? null : rows;
}

export async function findVersions(
  reader: Reader,
  environment: string,
  wanted: readonly { readonly document: string; readonly version: number }[],
): Promise<readonly DocumentRow[]> {
  if (wanted.length === 0) return [];
  return reader.readAs(environment).query<DocumentRow>(
    `${SELECT} where environment_id = $1
        and (document, version) in (select * from unnest($2::text[], $3::integer[]))`,
    [environment, wanted.map((w) => w.document), wanted.map((w) => w.version)],
  );
}

type Actor = ReturnType<typeof actorOf>;

/** Who uploaded, from the entries themselves. */
export async function uploadersOf(
  reader: Reader,
  environment: string,
  rows: readonly DocumentRow[],
): Promise<ReadonlyMap<number, Actor>> {
  const entries = await reader
    .readAs(environment)
    .query<{ seq: number; leaf: Buffer }>(
      'select seq, leaf from countersign.entry where environment_id = $1 and seq = any($2)',
      [environment, rows.map((row) => row.seq)],
    );
  return new Map(
    entries.map(({ seq, leaf }) => {
      const parsed: { command: { actor: Actor } } = JSON.parse(leaf.toString('utf8'));
      return [seq, parsed.command.actor];
    }),
  );
}
