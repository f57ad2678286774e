import { z } from 'zod';
import { name } from '../registry.ts';
import { Actor, Digest, DocumentId, Instant } from './values.ts';

export const DocumentVersion = name(
  'DocumentVersion',
  'The bytes of a document, named by their digest.',
  z.object({
    version: z.int().min(1),
    sha256: Digest,
    bytes: z.int().min(0),
    mediaType: z.string().describe('Found in the content, never taken from the name.'),
    type: z.string().nullable().describe('Short name as in a definition’s `accept`, such as `pdf`.'),
    name: z.string().nullable().describe('File name as given; null where none was given or it was erased.'),
    uploadedBy: Actor,
    uploadedAt: Instant,
  }),
);
export const Document = name(
  'Document',
  'A document: an identity with versions.',
  z.object({ id: DocumentId, versions: z.array(DocumentVersion).min(1) }),
);
export const DocumentVersionParams = z.strictObject({
  document: DocumentId,
  version: z.coerce.number().int().min(1).describe('Version, from 1.'),
});
export const UploadHeaders = z.object({
  'countersign-file-name': z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .describe('File name, percent-encoded UTF-8.'),
  'content-digest': z
    .string()
    .max(200)
    .optional()
    .describe('RFC 9530, `sha-256=:<base64>:`; an upload that differs is refused.'),
});
