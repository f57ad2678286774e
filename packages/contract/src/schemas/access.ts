import { z } from 'zod';
import { name } from '../registry.ts';
import { scopeNames } from '../scopes.ts';
import { page } from './pages.ts';
import { outcomes } from './requests.ts';
import {
  ApiKeyId,
  Digest,
  EnvironmentId,
  Instant,
  InstantInput,
  OrganizationId,
  RequestId,
  SealedItemId,
  Seq,
  ServiceAccountId,
  Slug,
} from './values.ts';

export const ServiceAccountInput = name(
  'ServiceAccountInput',
  'A service account to create.',
  z.strictObject({ name: Slug }),
);
export const ServiceAccount = name(
  'ServiceAccount',
  'A system that uses the API.',
  z.object({ id: ServiceAccountId, name: Slug, createdAt: Instant }),
);
export const ServiceAccountPage = name(
  'ServiceAccountPage',
  'A page of service accounts.',
  page(ServiceAccount),
);

const keyScopes = z.array(z.enum(scopeNames)).min(1).max(scopeNames.length);
export const ApiKeyInput = name(
  'ApiKeyInput',
  'An API key to create.',
  z.strictObject({
    serviceAccount: ServiceAccountId,
    scopes: keyScopes,
    definitions: z
      .array(Slug)
      .min(1)
      .max(100)
      .optional()
      .describe(
        'Narrows the key to requests of these definitions; then some scopes are refused. Absent: all.',
      ),
    expiresAt: InstantInput.optional().describe('Wall clock. Absent: until revoked.'),
  }),
);
export const ApiKey = name(
  'ApiKey',
  'An API key, without its secret.',
  z.object({
    id: ApiKeyId,
    serviceAccount: ServiceAccountId,
    scopes: z.array(z.enum(scopeNames)),
    definitions: z.array(Slug).nullable(),
    createdAt: Instant,
    expiresAt: Instant.nullable(),
    revokedAt: Instant.nullable(),
  }),
);
export const ApiKeyCreated = name(
  'ApiKeyCreated',
  'An API key with its secret, which is shown this once.',
  ApiKey.extend({
    secret: z
      .string()
      .nullable()
      .describe('`csk_…`; null when a repeated call is answered again: secrets are not stored.'),
  }),
);
export const ApiKeyPage = name('ApiKeyPage', 'A page of API keys.', page(ApiKey));

export const ApprovalToken = name(
  'ApprovalToken',
  'A signed statement that a request is approved (JWS, RFC 7515), for a system that is about to act on it. Lives five minutes of wall clock.',
  z.object({ token: z.string(), issuedAt: Instant, expiresAt: Instant, statusVersion: z.int().min(0) }),
);
export const IntrospectionInput = name(
  'IntrospectionInput',
  'A token to look at.',
  z.strictObject({ token: z.string().min(1).max(8192) }),
);
export const Introspection = name(
  'Introspection',
  'Is the token good now? (RFC 7662.) An inactive one tells nothing else.',
  z.discriminatedUnion('active', [
    z.object({ active: z.literal(false) }),
    z.object({
      active: z.literal(true),
      iss: z.string(),
      sub: RequestId,
      jti: z.string(),
      iat: z.int(),
      exp: z.int(),
      environment: EnvironmentId,
      definition: Slug,
      definitionDigest: Digest,
      externalReference: z.string().nullable(),
      revision: Digest,
      outcome: z.enum(outcomes),
      overridden: z.boolean(),
      validUntil: Instant.nullable(),
      conditions: z
        .array(z.object({ sealed: SealedItemId, commitment: Digest }))
        .describe('As the log holds them; read the texts from the request.'),
      statusVersion: z.int().min(0),
    }),
  ]),
);
export const JsonWebKeySet = name(
  'JsonWebKeySet',
  'Public keys of approval tokens (RFC 7517).',
  z.object({
    keys: z.array(
      z.object({
        kty: z.string(),
        crv: z.string(),
        x: z.string(),
        y: z.string().optional(),
        kid: z.string(),
        alg: z.string(),
        use: z.literal('sig'),
      }),
    ),
  }),
);

export const ClockInput = name(
  'ClockInput',
  'Moves the clock of a sandbox, forward only.',
  z.strictObject({
    mode: z.enum(['frozen', 'running']),
    at: InstantInput.optional().describe('Default: where it stands.'),
  }),
);
export const Clock = name(
  'Clock',
  'Business time of an environment.',
  z.object({ mode: z.enum(['frozen', 'running']), now: Instant }),
);
export const Environment = name(
  'Environment',
  'The environment of the key.',
  z.object({
    id: EnvironmentId,
    organization: OrganizationId,
    name: z.string(),
    kind: z.enum(['sandbox', 'staging', 'production']),
    clock: Clock,
    engine: z.int().min(1),
    directoryRevision: Seq,
    head: Seq,
  }),
);

export const Health = name('Health', 'The process runs.', z.object({ status: z.literal('ok') }));
export const Readiness = name(
  'Readiness',
  'Can it serve?',
  z.object({
    status: z.enum(['ready', 'not-ready']),
    checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string().nullable() })),
  }),
);
