import { z } from 'zod';
import { digests } from '../examples/ids.ts';
import * as example from '../examples/requests.ts';
import { body, change, json } from '../route.ts';
import * as schema from '../schemas/control.ts';
import { ApprovalRequest } from '../schemas/requests.ts';
import { AdditionId, AssignmentId, DecisionId, OverrideId, RequestId, StepId } from '../schemas/values.ts';

const current = json('The request after the command.', ApprovalRequest, example.approvalRequest);
const place = {
  tag: 'Assignments',
  params: z.strictObject({ assignment: AssignmentId }),
  scope: 'decisions:write',
  actFor: 'required',
  stream: 'request',
  etag: true,
  answers: { 200: current },
} as const;
const asForDecisions = [
  'revision-mismatch',
  'assignment-not-open',
  'already-decided',
  'deadline-passed',
  'request-not-active',
  'on-hold',
  'not-eligible',
  'excluded',
  'delegation-out-of-scope',
  'name-authority',
  'unknown-person',
] as const;

/** What people do to a route beside deciding: each only ever asks more of it, or is marked. */
export const controlRoutes = {
  reworkAssignment: change({
    ...place,
    id: 'reworkAssignment',
    path: '/v1/assignments/{assignment}/rework',
    summary: 'Send back to an earlier step of the same revision',
    description:
      'Voids the decisions of that step and of every later one, and asks them again. Whoever may decide the assignment may do this, and keeps their place.',
    body: body(schema.ReworkInput, {
      example: {
        to: 'finance',
        revision: digests.revision,
        reason: 'The quote was compared with the wrong offer',
      },
    }),
    problems: ['not-earlier', ...asForDecisions],
  }),
  addControl: change({
    ...place,
    id: 'addControl',
    path: '/v1/assignments/{assignment}/additions',
    summary: 'Add an approver, or ask for advice',
    description:
      'It only ever adds: the step still needs its quorum, and an added approver as well. Whom a separation excludes cannot be added as an approver.',
    body: body(schema.AdditionInput, {
      approver: { person: 'ines.weber', as: 'approver', order: 'before', revision: digests.revision },
      adviser: {
        person: 'ines.weber',
        as: 'adviser',
        revision: digests.revision,
        reason: 'Is this customary?',
      },
    }),
    answers: { 200: json('The request after the command.', ApprovalRequest, example.added) },
    problems: ['person-inactive', ...asForDecisions],
  }),
  giveAdvice: change({
    ...place,
    id: 'giveAdvice',
    path: '/v1/additions/{addition}/advice',
    summary: 'Give the advice that one was asked for',
    description: 'It is kept as a comment: internal, or visible to the requester where they were asked.',
    params: z.strictObject({ addition: AdditionId }),
    body: body(schema.AdviceInput, { example: { comment: 'Customary, yes; ask for two offers' } }),
    answers: { 200: json('The request after the command.', ApprovalRequest, example.added) },
    problems: [
      'answer-not-expected',
      'request-not-active',
      'deadline-passed',
      'too-many-comments',
      'not-allowed',
      'erased',
    ],
  }),
  takeControlAway: change({
    ...place,
    id: 'takeControlAway',
    path: '/v1/additions/{addition}/removal',
    summary: 'Take added control away',
    description: 'By who added it, or by a service account; an act of its own in the log, with its reason.',
    actFor: 'optional',
    params: z.strictObject({ addition: AdditionId }),
    body: body(schema.RemovalInput, { example: { reason: 'Added the wrong person' } }),
    answers: { 200: json('The request after the command.', ApprovalRequest, example.added) },
    problems: ['answer-not-expected', 'request-not-active', 'deadline-passed', 'on-hold', 'not-allowed'],
  }),
  ratifyDecision: change({
    ...place,
    id: 'ratifyDecision',
    path: '/v1/decisions/{decision}/ratification',
    summary: 'Stand behind a decision that was made on one’s behalf',
    description: 'By the person whose authority it was; a separate, later record that changes no count.',
    params: z.strictObject({ decision: DecisionId }),
    body: body(schema.RatificationInput, { example: { reason: 'As we agreed by phone' } }),
    problems: ['already-decided', 'not-allowed', 'not-eligible', 'excluded'],
  }),
  overrideStep: change({
    ...place,
    id: 'overrideStep',
    path: '/v1/approval-requests/{request}/steps/{step}/override',
    summary: 'Settle a step outside the route',
    description:
      'For emergencies: by somebody whom the definition names for it, whom no separation excludes, for a declared reason. Outcome and approval token say so, and a review follows.',
    params: z.strictObject({ request: RequestId, step: StepId }),
    scope: 'overrides:write',
    body: body(schema.OverrideInput, {
      example: {
        revision: digests.revision,
        reason: 'supplier-outage',
        comment: 'Production stands still until the part is ordered',
      },
    }),
    answers: { 200: json('The request after the command.', ApprovalRequest, example.overridden) },
    problems: [
      'override-not-offered',
      'document-missing',
      'reason-unknown',
      'step-not-open',
      'revision-mismatch',
      'already-decided',
      'deadline-passed',
      'request-not-active',
      'on-hold',
      'not-allowed',
      'not-eligible',
      'excluded',
      'erased',
    ],
  }),
  reviewOverride: change({
    ...place,
    id: 'reviewOverride',
    path: '/v1/overrides/{override}/review',
    summary: 'Review an override',
    description:
      'A separate, later act, by somebody else. A bad review raises an exception and rewrites nothing.',
    params: z.strictObject({ override: OverrideId }),
    scope: 'overrides:write',
    body: body(schema.OverrideReviewInput, {
      justified: { finding: 'justified' },
      unjustified: { finding: 'unjustified', reason: 'Finance was in the office all day' },
    }),
    answers: { 200: json('The request after the command.', ApprovalRequest, example.overridden) },
    problems: ['already-decided', 'not-allowed', 'not-eligible', 'excluded'],
  }),
} as const;
