import { z } from 'zod';
import { Problem } from '../problems/problem.ts';
import { name } from '../registry.ts';
import { ApprovalRequestSummary, Decision } from './requests.ts';
import { AssignmentId, DecisionKind, Digest, PersonReference, Reason, Seq, Slug } from './values.ts';

export const BulkDecisionInput = name(
  'BulkDecisionInput',
  'One decision on a list of assignments, each on the revision that you were served.',
  z.strictObject({
    decision: DecisionKind,
    reason: Reason.optional().describe('Shown to each requester.'),
    reasonCode: Slug.optional().describe('Of the reasons for this decision; each definition must know it.'),
    comment: z
      .string()
      .min(1)
      .max(10_000)
      .optional()
      .describe('Personal: sealed with each decision, and erased on request.'),
    items: z
      .array(
        z.strictObject({
          assignment: AssignmentId,
          revision: Digest.describe('Digest of the revision that was looked at.'),
          onBehalfOf: PersonReference.optional().describe('Whose authority to use where several apply.'),
        }),
      )
      .min(1)
      .max(200)
      .superRefine((items, context) => {
        const seen = new Set<string>();
        for (const [i, { assignment }] of items.entries()) {
          if (seen.has(assignment))
            context.addIssue({ code: 'custom', path: [i, 'assignment'], message: 'stands here twice' });
          seen.add(assignment);
        }
      })
      .describe('No assignment twice.'),
  }),
);

export const BulkDecisionResult = name(
  'BulkDecisionResult',
  'What became of one item.',
  z.discriminatedUnion('result', [
    z.object({
      result: z.literal('recorded'),
      assignment: AssignmentId,
      seq: Seq.describe('With `leaf`, the receipt of its entry.'),
      leaf: Digest,
      decision: Decision,
      request: ApprovalRequestSummary.describe('Where its request is now.'),
    }),
    z.object({ result: z.literal('refused'), assignment: AssignmentId, problem: Problem }),
  ]),
);

export const BulkDecisionAnswer = name(
  'BulkDecisionAnswer',
  'One result for each item, in the order of the list.',
  z.object({
    bulk: Digest.describe(
      'Names the list; every decision that was made with it carries it. SHA-256 of the canonical JSON (RFC 8785) of `{decision, reason, reasonCode, items: [{assignment, revision, onBehalfOf}]}` as sent, null for what was left out.',
    ),
    recorded: z.int().min(0),
    refused: z.int().min(0),
    results: z.array(BulkDecisionResult),
  }),
);
