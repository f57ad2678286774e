import { z } from 'zod';
import { FieldError } from '../problems/problem.ts';
import { name } from '../registry.ts';
import { page, pageQuery } from './pages.ts';

import {
  Actor,
  Digest,
  FieldName,
  Instant,
  InstantInput,
  LocalizedText,
  Reason,
  Seq,
  Slug,
} from './values.ts';

const Source = z.string().min(1).max(262_144);

export const DefinitionSource = name(
  'DefinitionSource',
  'A workflow definition as people write it.',
  z.strictObject({
    format: z.enum(['yaml', 'json']).default('yaml'),
    source: Source.describe('The text, at most 256 Ki characters.'),
  }),
);

export const DefinitionReferences = name(
  'DefinitionReferences',
  'What the definition needs to exist.',
  z.object({
    people: z.array(z.string()),
    groups: z.array(Slug),
    roles: z.array(Slug),
    matrices: z.array(Slug),
  }),
);

const PinnedPart = z
  .object({
    name: Slug,
    version: z.int().min(1).describe('The one that is pinned.'),
    digest: Digest,
    newest: z.int().min(1).describe('Above `version`: publish the definition again to take it up.'),
  })
  .describe('A part that a definition uses, as it stood when the definition was published.');

export const DefinitionCheck = name(
  'DefinitionCheck',
  'What publishing would say.',
  z.object({
    ok: z.boolean(),
    errors: z.array(FieldError),
    warnings: z.array(FieldError),
    digest: Digest.nullable().describe('Digest of the canonical form; null if it has none.'),
    references: DefinitionReferences.nullable(),
    parts: z.array(PinnedPart).describe('The parts that it would pin.'),
  }),
);

const published = {
  version: z.int().min(1),
  digest: Digest,
  publishedAt: Instant,
  publishedBy: Actor,
  seq: Seq,
};

export const DefinitionSummary = name(
  'DefinitionSummary',
  'The newest version of a workflow definition.',
  z.object({
    name: Slug,
    title: LocalizedText,
    ...published,
    parts: z.array(PinnedPart).describe('The parts that it uses itself.'),
  }),
);
export const DefinitionPage = name(
  'DefinitionPage',
  'A page of workflow definitions.',
  page(DefinitionSummary),
);

export const DefinitionVersion = name(
  'DefinitionVersion',
  'One immutable version of a workflow definition.',
  DefinitionSummary.extend({
    source: z.string().describe('As it was published.'),
    format: z.enum(['yaml', 'json']),
    canonical: z.record(z.string(), z.unknown()).describe('The canonical form, which is digested.'),
    references: DefinitionReferences,
  }),
);
export const Definition = name(
  'Definition',
  'A workflow definition: its newest version, and the list of all.',
  DefinitionVersion.extend({ versions: z.array(z.object(published)) }),
);

const Label = z.record(z.string(), z.string()).describe('Text by language.');
const formValue = {
  name: FieldName,
  type: z.string().describe('`text`, `money`, `list`, `lines` …'),
  label: Label,
  required: z.boolean().describe('While it is shown.'),
  personal: z.boolean().describe('Sealed once it is sent.'),
  compute: z.string().nullable().describe('Computed from this expression: to be shown, and not to be sent.'),
  options: z.array(z.string()).nullable().describe('enum: the values.'),
  currency: z.string().nullable().describe('money: the only currency allowed.'),
  to: z.string().nullable().describe('reference: the kind of thing.'),
  max: z.int().nullable().describe('text: characters; list: items; lines: rows.'),
};

export const Form = name(
  'Form',
  'What a request holds, as whoever shows a form for it needs it. A preview tells which fields its values hide, and what they compute.',
  z.object({
    definition: z.object({ name: Slug, version: z.int().min(1), digest: Digest }),
    title: Label,
    sections: z
      .array(
        z.object({
          name: Slug.nullable().describe('Null: fields that stand before all sections.'),
          title: Label.nullable(),
          fields: z.array(
            z.object({
              ...formValue,
              visible: z.string().nullable().describe('The condition under which it is shown; null: always.'),
              items: z.string().nullable().describe('list: the type of its items.'),
              columns: z
                .array(z.object(formValue))
                .nullable()
                .describe('lines: the columns, in their order.'),
            }),
          ),
        }),
      )
      .describe('In the order of the form.'),
    documents: z.array(
      z.object({
        name: FieldName,
        required: z.boolean(),
        many: z.boolean(),
        accept: z.array(z.string()).describe('File types by content; empty: any.'),
      }),
    ),
  }),
);

