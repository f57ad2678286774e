import { z } from 'zod';
import { name } from '../registry.ts';
import { Link } from './link.ts';
import { ExternalReference } from './requests.ts';
import {
  CheckAnswer,
  Digest,
  DocumentId,
  FieldInputs,
  FieldName,
  PersonReference,
  Reason,
  Slug,
  VersionNumber,
} from './values.ts';

const DocumentInput = z.strictObject({
  document: DocumentId,
  version: VersionNumber.describe('Version of the document; a request never follows a newer one by itself.'),
});
const documents = z
  .record(FieldName, z.array(DocumentInput).max(100))
  .describe('By document slot of the definition, in order.');

export const ApprovalRequestInput = name(
  'ApprovalRequestInput',
  'An approval request to file.',
  z.strictObject({
    definition: Slug.describe(
      'Name of the definition; its newest version unless version or digest says otherwise.',
    ),
    version: VersionNumber.optional(),
    digest: Digest.optional(),
    requester: PersonReference.optional().describe(
      'Who wants it. A service account must say; a person is their own by default.',
    ),
    beneficiary: PersonReference.optional().describe('Who gains by it; the requester by default.'),
    externalReference: ExternalReference.optional(),
    due: z
      .string()
      .min(1)
      .max(40)
      .optional()
      .describe(
        'Promise a decision within this, such as `5 workdays`, where the definition lets a request ask.',
      ),
    fields: FieldInputs.default({}),
    documents: documents.default({}),
    confidential: z
      .boolean()
      .default(false)
      .describe(
        'Only participants, and keys with `requests:confidential`, know of it; for good. Some definitions say so for all.',
      ),
    links: z
      .array(Link)
      .max(20)
      .default([])
      .describe('What it is to older requests. Stated now and never changed; a child has one parent.'),
    observers: z
      .array(
        z.union([
          z.strictObject({ user: PersonReference }),
          z.strictObject({ group: Slug }),
          z.strictObject({ role: Slug }),
        ]),
      )
      .max(50)
      .default([])
      .describe('Who may know of it besides, also if it is confidential. They decide nothing by that.'),
    draft: z
      .boolean()
      .default(false)
      .describe(
        'Keep it as a draft, which may be incomplete; submit it later. Until then only its requester and its submitter know of it.',
      ),
  }),
);

export const CanonicalPayload = name(
  'CanonicalPayload',
  'The canonical payload that integrations agree on. `document_type` names the definition, `document_id` is the external reference, `initiator` the requester (`user_id` is their userName). `amount` and `currency` together are the money field `amount`; every other member of `metadata` is the field of that name. `approvers` (e-mail addresses) fill the definition’s field `approvers`; a definition without it refuses them.',
  z.strictObject({
    document_id: ExternalReference,
    document_type: z
      .string()
      .min(1)
      .max(64)
      .describe('Name of the definition; underscores stand for hyphens.'),
    initiator: z.strictObject({ user_id: z.string().min(1).max(255), email: z.email().max(320).optional() }),
    approvers: z.array(z.email().max(320)).max(1000).default([]),
    metadata: z
      .record(
        FieldName,
        z.union([
          z.string().max(65_536),
          z.number(),
          z.boolean(),
          z.array(z.union([z.string().max(65_536), z.number(), z.boolean()])).max(1000),
        ]),
      )
      .default({}),
  }),
);

export const ApprovalRequestBody = name(
  'ApprovalRequestBody',
  'An approval request, in our shape or as the canonical payload.',
  z.union([ApprovalRequestInput, CanonicalPayload]),
);

export const RevisionInput = name(
  'RevisionInput',
  'New content. It replaces fields and documents as a whole.',
  z.strictObject({
    expected: Digest.optional().describe('Digest of the revision that you were served; or send If-Match.'),
    fields: FieldInputs.default({}),
    documents: documents.default({}),
  }),
);

export const SubmissionInput = name('SubmissionInput', 'Submits a draft as it stands.', z.strictObject({}));
export const CancellationInput = name(
  'CancellationInput',
  'Cancels a request.',
  z.strictObject({ reason: Reason.optional() }),
);
export const ReopeningInput = name(
  'ReopeningInput',
  'Reopens a closed request.',
  z.strictObject({ reason: Reason.optional() }),
);
export const HoldInput = name('HoldInput', 'Puts a request on hold.', z.strictObject({ reason: Reason }));
export const ReleaseInput = name('ReleaseInput', 'Releases a request from hold.', z.strictObject({}));
export const CheckAnswerInput = name(
  'CheckAnswerInput',
  'The answer to a check.',
  z.strictObject({
    answer: CheckAnswer,
    reference: z
      .string()
      .min(1)
      .max(255)
      .optional()
      .describe('The id of the check in the system that answered.'),
    revisionDigest: Digest.optional().describe(
      'The revision that was checked; an answer that comes after a revision of the request is refused then.',
    ),
  }),
);
