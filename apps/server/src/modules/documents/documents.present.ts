import type { AnswerOf } from '@countersign/contract';
import type { Sealer } from '../../engine/seal/index.ts';
import type { DocumentState, Version } from './documents.model.ts';
import { typeName } from './documents.types.ts';

type Document = AnswerOf<'getDocument'>[200];

/** Opens the file names: what is stored holds them sealed. */
export async function present(sealer: Sealer, environment: string, state: DocumentState): Promise<Document> {
  const names = await openNames(sealer, environment, state.versions);
  return {
    id: state.document,
    versions: state.versions.map((version) => ({
      version: version.version,
      sha256: version.sha256,
      bytes: version.size,
      mediaType: version.mediaType,
      type: typeName(version.mediaType),
      name: names.get(version.version) ?? null,
      uploadedBy: version.by,
      uploadedAt: version.at,
    })),
  };
}

/** By version; without those that have none any more. */
export async function openNames(
  sealer: Sealer,
  environment: string,
  versions: readonly Version[],
): Promise<ReadonlyMap<number, string>> {
  const sealed = versions.flatMap(({ name }) => (name === null ? [] : [name]));
  const opened = await sealer.openValues(environment, sealed);
  return new Map(
    versions.flatMap(({ version, name }) => {
      const found = name === null ? undefined : opened.get(name.sealed);
      return found?.state === 'open' && typeof found.value === 'string' ? [[version, found.value]] : [];
    }),
  );
}
