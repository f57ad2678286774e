import { z } from 'zod';
import { name } from '../registry.ts';
import { RevisionRates } from './exchange-rates.ts';
import { anyOf, page, pageQuery } from './pages.ts';
import {
  Actor,
  AdditionId,
  AssignmentId,
  CheckAnswer,
  DecisionId,
  DecisionKind,
  DelegationId,
  Digest,
  DocumentRef,
  FieldAnswer,
  FieldName,
  Finding,
  Instant,
  InstantInput,
  LocalizedText,
  Observer,
  OverrideId,
  RequestId,
  SealedValue,
  ServiceAccountId,
  Slug,
  StepId,
  UserId,
} from './values.ts';

export const statuses = [
  'draft',
  'in_review',
  'on_hold',
  'blocked',
  'returned',
  'fulfilling',
  'closed',
] as const;
export const outcomes = ['approved', 'rejected', 'cancelled', 'expired'] as const;
export const fulfilments = ['none', 'pending', 'done', 'declined', 'failed', 'unknown'] as const;
export const stepStatuses = [
  'open',
  'blocked',
  'held',
  'waiting',
  'approved',
  'rejected',
  'skipped',
  'passed',
  'chosen',
] as const;
export const assignmentStatuses = [
  'open',
  'decided',
  'withdrawn',
  'no_longer_required',
  'reassigned',
  'vacant',
  'excluded',
] as const;

export const Status = z.enum(statuses).describe('Where the request is.');
export const Outcome = z.enum(outcomes).nullable().describe('What was decided; null while it is open.');

export const ExternalReference = z
  .string()
  .min(1)
  .max(255)
  .describe('The id of the thing in the source system.');

export const Revision = name(
  'Revision',
  'Fields and documents as they stood, named by digest.',
  z.object({
    number: z.int().min(1),
    digest: Digest,
    predecessor: Digest.nullable(),
    fields: z.record(FieldName, FieldAnswer),
    documents: z.record(FieldName, z.array(DocumentRef)),
    editors: z.array(UserId),
    rates: RevisionRates.optional(),
  }),
);

export const Via = name(
  'Via',
  'How a person came to be asked: one link of the chain from the definition to them.',
  z.discriminatedUnion('via', [
    z.object({ via: z.literal('user') }),
    z.object({ via: z.literal('group'), group: Slug }),
    z.object({ via: z.literal('role'), role: Slug }),
    z.object({ via: z.literal('field'), field: FieldName }),
    z.object({ via: z.literal('manager'), of: z.string(), level: z.int().min(1) }),
    z.object({ via: z.literal('matrix'), matrix: Slug, row: z.string(), digest: Digest }),
    z.object({
      via: z.literal('climb'),
      matrix: Slug,
      over: z.array(z.string()).describe('The vacant rows below.'),
    }),
    z.object({ via: z.literal('escalation') }),
    z.object({ via: z.literal('fallback') }),
    z.object({ via: z.literal('reassignment'), from: UserId }),
    z.object({ via: z.literal('added'), by: UserId }),
  ]),
);

const rung = z
  .string()
  .describe('Whom a row of a chain asks, such as `role:cfo`; a second one is `role:cfo#2`.');

export const Step = name(
  'Step',
  'One stage of the route.',
  z.object({
    id: StepId,
    title: LocalizedText.nullable().describe('Null: it has none but its id.'),
    status: z.enum(stepStatuses),
    opening: z.int().min(0).describe('How many times it has opened; a revision opens it again.'),
    openedAt: Instant.nullable(),
    roster: z.int().min(0).nullable().describe('Size of the frozen roster, for quorum all and shares.'),
    required: z.int().min(0).describe('Approvals needed.'),
    branch: z.int().min(0).nullable().describe('Branch chosen, from 0.'),
    check: CheckAnswer.nullable(),
    missing: z.array(z.string()).describe('What a step on hold waits for.'),
    rungs: z
      .array(
        z.object({
          rung,
          status: z.enum(['open', 'approved']),
          roster: z.int().min(0).nullable(),
          required: z.int().min(0).describe('Approvals needed in this rung.'),
        }),
      )
      .optional()
      .describe('Rows of a chain that have been asked so far, in their order; absent where none is.'),
  }),
);

