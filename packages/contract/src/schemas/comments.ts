import { z } from 'zod';
import { name } from '../registry.ts';
import { page } from './pages.ts';
import {
  CommentId,
  DocumentId,
  DocumentRef,
  Instant,
  RequestId,
  ServiceAccountId,
  UserId,
  VersionNumber,
} from './values.ts';

export const CommentVisibility = z
  .enum(['internal', 'requester'])
  .describe(
    '`internal`: for those who are or were asked, and for service accounts. `requester`: for requester, submitter and beneficiary as well.',
  );

export const CommentInput = name(
  'CommentInput',
  'A comment, or supporting files, or both. It changes no revision.',
  z.strictObject({
    visibility: CommentVisibility,
    text: z.string().min(1).max(10_000).optional().describe('Personal: sealed, and erased with its writer.'),
    files: z
      .array(z.strictObject({ document: DocumentId, version: VersionNumber }))
      .max(20)
      .default([])
      .describe('Supporting files, uploaded before.'),
  }),
);

export const Comment = name(
  'Comment',
  'What somebody said about a request, beside its revisions.',
  z.object({
    id: CommentId,
    request: RequestId,
    by: z.union([UserId, ServiceAccountId]),
    visibility: CommentVisibility,
    text: z.string().nullable().describe('Null: files only, or erased.'),
    erased: z.boolean().describe('It had a text, which nobody can read any more.'),
    files: z.array(DocumentRef),
    at: Instant,
  }),
);
export const CommentPage = name('CommentPage', 'A page of comments.', page(Comment));
