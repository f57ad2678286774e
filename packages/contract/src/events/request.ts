import { z } from 'zod';
import { name } from '../registry.ts';
import { CommentVisibility } from '../schemas/comments.ts';
import { RevisionRates } from '../schemas/exchange-rates.ts';
import { Link } from '../schemas/link.ts';
import {
  AddedAs,
  AddedOrder,
  assignmentStatuses,
  Explanation,
  outcomes,
  Revision,
  Via,
} from '../schemas/requests.ts';
import {
  CheckAnswer,
  DecisionKind,
  DelegationId,
  Digest,
  DocumentRef,
  FieldName,
  Finding,
  Instant,
  Money,
  Observer,
  RequestId,
  SealedItemId,
  Slug,
  StepId,
  UserId,
} from '../schemas/values.ts';

const n = z.int().min(0).describe('Number within the request.');
const step = StepId;
const why = Explanation;
const reason = z.string().nullable();
const reference = z.string().nullable();
const sealed = z.object({ sealed: SealedItemId, commitment: Digest }).nullable();

const assignment = z.object({
  n,
  step,
  opening: n,
  person: UserId,
  via: z.array(Via),
  status: z.enum(assignmentStatuses),
  rung: z.string().optional().describe('The row of a chain that it belongs to.'),
});
const decision = z.object({
  n,
  assignment: n,
  step,
  person: UserId,
  principal: UserId,
  delegations: z.array(DelegationId),
  chain: z.array(UserId),
  decision: DecisionKind,
  revision: z.int().min(1),
  revisionDigest: Digest,
  saw: z
    .record(FieldName, z.union([z.string(), z.number(), Money]))
    .optional()
    .describe('Values of the fields with a tolerance, as the decision saw them.'),
  reason: z.string().optional(),
  reasonCode: Slug.optional(),
  bulk: Digest.optional().describe('Digest of the list that it was decided with.'),
  at: Instant,
  standing: z.boolean(),
  countsFor: z
    .array(z.string())
    .optional()
    .describe('Groups and roles of which its principal was, where the quorum asks for so many of each.'),
  conditions: z.object({ sealed: SealedItemId, commitment: Digest }).optional(),
  validUntil: Instant.optional(),
  carried: n.optional().describe('The decision on an earlier step of which this is a copy.'),
});

const addition = z.object({
  n,
  step,
  person: UserId,
  by: UserId,
  as: AddedAs,
  order: AddedOrder,
  at: Instant,
  status: z.enum(['asked', 'advised', 'taken_away']),
});
const override = z.object({
  n,
  step,
  person: UserId,
  reason: z.string(),
  revision: z.int().min(1),
  revisionDigest: Digest,
  at: Instant,
  standing: z.boolean(),
});

const shares = z
  .array(z.object({ key: Digest, amount: z.string().nullable() }))
  .optional()
  .describe('What it adds to sums over related requests; a key names the sum.');

const event = <const T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.object({ type: z.literal(type), ...shape });

