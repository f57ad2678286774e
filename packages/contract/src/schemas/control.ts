import { z } from 'zod';
import { name } from '../registry.ts';
import { Digest, PersonReference, Reason, StepId } from './values.ts';

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
