import { z } from 'zod';
import { digests } from '../examples/ids.ts';
import * as example from '../examples/requests.ts';
import { body, change, json, read } from '../route.ts';
import { HistoryPage } from '../schemas/audit.ts';
import { LinkPage } from '../schemas/links.ts';
import { pageQuery } from '../schemas/pages.ts';
import { RoutePreview } from '../schemas/previews.ts';
import * as input from '../schemas/request-inputs.ts';
import * as schema from '../schemas/requests.ts';
import { RequestId, StepId } from '../schemas/values.ts';

const tag = 'Approval requests';
const params = z.strictObject({ request: RequestId });
const path = '/v1/approval-requests/{request}';
const current = json('The request after the command.', schema.ApprovalRequest, example.approvalRequest);
const act = {
  tag,
  params,
  scope: 'requests:write',
  actFor: 'optional',
  stream: 'request',
  etag: true,
  answers: { 200: current },
} as const;
const content = [
  'unknown-person',
  'person-inactive',
  'unknown-document',
  'document-invalid',
  'route-too-long',
] as const;

export const requestRoutes = {
  createApprovalRequest: change({
    id: 'createApprovalRequest',
    path: '/v1/approval-requests',
    summary: 'File an approval request',
    description:
      'Creates the request and submits it, unless `draft` is true. Also accepts the canonical payload of integrations; the members of the body tell which it is.',
    tag,
    scope: 'requests:write',
    actFor: 'optional',
    body: body(input.ApprovalRequestBody, {
      request: example.input,
      canonicalPayload: example.canonicalPayload,
    }),
    answers: { 201: json('Filed.', schema.ApprovalRequest, example.approvalRequest) },
    problems: [
      'unknown-definition',
      'definition-mismatch',
      'forbidden-definition',
      'open-request-exists',
      'requester-required',
      'unknown-request',
      'unknown-calendar',
      'definition-is-part',
      ...content,
    ],
    stream: 'request',
    etag: true,
  }),
  previewApprovalRequest: read({
    id: 'previewApprovalRequest',
    method: 'POST',
    path: '/v1/approval-requests/preview',
    summary: 'Preview the route of a request',
    description:
      'Takes what filing takes and answers who would be asked in which step, what would be skipped or passed and why, and what would hold or block. It writes nothing. Steps beyond those reached at once are shown as if all before them had approved and their checks had passed; whom separation of duties bars by decisions that are not made yet, it cannot say. With `draft`, what is still required is named in `missing` instead of refused.',
    tag,
    scope: 'requests:write',
    actFor: 'optional',
    body: body(input.ApprovalRequestBody, {
      request: example.input,
      canonicalPayload: example.canonicalPayload,
    }),
    answers: { 200: json('The preview.', RoutePreview, example.preview) },
    problems: [
      'unknown-definition',
      'definition-mismatch',
      'forbidden-definition',
      'open-request-exists',
      'requester-required',
      'unknown-request',
      'unknown-calendar',
      'definition-is-part',
      ...content,
    ],
  }),
  listApprovalRequests: read({
    id: 'listApprovalRequests',
    method: 'GET',
    path: '/v1/approval-requests',
    summary: 'List and search approval requests',
    description: 'A view for people. To synchronise, read `/v1/events` by `seq`.',
    tag,
    scope: 'requests:read',
    actFor: 'optional',
    query: schema.ApprovalRequestFilters,
    answers: {
      200: json('A page.', schema.ApprovalRequestPage, { items: [example.summary], nextCursor: null }),
    },
    problems: [],
  }),
  getApprovalRequest: read({
    id: 'getApprovalRequest',
    method: 'GET',
    path,
    summary: 'Read an approval request',
    tag,
    scope: 'requests:read',
    actFor: 'optional',
    params,
    answers: { 200: json('The request.', schema.ApprovalRequest, example.approvalRequest) },
    problems: [],
    etag: true,
  }),
  submitApprovalRequest: change({
    ...act,
    id: 'submitApprovalRequest',
    path: `${path}/submissions`,
    summary: 'Submit a draft',
    description:
      'What the definition requires must be there now. From here on the request is known to everybody with the scope, and has its external reference for itself.',
    body: body(input.SubmissionInput, { example: {} }),
    problems: ['request-not-active', 'not-allowed', 'open-request-exists', 'route-too-long'],
  }),
  reviseApprovalRequest: change({
    ...act,
    id: 'reviseApprovalRequest',
    path: `${path}/revisions`,
    summary: 'Revise',
    description:
      'Replaces fields and documents and runs the route again from the top. A decision stands if nothing that it reviewed has changed. Say which revision you saw: `expected`, or If-Match.',
    body: body(input.RevisionInput, {
      example: {
        expected: digests.revision,
        fields: { ...example.input.fields, costCentre: 'CC-205' },
        documents: example.input.documents,
      },
    }),
    problems: [
      'revision-mismatch',
      'request-not-active',
      'not-allowed',
      'deadline-passed',
      'erased',
      ...content,
    ],
    ifMatch: true,
  }),
  cancelApprovalRequest: change({
    ...act,
    id: 'cancelApprovalRequest',
    path: `${path}/cancellation`,
    summary: 'Cancel',
    body: body(input.CancellationInput, { example: { reason: 'Ordered elsewhere' } }),
    problems: ['request-not-active', 'not-allowed'],
  }),
  reopenApprovalRequest: change({
    ...act,
    id: 'reopenApprovalRequest',
    path: `${path}/reopening`,
    summary: 'Reopen',
    description: 'Allowed until an effect is receipted. It invalidates approval tokens.',
    body: body(input.ReopeningInput, { example: { reason: 'Wrong supplier' } }),
    problems: ['request-not-active', 'effect-receipted', 'not-allowed', 'open-request-exists'],
  }),
  holdApprovalRequest: change({
    ...act,
    id: 'holdApprovalRequest',
    path: `${path}/hold`,
    summary: 'Put on hold',
    body: body(input.HoldInput, { example: { reason: 'Waiting for the credit report' } }),
    problems: ['request-not-active', 'on-hold', 'not-allowed'],
  }),
  releaseApprovalRequest: change({
    ...act,
    id: 'releaseApprovalRequest',
    path: `${path}/release`,
    summary: 'Release from hold',
    body: body(input.ReleaseInput, { example: {} }),
    problems: ['request-not-active', 'not-allowed'],
  }),
  answerCheck: change({
    ...act,
    id: 'answerCheck',
    path: `${path}/checks/{step}`,
    summary: 'Answer a check',
    params: z.strictObject({ request: RequestId, step: StepId }),
    scope: 'checks:write',
    body: body(input.CheckAnswerInput, { example: { answer: 'pass', reference: 'CHK-5512' } }),
    problems: [
      'not-allowed',
      'answer-not-expected',
      'request-not-active',
      'deadline-passed',
      'revision-mismatch',
    ],
  }),
  getHistory: read({
    id: 'getHistory',
    method: 'GET',
    path: `${path}/history`,
    summary: 'Read the events of a request, oldest first',
    tag,
    scope: 'requests:read',
    actFor: 'optional',
    params,
    query: z.strictObject(pageQuery),
    answers: { 200: json('A page.', HistoryPage, { items: [example.envelope], nextCursor: null }) },
    problems: [],
  }),
  listLinks: read({
    id: 'listLinks',
    method: 'GET',
    path: `${path}/links`,
    summary: 'List linked requests, in both directions',
    description: 'Only those that this key and person may know of.',
    tag,
    scope: 'requests:read',
    actFor: 'optional',
    params,
    query: z.strictObject(pageQuery),
    answers: {
      200: json('A page.', LinkPage, {
        items: [{ kind: 'amends', direction: 'from', request: example.summary }],
        nextCursor: null,
      }),
    },
    problems: [],
  }),
  explainApprovalRequest: read({
    id: 'explainApprovalRequest',
    method: 'GET',
    path: `${path}/why`,
    summary: 'Ask why',
    description: 'For all steps, one step, one person, or one person in one step.',
    tag,
    scope: 'requests:read',
    actFor: 'optional',
    params,
    query: schema.WhyFilters,
    answers: { 200: json('The explanation.', schema.Why, example.why) },
    problems: [],
  }),
} as const;
