import type { FieldError } from '@countersign/contract';
import type { DocumentRef } from '@countersign/core';
import type { DocumentDeps } from './documents.ports.ts';
import { accepts, typeName } from './documents.types.ts';

type Slots<T> = { readonly [slot: string]: readonly T[] };
type Given = { readonly document: string; readonly version: number };

/** What requests need to know of documents. */
type Documents = {
  /** Names uploaded bytes by their digests; a document that is unknown, erased or of a wrong type is an error. */
  resolve(
    environment: string,
    given: Slots<Given>,
    accept: Slots<string>,
  ): Promise<{ readonly documents: Slots<DocumentRef>; readonly errors: readonly FieldError[] }>;
};

type Row = Given & { readonly sha256: string; readonly media_type: string };

export const documents = (deps: Pick<DocumentDeps, 'reader' | 'keys'>): Documents => ({
  async resolve(environment, given, accept) {
    const wanted = Object.values(given).flat();
    const found = await find(deps, environment, wanted);
    const errors: FieldError[] = [];
    const named = Object.entries(given).map(([slot, list]): [string, DocumentRef[]] => [
      slot,
      list.flatMap((one, i) => {
        const row = found.get(keyOf(one));
        const fault = faultOf(deps, environment, one, row, Object.hasOwn(accept, slot) ? accept[slot] : []);
        if (fault !== null) errors.push({ field: `documents.${slot}[${i}]`, ...fault });
        return row === undefined ? [] : [{ ...one, sha256: row.sha256 }];
      }),
    ]);
    return { documents: Object.fromEntries(named), errors };
  },
});

const keyOf = ({ document, version }: Given): string => `${document} ${version}`;

async function find(
  { reader }: Pick<DocumentDeps, 'reader'>,
  environment: string,
  wanted: readonly Given[],
): Promise<ReadonlyMap<string, Row>> {
  if (wanted.length === 0) return new Map();
  const rows = await reader.readAs(environment).query<Row>(
    `select v.document, v.version, v.sha256, v.media_type
       from unnest($2::text[], $3::bigint[]) as w(document, version)
       join countersign.document_version v
         on v.environment_id = $1 and v.document = w.document and v.version = w.version`,
    [environment, wanted.map((each) => each.document), wanted.map((each) => each.version)],
  );
  return new Map(rows.map((row) => [keyOf(row), row]));
}

function faultOf(
  { keys }: Pick<DocumentDeps, 'keys'>,
  environment: string,
  { document, version }: Given,
  row: Row | undefined,
  accept: readonly string[] = [],
): Omit<FieldError, 'field'> | null {
  if (row === undefined) {
    return { code: 'unknown-document', message: `There is no version ${version} of ${document}.` };
  }
  if (keys.isErased(environment, document)) {
    return { code: 'erased', message: `${document} was erased.` };
  }
  if (accepts(accept, row.media_type)) return null;
  const type = typeName(row.media_type) ?? row.media_type;
  return { code: 'wrong-type', message: `This is ${type}; accepted: ${accept.join(', ')}.` };
}
