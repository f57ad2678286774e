import { z } from 'zod';
import { name } from '../registry.ts';
import { page, pageQuery, truth } from './pages.ts';
import {
  CommandId,
  Digest,
  Instant,
  InstantInput,
  PersonReference,
  Reason,
  RequestId,
  SealedItemId,
  Seq,
  Slug,
  UserId,
} from './values.ts';

const Persons = z.array(PersonReference).max(10_000);

const PersonChange = z
  .strictObject({
    change: z.literal('person'),
    id: UserId.optional().describe('Absent: the person with this userName, or a new one.'),
    userName: z.string().min(1).max(255),
    name: z.string().min(1).max(200).nullable().optional().describe('Absent: unchanged. Personal.'),
    email: z.email().max(320).nullable().optional().describe('Absent: unchanged. Personal.'),
    active: z.boolean().optional().describe('Absent: unchanged, and true for a new person.'),
    manager: PersonReference.nullable()
      .optional()
      .describe('Absent: unchanged. May be somebody of the same batch.'),
  })
  .describe('Adds a person, or changes the members given.');
const membership = { op: z.enum(['set', 'add', 'remove']), persons: Persons };
const GroupChange = z.strictObject({ change: z.literal('group'), group: Slug, ...membership });
const RoleChange = z.strictObject({ change: z.literal('role'), role: Slug, ...membership });

export const DirectoryChanges = name(
  'DirectoryChanges',
  'A batch of changes; all of it happens, in order, or nothing.',
  z.strictObject({
    changes: z
      .array(z.discriminatedUnion('change', [PersonChange, GroupChange, RoleChange]))
      .min(1)
      .max(1000),
  }),
);
export const DirectoryAnswer = name(
  'DirectoryAnswer',
  'The directory revision after the batch, and the people it named.',
  z.object({
    revision: Seq.describe('Directory revision: `seq` of the last change of authority.'),
    people: z.array(z.object({ id: UserId, userName: z.string() })),
  }),
);

export const Person = name(
  'Person',
  'A person. `erased` people keep their id and their place in the log, and nothing else.',
  z.object({
    id: UserId,
    userName: z.string().nullable(),
    name: z.string().nullable(),
    email: z.string().nullable(),
    active: z.boolean(),
    manager: UserId.nullable(),
    groups: z.array(Slug),
    roles: z.array(Slug),
    erased: z.boolean(),
    revision: Seq,
  }),
);
export const PersonPage = name('PersonPage', 'A page of people.', page(Person));
export const Group = name(
  'Group',
  'A group and its members.',
  z.object({ key: Slug, members: z.array(UserId), revision: Seq }),
);
export const GroupPage = name('GroupPage', 'A page of groups.', page(Group));
export const Role = name(
  'Role',
  'A role and its holders.',
  z.object({ key: Slug, holders: z.array(UserId), revision: Seq }),
);
export const RolePage = name('RolePage', 'A page of roles.', page(Role));

const asOf = z
  .union([z.string().regex(/^(0|[1-9][0-9]{0,15})$/), InstantInput])
  .optional()
  .describe('As it stood: a directory revision, or a time.');
export const AsOf = z.strictObject({ asOf });
export const DirectoryFilters = z.strictObject({ asOf, ...pageQuery });
export const PersonFilters = z.strictObject({
  userName: z.string().min(1).max(255).optional(),
  email: z.string().min(1).max(320).optional(),
  active: truth.optional(),
  asOf,
  ...pageQuery,
});

export const ErasureInput = name(
  'ErasureInput',
  'Erases the personal data of a person, or that of a request.',
  z.strictObject({ subject: z.union([UserId, RequestId]), reason: Reason.optional() }),
);
export const ErasureCertificate = name(
  'ErasureCertificate',
  'What was erased. The entries and their proofs remain.',
  z.object({
    id: CommandId,
    subject: z.union([UserId, RequestId]),
    reason: z.string().nullable(),
    erasedAt: Instant,
    items: z.array(z.object({ sealed: SealedItemId, commitment: Digest })),
    seq: Seq,
    leaf: Digest,
  }),
);
