import { z } from 'zod';
import { digests, ids, times } from '../examples/ids.ts';
import * as example from '../examples/requests.ts';
import { body, change, json, read } from '../route.ts';
import { ApprovalToken, Introspection, IntrospectionInput, JsonWebKeySet } from '../schemas/access.ts';
import { Effect, EffectInput } from '../schemas/requests.ts';
import { RequestId } from '../schemas/values.ts';

const tag = 'Approval tokens';
const params = z.strictObject({ request: RequestId });
const token = 'eyJhbGciOiJFZERTQSIsImtpZCI6InQxIn0.eyJzdWIiOiJyZXEifQ.c2lnbmF0dXJl';

export const tokenRoutes = {
  getApprovalToken: read({
    id: 'getApprovalToken',
    method: 'GET',
    path: '/v1/approval-requests/{request}/approval-token',
    summary: 'Fetch an approval token',
    description:
      'Fetch it when you are about to act: it lives five minutes. Check it by introspection, or offline by the published keys.',
    tag,
    scope: 'approval-tokens:read',
    actFor: 'none',
    params,
    answers: {
      200: json('The token.', ApprovalToken, {
        token,
        issuedAt: '2026-01-13T14:06:00.000Z',
        expiresAt: '2026-01-13T14:11:00.000Z',
        statusVersion: 2,
      }),
    },
    problems: ['effect-not-allowed', 'approval-ended'],
  }),
  introspectApprovalToken: read({
    id: 'introspectApprovalToken',
    method: 'POST',
    path: '/v1/approval-tokens/introspection',
    summary: 'Is this approval token good now?',
    description:
      'Reads only; leaves nothing in the log. A request reopened since the token was issued makes it inactive, and so does the end of the approval.',
    tag,
    scope: 'approval-tokens:read',
    actFor: 'none',
    body: body(IntrospectionInput, { example: { token } }),
    answers: {
      200: {
        ...json('The answer.', Introspection, undefined),
        examples: {
          active: {
            active: true,
            iss: 'https://countersign.example.com',
            sub: ids.request,
            jti: '7d0e3b1c',
            iat: 1768313160,
            exp: 1768313460,
            environment: ids.environment,
            definition: 'purchase-order',
            definitionDigest: digests.definition,
            externalReference: 'PO-2026-0117',
            revision: digests.revision,
            outcome: 'approved',
            overridden: false,
            validUntil: null,
            conditions: [],
            statusVersion: 2,
          },
          inactive: { active: false },
        },
      },
    },
    problems: [],
  }),
  recordEffect: change({
    id: 'recordEffect',
    path: '/v1/approval-requests/{request}/effects',
    summary: 'Record that you act, or have acted, on the outcome',
    description: 'Needs a valid approval token. After `done` the request cannot be reopened any more.',
    tag,
    scope: 'effects:write',
    actFor: 'none',
    params,
    body: body(EffectInput, { example: { effect: 'payment', state: 'done', token, reference: 'PAY-88121' } }),
    answers: { 201: json('Recorded.', Effect, { ...example.effect, recordedAt: times.decided }) },
    problems: [
      'approval-ended',
      'approval-token-invalid',
      'approval-token-stale',
      'effect-not-allowed',
      'effect-receipted',
    ],
    stream: 'request',
  }),
  getJsonWebKeySet: read({
    id: 'getJsonWebKeySet',
    method: 'GET',
    path: '/.well-known/jwks.json',
    summary: 'Public keys of approval tokens',
    tag,
    scope: null,
    actFor: 'none',
    answers: {
      200: json('The keys.', JsonWebKeySet, {
        keys: [
          {
            kty: 'OKP',
            crv: 'Ed25519',
            x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
            kid: 't1',
            alg: 'EdDSA',
            use: 'sig',
          },
        ],
      }),
    },
    problems: [],
  }),
} as const;