export const Assignment = name(
  'Assignment',
  'One person’s place in a step.',
  z.object({
    id: AssignmentId,
    request: RequestId,
    step: StepId,
    person: UserId,
    via: z.array(Via),
    status: z.enum(assignmentStatuses),
    rung: rung.optional(),
  }),
);

export const Conditions = z.union([z.string(), SealedValue]);

export const Decision = name(
  'Decision',
  'What a person decided; immutable.',
  z.object({
    id: DecisionId,
    assignment: AssignmentId,
    step: StepId,
    person: UserId.describe('Who acted.'),
    onBehalfOf: UserId.nullable().describe('Whose authority it was, where not their own.'),
    delegations: z.array(DelegationId),
    decision: DecisionKind,
    revision: z.int().min(1),
    revisionDigest: Digest,
    reason: z.string().nullable(),
    reasonCode: Slug.nullable().describe('Of the definition’s reasons for this decision.'),
    bulk: Digest.nullable().describe(
      'Digest of the list that it was decided with; null: it was decided alone.',
    ),
    at: Instant,
    standing: z.boolean().describe('Does it still count?'),
    conditions: Conditions.nullable().describe('What an approval is given under.'),
    validUntil: Instant.nullable().describe('Until when it is given; from that moment on it is over.'),
    ratified: z
      .object({ at: Instant, reason: z.string().nullable() })
      .nullable()
      .describe('When the person on whose behalf it was made stood behind it.'),
    carriedFrom: DecisionId.nullable().describe('The decision on an earlier step that counts here, too.'),
  }),
);

export const AddedAs = z
  .enum(['approver', 'adviser'])
  .describe('An approver must approve besides the quorum; an adviser gives advice, which decides nothing.');
export const AddedOrder = z
  .enum(['before', 'beside'])
  .describe('`before`: nobody else approves the step until they have answered.');
export const Addition = name(
  'Addition',
  'Control that an approver has added to a step. It outlasts revisions until it is taken away.',
  z.object({
    id: AdditionId,
    step: StepId,
    person: UserId,
    by: UserId.describe('Who added it.'),
    as: AddedAs,
    order: AddedOrder,
    at: Instant,
    status: z.enum(['asked', 'advised', 'taken_away']),
  }),
);

export const Override = name(
  'Override',
  'One step settled outside the route, and the review of that.',
  z.object({
    id: OverrideId,
    step: StepId,
    person: UserId,
    reason: Slug.describe('A code of the definition.'),
    revision: z.int().min(1),
    revisionDigest: Digest,
    at: Instant,
    standing: z.boolean().describe('Does the step still rest on it?'),
    review: z
      .object({
        by: UserId,
        finding: Finding.describe('`unjustified` has raised an exception; nothing is rewritten.'),
        reason: z.string().nullable(),
        at: Instant,
      })
      .nullable()
      .describe('Null until somebody has reviewed it.'),
  }),
);

const summary = {
  id: RequestId,
  definition: z.object({ name: Slug, title: LocalizedText, version: z.int().min(1), digest: Digest }),
  status: Status,
  outcome: Outcome,
  validUntil: Instant.nullable().describe('The earliest end of its approvals; null: without end.'),
  overridden: z.boolean().describe('Is it approved, and a step of it by an override?'),
  fulfilment: z.enum(fulfilments),
  requester: UserId,
  submitter: z.union([UserId, ServiceAccountId]).describe('Who filed it.'),
  beneficiary: UserId,
  externalReference: z.string().nullable(),
  number: z
    .string()
    .nullable()
    .describe('For people, such as CON-2026-10417; unique in the environment, not gapless.'),
  retain: Slug.nullable().describe('Retention schedule.'),
  confidential: z.boolean().describe('Only participants know of it.'),
  createdAt: Instant,
  submittedAt: Instant.nullable(),
  updatedAt: Instant,
  closedAt: Instant.nullable(),
  dueAt: Instant.nullable(),
  expiresAt: Instant.nullable(),
  statusVersion: z
    .int()
    .min(0)
    .describe('Rises with each change of status or outcome; approval tokens name it.'),
  version: z.int().min(1).describe('Number of commands on this request so far.'),
};

export const ApprovalRequestSummary = name(
  'ApprovalRequestSummary',
  'An approval request in a list.',
  z.object({ ...summary, revision: z.object({ number: z.int().min(1), digest: Digest }) }),
);

