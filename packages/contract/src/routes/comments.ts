import { z } from 'zod';
import { digests, ids, times } from '../examples/ids.ts';
import { body, change, json, read } from '../route.ts';
import * as schema from '../schemas/comments.ts';
import { pageQuery } from '../schemas/pages.ts';
import { RequestId } from '../schemas/values.ts';

const path = '/v1/approval-requests/{request}/comments';
const params = z.strictObject({ request: RequestId });
const comment = {
  id: ids.comment,
  request: ids.request,
  by: ids.omar,
  visibility: 'requester',
  text: 'The second offer is cheaper; see the file.',
  erased: false,
  files: [{ document: ids.document, version: 1, sha256: digests.pdf }],
  at: times.decided,
};

export const commentRoutes = {
  addComment: change({
    id: 'addComment',
    path,
    summary: 'Comment, or add supporting files',
    description:
      'In any status. It changes neither the revision nor its digest, and settles nothing. Requester, submitter and beneficiary write comments that they can see; an internal one is for those who decide.',
    tag: 'Approval requests',
    scope: 'comments:write',
    actFor: 'optional',
    params,
    body: body(schema.CommentInput, {
      example: {
        visibility: 'requester',
        text: comment.text,
        files: [{ document: ids.document, version: 1 }],
      },
    }),
    answers: { 201: json('Added.', schema.Comment, comment) },
    problems: ['erased', 'not-allowed', 'document-invalid', 'unknown-document', 'too-many-comments'],
    stream: 'request',
  }),
  listComments: read({
    id: 'listComments',
    method: 'GET',
    path,
    summary: 'List comments and supporting files, oldest first',
    description: 'Internal ones only for those who are or were asked, and for service accounts.',
    tag: 'Approval requests',
    scope: 'requests:read',
    actFor: 'optional',
    params,
    query: z.strictObject(pageQuery),
    answers: { 200: json('A page.', schema.CommentPage, { items: [comment], nextCursor: null }) },
    problems: [],
  }),
} as const;