export const MatrixSource = name(
  'MatrixSource',
  'An authority matrix as people write it.',
  z.strictObject({
    format: z.enum(['yaml', 'json']).default('yaml'),
    source: Source,
    effectiveFrom: InstantInput.optional().describe(
      'In force from then on; overrides the source. Default: now.',
    ),
  }),
);
const Approver = z.union([
  z.object({ user: z.string() }),
  z.object({ group: Slug }),
  z.object({ role: Slug }),
]);

/** The next version needs these; null: any person whose key holds `matrices:approve`. */
const approvers = Approver.nullable();
const matrixContent = {
  columns: z.array(z.string()).describe('The leftmost ranks highest.'),
  ask: z.enum(['first', 'chain']),
  climb: z.boolean(),
  fallback: Approver.nullable(),
  approvedBy: approvers.describe('Who approves the next version; null: it does not say.'),
  rows: z.array(
    z.object({
      id: z.string(),
      cells: z.array(z.string().nullable()).describe('One a column; null is any.'),
      upTo: z.string().nullable().describe('Inclusive; null is no limit.'),
      approver: Approver,
    }),
  ),
};
const proposedBy = Actor.nullable().describe(
  'Whose change it was, where `publishedBy` has approved it; null: it needed no approval.',
);

export const MatrixSummary = name(
  'MatrixSummary',
  'The newest version of an authority matrix.',
  z.object({ name: Slug, effectiveFrom: Instant, currency: z.string(), ...published, proposedBy }),
);
export const MatrixPage = name('MatrixPage', 'A page of authority matrices.', page(MatrixSummary));
export const MatrixVersion = name(
  'MatrixVersion',
  'One immutable version of an authority matrix.',
  MatrixSummary.extend(matrixContent),
);

export const MatrixProposal = name(
  'MatrixProposal',
  'A change of an authority matrix that waits for its approval.',
  z.object({
    name: Slug,
    effectiveFrom: Instant.describe('As proposed; approved later, it is in force from its approval.'),
    currency: z.string(),
    ...matrixContent,
    digest: Digest,
    proposedAt: Instant,
    proposedBy: Actor,
    seq: Seq,
    approvers: approvers.describe(
      'Of the version in force: one of these must approve it; null: any person whose key holds `matrices:approve`.',
    ),
  }),
);
export const MatrixProposals = name(
  'MatrixProposals',
  'All changes of authority matrices that wait for their approval, the oldest first.',
  z.object({ items: z.array(MatrixProposal) }),
);
export const MatrixProposed = name(
  'MatrixProposed',
  'The change waits for its approval.',
  z.object({
    name: Slug,
    digest: Digest.describe('What an approval names.'),
    waits: MatrixProposal.nullable().describe('Null: it has been approved, rejected or replaced since.'),
  }),
);
export const MatrixDecision = name(
  'MatrixDecision',
  'Which change is approved: the one that you have seen.',
  z.strictObject({ digest: Digest }),
);
export const MatrixRejection = name(
  'MatrixRejection',
  'Which change is rejected, and why.',
  z.strictObject({ digest: Digest, reason: Reason.optional() }),
);
export const MatrixRejected = name(
  'MatrixRejected',
  'The change is rejected; the version in force stays.',
  z.object({ name: Slug, digest: Digest, reason: z.string().nullable() }),
);
export const MatrixCheck = name(
  'MatrixCheck',
  'What stands against publishing a matrix, and what is legal and seldom meant: gaps, overlaps, rows that never decide.',
  z.object({
    ok: z.boolean(),
    digest: Digest.nullable(),
    errors: z.array(FieldError),
    warnings: z.array(FieldError),
  }),
);
export const Matrix = name(
  'Matrix',
  'An authority matrix: its newest version, and the list of all.',
  MatrixVersion.extend({ versions: z.array(z.object({ ...published, effectiveFrom: Instant, proposedBy })) }),
);

export const NameFilters = z.strictObject({ ...pageQuery });
/** A version by number or by digest. */
export const VersionRef = z
  .string()
  .regex(/^([1-9][0-9]{0,8}|[0-9a-f]{64})$/, 'neither a version number nor a digest')
  .describe('Version number, or digest.');