export const ApprovalRequest = name(
  'ApprovalRequest',
  'One running instance of a workflow definition.',
  z.object({
    ...summary,
    revision: Revision,
    steps: z.array(Step).describe('Steps of the route that have been reached, in its order.'),
    assignments: z.array(Assignment),
    decisions: z.array(Decision),
    additions: z.array(Addition),
    observers: z.array(Observer).describe('May know of it besides; they decide nothing by that.'),
    overrides: z.array(Override),
    hold: z.string().nullable().describe('Why a person put it on hold.'),
    returnedBy: UserId.nullable(),
    effects: z.record(z.string(), z.enum(['started', 'done'])),
  }),
);

export const ApprovalRequestPage = name(
  'ApprovalRequestPage',
  'A page of approval requests.',
  page(ApprovalRequestSummary),
);

export const ApprovalRequestFilters = z.strictObject({
  definition: Slug.optional(),
  status: anyOf(statuses),
  outcome: anyOf(outcomes),
  requester: UserId.optional(),
  assignee: UserId.optional().describe('Requests where this person has an open assignment.'),
  externalReference: ExternalReference.optional(),
  createdAfter: InstantInput.optional(),
  createdBefore: InstantInput.optional(),
  q: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe(
      'Words that stand in the external reference, the number, or a text field that is not personal.',
    ),
  order: z
    .enum(['created', '-created', 'updated', '-updated'])
    .default('-created')
    .describe('A leading hyphen means newest first.'),
  ...pageQuery,
});

export const Explanation = name(
  'Explanation',
  'The clause that decided, the inputs it read, the facts it relied on.',
  z.object({
    rule: z.string().describe('Stable code of the rule, such as `when-false`, `quorum-met`, `separation`.'),
    clause: z.string().nullable().describe('Its place or source in the definition.'),
    inputs: z.record(z.string(), z.unknown()).describe('By path; an unknown input is null.'),
    facts: z.array(z.string()).describe('Such as `role:cfo` or `matrix:spend#row-3`.'),
    persons: z.array(z.object({ person: UserId, reason: z.string() })),
  }),
);

export const RungWhy = name(
  'RungWhy',
  'One row of a chain, as the matrix has it now.',
  z.object({
    rung,
    row: z.string().describe('Its row in the matrix.'),
    status: z.enum(['approved', 'open', 'waiting']),
    persons: z.array(UserId).describe('Who might decide it.'),
  }),
);

export const Why = name(
  'Why',
  'Why a step, or a person in it, is where it is; from the evaluator that decided.',
  z.object({
    request: RequestId,
    step: StepId.nullable(),
    person: UserId.nullable(),
    answers: z.array(
      z.object({
        step: StepId,
        person: UserId.nullable(),
        verdict: z
          .string()
          .describe(
            'For a step its status; for a person `asked`, `decided`, `overrode`, `voided`, `withdrawn`, `excluded`, `not-eligible` or `not-asked`; `not-reached` for both.',
          ),
        why: Explanation.nullable(),
        waitsFor: z
          .string()
          .nullable()
          .describe('What would let the step go on; null where it waits for nothing.'),
        rungs: z
          .array(RungWhy)
          .optional()
          .describe('Of a step that asks the rows of a matrix one after the other, lowest first.'),
        instead: z
          .array(Explanation)
          .optional()
          .describe(
            'Why others are asked than those whom the step names first: `fallback-asked` or `climbed`.',
          ),
        rung: rung.optional().describe('The rung in which a person stands so.'),
      }),
    ),
  }),
);
export const WhyFilters = z.strictObject({ step: StepId.optional(), person: UserId.optional() });

export const EffectInput = name(
  'EffectInput',
  'A downstream system says that it acts, or has acted, on the outcome.',
  z.strictObject({
    effect: Slug.describe('Its name, such as `payment`; one effect happens once for each request.'),
    state: z.enum(['started', 'done']),
    token: z.string().min(1).max(8192).describe('The approval token that it relies on.'),
    reference: z.string().min(1).max(255).optional().describe('Its id in the downstream system.'),
  }),
);
export const Effect = name(
  'Effect',
  'An act of a downstream system on the outcome.',
  z.object({
    request: RequestId,
    effect: Slug,
    state: z.enum(['started', 'done']),
    reference: z.string().nullable(),
    statusVersion: z.int().min(0),
    recordedBy: Actor,
    recordedAt: Instant,
  }),
);
