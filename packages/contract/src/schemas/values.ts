import { z } from 'zod';
import { name } from '../registry.ts';

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const id = (prefix: string, what: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_${uuid}$`), `not an id of the form ${prefix}_<uuid>`)
    .describe(what);

export const RequestId = id('req', 'Id of an approval request.');
export const DocumentId = id('doc', 'Id of a document.');
export const UserId = id('usr', 'Id of a person.');
export const ServiceAccountId = id('svc', 'Id of a service account.');
export const CommandId = id('cmd', 'Id of a command.');
export const EnvironmentId = id('env', 'Id of an environment.');
export const OrganizationId = id('org', 'Id of an organization.');
export const ApiKeyId = id('key', 'Id of an API key.');
export const DelegationId = id('dlg', 'Id of a delegation.');
export const SealedItemId = id('itm', 'Id of a sealed value.');

export const AssignmentId = z
  .string()
  .regex(new RegExp(`^asg_${uuid}_(0|[1-9][0-9]{0,8})$`), 'not an id of the form asg_<request uuid>_<n>')
  .describe('Id of an assignment: the uuid of its request and its number there.');
export const DecisionId = z
  .string()
  .regex(new RegExp(`^dec_${uuid}_(0|[1-9][0-9]{0,8})$`), 'not an id of the form dec_<request uuid>_<n>')
  .describe('Id of a decision: the uuid of its request and its number there.');

export const AdditionId = z
  .string()
  .regex(new RegExp(`^add_${uuid}_(0|[1-9][0-9]{0,8})$`), 'not an id of the form add_<request uuid>_<n>')
  .describe('Id of control that was added: the uuid of its request and its number there.');

export const OverrideId = z
  .string()
  .regex(new RegExp(`^ovr_${uuid}_(0|[1-9][0-9]{0,8})$`), 'not an id of the form ovr_<request uuid>_<n>')
  .describe('Id of an override: the uuid of its request and its number there.');

export const CommentId = z
  .string()
  .regex(new RegExp(`^cmt_${uuid}_[1-9][0-9]{0,8}$`), 'not an id of the form cmt_<request uuid>_<n>')
  .describe('Id of a comment: the uuid of its request and its number there.');

export const Slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'not a name: a-z, 0-9 and hyphens, at most 64 characters')
  .describe('Name of a definition, matrix, group or role: a-z, 0-9 and hyphens, at most 64 characters.');

/** Number of a version, from 1: 32 bits, as it is stored. */
export const VersionNumber = z.int().min(1).max(2_147_483_647);

/** Step ids and field names come from definitions: `supplier-check/finance`, `dealValue`. */
export const StepId = z.string().min(1).max(200).describe('Id of a step in its definition.');
export const FieldName = z.string().min(1).max(100);

export const Digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'not a SHA-256 digest in lower-case hex')
  .describe('SHA-256, 64 lower-case hex digits.');

/** Answers carry milliseconds and `Z`, always. */
export const Instant = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  .describe('RFC 3339 in UTC with milliseconds, such as 2026-01-31T09:00:00.000Z.');
/** Beyond these years a time in UTC has other than four digits, or is before Christ in PostgreSQL. */
const isOrdinary = (ms: number): boolean =>
  ms >= Date.parse('0001-01-01T00:00:00.000Z') && ms <= Date.parse('9999-12-31T23:59:59.999Z');
/** Requests may carry any offset. */
export const InstantInput = z.iso
  .datetime({ offset: true, error: 'not a time in RFC 3339, such as 2026-01-31T09:00:00Z', abort: true })
  .refine((text) => isOrdinary(Date.parse(text)), 'not in the years 1 to 9999')
  // What follows sees one form: PostgreSQL takes no offset beyond ±15:59.
  .overwrite((text) => (isOrdinary(Date.parse(text)) ? new Date(text).toISOString() : text))
  .describe('RFC 3339 with any offset.');

export const Seq = z.int().min(0).describe('Position of an entry in the environment’s log; the first is 1.');

export const Money = name(
  'Money',
  'An amount as a decimal string with its ISO 4217 currency; never a float.',
  z.strictObject({
    amount: z
      .string()
      .max(40)
      .regex(/^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/, 'not a decimal, such as "1250.00"'),
    currency: z.string().regex(/^[A-Z]{3}$/, 'not an ISO 4217 code, such as "EUR"'),
  }),
);

const scalar = z.union([
  z.string().max(65_536),
  z.int('not an integer within ±(2^53 − 1); decimals are strings, such as "12.5"'),
  z.boolean(),
  Money,
]);

export const FieldInput = name(
  'FieldInput',
  'The value of a field: text, integer, boolean, money, a list of these, or line items, each row by column. Decimals, percents, dates and durations are strings.',
  z.union([scalar, z.array(z.union([scalar, z.record(FieldName, scalar)])).max(1000)]),
);
export const FieldInputs = z.record(FieldName, FieldInput);

export const SealedValue = name(
  'SealedValue',
  'A personal value as the log holds it: sealed beside its entry. `erased` says that nobody can open it any more.',
  z.object({ sealed: SealedItemId, commitment: Digest, erased: z.boolean().optional() }),
);
export const FieldAnswer = name(
  'FieldAnswer',
  'The value of a field; a personal one that this key may not read, or that was erased, is a sealed value.',
  z.union([
    scalar,
    z.array(z.union([scalar, z.record(FieldName, z.union([scalar, SealedValue]))])),
    SealedValue,
  ]),
);

export const DocumentRef = name(
  'DocumentRef',
  'One version of a document, named by the digest of its bytes.',
  z.object({ document: DocumentId, version: z.int().min(1), sha256: Digest }),
);

export const PersonReference = z
  .string()
  .min(1)
  .max(255)
  .describe('A person: their id (usr_…) or their userName in the directory.');

export const Actor = name(
  'Actor',
  'Who acted: a person (through a service account where `via` says so), a service account, or the system.',
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('person'), person: UserId, via: ServiceAccountId.optional() }),
    z.object({ kind: z.literal('service'), service: ServiceAccountId }),
    z.object({ kind: z.literal('system'), system: z.enum(['timer', 'recheck', 'restore', 'setup']) }),
  ]),
);

export const LocalizedText = name(
  'LocalizedText',
  'A text by language tag, such as `{"en": "Purchase order", "de": "Bestellung"}`, as its definition has it. Take the one that you show, else English, else any.',
  z.record(z.string(), z.string()),
);

export const Observer = name(
  'Observer',
  'Who may know of a request, and decides nothing by that: a person, or those who are of a group or role then.',
  z.union([z.object({ user: UserId }), z.object({ group: Slug }), z.object({ role: Slug })]),
);

export const DecisionKind = z.enum(['approve', 'reject', 'return', 'abstain']);
export const Finding = z.enum(['justified', 'unjustified']);
export const CheckAnswer = z.enum(['pass', 'fail', 'unknown']);
export const Reason = z.string().min(1).max(2000);
