import { z } from 'zod';
import { name } from '../registry.ts';
import { anyOf, page, pageQuery, truth } from './pages.ts';
import { ApprovalRequestSummary, Assignment, assignmentStatuses, Decision } from './requests.ts';
import {
  DecisionKind,
  DelegationId,
  Digest,
  FieldName,
  Instant,
  InstantInput,
  LocalizedText,
  Money,
  PersonReference,
  Reason,
  RequestId,
  Slug,
  StepId,
  UserId,
} from './values.ts';

export const AssignmentDetail = name(
  'AssignmentDetail',
  'One person’s place in a step, with what it is about.',
  Assignment.extend({
    definition: Slug,
    definitionTitle: LocalizedText,
    stepTitle: LocalizedText.nullable().describe('Null: the step has none but its id.'),
    externalReference: z.string().nullable(),
    revision: z
      .object({ number: z.int().min(1), digest: Digest })
      .describe('The revision to decide on; send its digest back.'),
    decisions: z.array(DecisionKind).describe('Decisions that the step offers.'),
    reasons: z
      .array(
        z.object({
          decision: DecisionKind,
          required: z.boolean(),
          codes: z.array(z.object({ code: Slug, text: LocalizedText })),
        }),
      )
      .describe('Reason codes of the offered decisions that have some, in the order of a form.'),
    bulk: z.boolean().describe('May a list decide it together with others?'),
    openedAt: Instant,
    dueAt: Instant.nullable(),
  }),
);
export const AssignmentPage = name('AssignmentPage', 'A page of assignments.', page(AssignmentDetail));

export const AssignmentFilters = z.strictObject({
  mine: truth.optional().describe('Those of the person acted for, own and delegated.'),
  person: UserId.optional(),
  group: Slug.optional().describe('Those that reached a person through this group.'),
  role: Slug.optional().describe('Those that reached a person through this role.'),
  request: RequestId.optional(),
  step: StepId.optional(),
  status: anyOf(assignmentStatuses).describe('Default: open.'),
  dueBefore: InstantInput.optional(),
  ...pageQuery,
});

export const DecisionInput = name(
  'DecisionInput',
  'A decision on the revision that you were served.',
  z.strictObject({
    decision: DecisionKind,
    revision: Digest.describe('Digest of the revision that was looked at.'),
    reason: Reason.optional().describe('Shown to the requester.'),
    reasonCode: Slug.optional().describe('Of the definition’s reasons for this decision.'),
    comment: z.string().min(1).max(10_000).optional().describe('Personal: sealed, and erased on request.'),
    conditions: z
      .string()
      .min(1)
      .max(10_000)
      .optional()
      .describe('Of an approval: what it is given under. Sealed with the request, and part of its outcome.'),
    validUntil: InstantInput.optional().describe(
      'Of an approval: its end. From then on nothing may be done on it.',
    ),
    onBehalfOf: PersonReference.optional().describe(
      'Whose authority to use where several apply; own authority goes first.',
    ),
  }),
);
export const DecisionAnswer = name(
  'DecisionAnswer',
  'The decision as recorded, and where the request is now.',
  z.object({ decision: Decision, request: ApprovalRequestSummary }),
);

export const ReassignmentInput = name(
  'ReassignmentInput',
  'Moves one open assignment to another eligible person.',
  z.strictObject({ to: PersonReference, reason: Reason.optional() }),
);

export const DelegationInput = name(
  'DelegationInput',
  'Dated future authority. It holds in [starts, ends), never from before it was recorded.',
  z.strictObject({
    from: PersonReference.optional().describe('Whose authority; the person acted for by default.'),
    to: PersonReference,
    starts: InstantInput,
    ends: InstantInput,
    definitions: z.array(Slug).min(1).max(100).optional().describe('Absent: every definition.'),
    limit: Money.optional().describe('Absent: no limit but that of the delegator.'),
    categories: z
      .record(FieldName, z.array(z.string().min(1).max(1000)).min(1).max(100))
      .refine((given) => Object.keys(given).length <= 20, 'more than 20 fields')
      .optional()
      .describe(
        'By field of the request: only where it has one of these values, such as `{"category": ["travel"]}`. A request without that field is not covered. Absent: any.',
      ),
    redelegable: z.boolean().default(false),
  }),
);
export const Delegation = name(
  'Delegation',
  'Authority that one person lends another for a time.',
  z.object({
    id: DelegationId,
    from: UserId,
    to: UserId,
    starts: Instant,
    ends: Instant,
    definitions: z.array(Slug).nullable(),
    limit: Money.nullable(),
    categories: z.record(FieldName, z.array(z.string())).nullable(),
    redelegable: z.boolean(),
    recordedAt: Instant,
    revokedAt: Instant.nullable(),
  }),
);
export const DelegationPage = name('DelegationPage', 'A page of delegations.', page(Delegation));
export const DelegationFilters = z.strictObject({
  from: UserId.optional(),
  to: UserId.optional(),
  active: truth.optional().describe('Only those in force now, or only the others.'),
  ...pageQuery,
});
export const RevocationInput = name(
  'RevocationInput',
  'Revokes.',
  z.strictObject({ reason: Reason.optional() }),
);