/** Events of a request, as the leaf holds them. */
export const RequestEvent = name(
  'RequestEvent',
  'What happened to an approval request; past tense, never refused.',
  z.discriminatedUnion('type', [
    event('request.created', {
      request: RequestId,
      definition: Slug,
      definitionDigest: Digest,
      requester: UserId,
      submitter: z.string(),
      beneficiary: UserId,
      externalReference: z.string().nullable(),
      due: z
        .union([z.string(), z.object({ workdays: z.int().min(1) })])
        .optional()
        .describe('What was asked for instead of the definition’s promise.'),
      revision: Revision,
      links: z.array(Link).optional(),
      confidential: z.literal(true).optional(),
      number: z.string().optional().describe('Its number but for the end, which is the `seq` of this entry.'),
      observers: z.array(Observer).optional(),
      retain: Slug.optional(),
    }),
    event('request.submitted', {
      dueAt: Instant.nullable(),
      expiresAt: Instant.nullable(),
      rates: RevisionRates.optional(),
      related: shares,
    }),
    event('request.revised', {
      revision: Revision,
      changed: z.array(FieldName),
      dueAt: Instant.nullable(),
      expiresAt: Instant.nullable(),
      related: shares,
    }),
    event('step.opened', {
      step,
      opening: n,
      roster: z.int().min(0).nullable(),
      required: z.int().min(0),
      timers: z.record(z.string(), Instant),
      why,
    }),
    event('rung.opened', {
      step,
      rung: z.string(),
      of: z.array(z.string()).describe('All rungs of the chain, lowest first.'),
      roster: z.int().min(0).nullable(),
      required: z.int().min(0),
      timers: z.record(z.string(), Instant),
      why,
    }),
    event('rung.approved', { step, rung: z.string(), why }),
    event('step.skipped', { step, why }),
    event('step.approved', { step, why }),
    event('step.rejected', { step, why }),
    event('step.blocked', { step, why }),
    event('step.unblocked', { step, why }),
    event('step.held', { step, missing: z.array(z.string()), why }),
    event('step.reconsidered', { step, why }),
    event('branch.chosen', { step, branch: n, why }),
    event('branch.passed', { step, branch: n, reason: z.string(), why }),
    event('check.requested', {
      step,
      ask: z.string(),
      with: z.record(z.string(), z.unknown()),
      expiresAt: Instant,
      why,
    }),
    event('check.answered', { step, answer: CheckAnswer, reference, timedOut: z.boolean() }),
    event('assignments.opened', { step, assignments: z.array(assignment) }),
    event('assignments.closed', {
      assignments: z.array(n),
      status: z.enum(['withdrawn', 'no_longer_required', 'excluded', 'vacant']),
      why,
    }),
    event('assignment.reassigned', { assignment: n, by: z.string(), reason, replacement: assignment }),
    event('assignment.refilled', { assignment: n, why }),
    event('decision.recorded', { decision, comment: sealed }),
    event('decision.voided', { decision: n, why }),
    event('decision.ratified', { decision: n, by: UserId, reason }),
    event('decision.kept', { decision: n, why }),
    event('reminder.sent', { step, timer: z.string(), persons: z.array(UserId) }),
    event('step.escalated', { step }),
    event('comment.added', {
      comment: z.object({
        n,
        by: z.string(),
        visibility: CommentVisibility,
        text: sealed,
        files: z.array(DocumentRef),
      }),
    }),
    event('request.held', { reason: z.string(), by: z.string().describe('Who put it on hold.') }),
    event('request.released', {}),
    event('request.returned', { step, by: z.string().nullable(), reason }),
    event('request.reworked', {
      to: step,
      from: step,
      by: UserId,
      onBehalfOf: UserId.optional(),
      reason,
      steps: z.array(step).describe('Those that run again.'),
    }),
    event('control.added', { addition, reason }),
    event('control.taken-away', { addition: n, by: z.string(), reason: z.string() }),
    event('advice.given', { addition: n, comment: n.describe('Number of the comment that says it.') }),
    event('override.recorded', {
      override,
      reviewers: z.array(UserId).describe('Who can review it.'),
      comment: n.nullable().describe('Number of the comment that was made with it.'),
    }),
    event('override.voided', { override: n, why }),
    event('override.reviewed', { override: n, by: UserId, finding: Finding, reason }),
    event('exception.raised', { override: n, step, reason: z.string() }),
    event('request.approved', { overridden: z.literal(true).optional() }),
    event('request.rejected', { step, why }),
    event('request.cancelled', { reason }),
    event('request.expired', {}),
    event('request.reopened', { reason, previousOutcome: z.enum(outcomes) }),
    event('effect.started', { effect: Slug, reference, statusVersion: n }),
    event('effect.receipted', { effect: Slug, reference, statusVersion: n }),
  ]),
);
export type RequestEvent = z.infer<typeof RequestEvent>;
