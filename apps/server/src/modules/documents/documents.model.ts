import type { AnswerOf } from '@countersign/contract';
import type { SealedReference } from '@countersign/ledger';

type Actor = AnswerOf<'getDocumentVersion'>[200]['uploadedBy'];

export type DocumentEvent = {
  readonly type: 'document.uploaded';
  readonly document: string;
  readonly version: number;
  /** Hex. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** By content. */
  readonly mediaType: string;
  /** People put names into file names, so it is sealed with the document as its owner. */
  readonly name: SealedReference | null;
  readonly by: Actor;
};

export type Version = Omit<DocumentEvent, 'type' | 'document'> & { readonly at: string };
export type DocumentState = { readonly document: string; readonly versions: readonly Version[] };

export const documentFold = {
  schema: 1,
  evolve(before: DocumentState | null, event: DocumentEvent, now: string): DocumentState {
    const { document, version, sha256, size, mediaType, name, by } = event;
    const made = { version, sha256, size, mediaType, name, by, at: now };
    return { document, versions: [...(before?.versions ?? []), made] };
  },
} as const;
