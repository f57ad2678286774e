import { z } from 'zod';
import { name } from '../registry.ts';
import { AddedAs, AddedOrder } from './requests.ts';
import { Digest, Finding, PersonReference, Reason, Slug, StepId } from './values.ts';

export const ReworkInput = name(
  'ReworkInput',
  'Sends the request back to an earlier step of the same revision.',
  z.strictObject({
    to: StepId.describe('An approved step that comes before the one of the assignment.'),
    revision: Digest.describe('Digest of the revision that was looked at.'),
    reason: Reason.optional().describe('Shown to those who are asked again.'),
    onBehalfOf: PersonReference.optional().describe(
      'Whose authority to use where several apply; own authority goes first.',
    ),
  }),
);

export const OverrideInput = name(
  'OverrideInput',
  'Settles one step outside the route, in an emergency.',
  z.strictObject({
    revision: Digest.describe('Digest of the revision that was looked at.'),
    reason: Slug.describe('A code under `override.reasons` of the step.'),
    comment: z.string().min(1).max(10_000).optional().describe('Personal: sealed, and erased on request.'),
  }),
);
export const OverrideReviewInput = name(
  'OverrideReviewInput',
  'What a reviewer found of an override.',
  z.strictObject({
    finding: Finding.describe('`unjustified` raises an exception and rewrites nothing.'),
    reason: Reason.optional().describe('Required where it was not justified.'),
  }),
);

export const AdditionInput = name(
  'AdditionInput',
  'Adds an approver, or asks for advice, before or beside one’s own place.',
  z.strictObject({
    person: PersonReference,
    as: AddedAs,
    order: AddedOrder.default('beside'),
    revision: Digest.describe('Digest of the revision that was looked at.'),
    reason: Reason.optional().describe('Shown to the person.'),
    onBehalfOf: PersonReference.optional().describe('Whose place it is, where it is not one’s own.'),
  }),
);
export const AdviceInput = name(
  'AdviceInput',
  'Advice. It decides nothing.',
  z.strictObject({
    comment: z.string().min(1).max(10_000).describe('Personal: sealed, and erased on request.'),
  }),
);
export const RemovalInput = name(
  'RemovalInput',
  'Takes added control away.',
  z.strictObject({ reason: Reason }),
);

export const RatificationInput = name(
  'RatificationInput',
  'Stands behind a decision that was made on one’s behalf.',
  z.strictObject({ reason: Reason.optional() }),
);
