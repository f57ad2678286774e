import { z } from 'zod';
import { ids, times } from '../examples/ids.ts';
import { body, change, json, read } from '../route.ts';
import * as schema from '../schemas/access.ts';
import { RevocationInput } from '../schemas/assignments.ts';
import { pageQuery } from '../schemas/pages.ts';
import { ApiKeyId } from '../schemas/values.ts';

const account = { id: ids.erp, name: 'erp', createdAt: times.published };
const key = {
  id: ids.key,
  serviceAccount: ids.erp,
  scopes: ['requests:write', 'requests:read'],
  definitions: ['purchase-order'],
  createdAt: times.published,
  expiresAt: null,
  revokedAt: null,
};
const clock = { mode: 'frozen', now: times.filed };
const readiness = (ok: boolean) => ({
  status: ok ? 'ready' : 'not-ready',
  checks: [{ name: 'database', ok, detail: ok ? null : 'connection refused' }],
});
const access = { tag: 'Access', actFor: 'none' } as const;
const open = { tag: 'Operations', method: 'GET', scope: null, actFor: 'none', problems: [] } as const;
const pages = z.strictObject(pageQuery);

export const administrationRoutes = {
  createServiceAccount: change({
    ...access,
    id: 'createServiceAccount',
    path: '/v1/service-accounts',
    summary: 'Create a service account',
    scope: 'keys:write',
    body: body(schema.ServiceAccountInput, { example: { name: 'erp' } }),
    answers: { 201: json('Created.', schema.ServiceAccount, account) },
    problems: ['name-taken'],
    stream: 'access',
  }),
  listServiceAccounts: read({
    ...access,
    id: 'listServiceAccounts',
    method: 'GET',
    path: '/v1/service-accounts',
    summary: 'List service accounts',
    scope: 'keys:read',
    query: pages,
    answers: { 200: json('A page.', schema.ServiceAccountPage, { items: [account], nextCursor: null }) },
    problems: [],
  }),
  createApiKey: change({
    ...access,
    id: 'createApiKey',
    path: '/v1/api-keys',
    summary: 'Create an API key',
    description: 'The secret is shown once and stored only as a hash.',
    scope: 'keys:write',
    body: body(schema.ApiKeyInput, {
      example: {
        serviceAccount: ids.erp,
        scopes: ['requests:write', 'requests:read'],
        definitions: ['purchase-order'],
      },
    }),
    answers: { 201: json('Created.', schema.ApiKeyCreated, { ...key, secret: 'csk_…' }) },
    problems: ['unknown-service-account', 'unknown-definition', 'scope-exceeds-own', 'scope-not-narrowable'],
    stream: 'access',
  }),
  listApiKeys: read({
    ...access,
    id: 'listApiKeys',
    method: 'GET',
    path: '/v1/api-keys',
    summary: 'List API keys',
    scope: 'keys:read',
    query: pages,
    answers: { 200: json('A page.', schema.ApiKeyPage, { items: [key], nextCursor: null }) },
    problems: [],
  }),
  revokeApiKey: change({
    ...access,
    id: 'revokeApiKey',
    path: '/v1/api-keys/{key}/revocation',
    summary: 'Revoke an API key',
    scope: 'keys:write',
    params: z.strictObject({ key: ApiKeyId }),
    body: body(RevocationInput, { example: { reason: 'Rotated' } }),
    answers: { 200: json('Revoked.', schema.ApiKey, { ...key, revokedAt: times.decided }) },
    problems: ['already-revoked'],
    stream: 'access',
  }),
  getEnvironment: read({
    id: 'getEnvironment',
    method: 'GET',
    path: '/v1/environment',
    summary: 'Read the environment of the key',
    tag: 'Environment',
    scope: 'environment:read',
    actFor: 'none',
    answers: {
      200: json('The environment.', schema.Environment, {
        id: ids.environment,
        organization: ids.organization,
        name: 'sandbox',
        kind: 'sandbox',
        clock,
        engine: 1,
        directoryRevision: 9,
        head: 64,
      }),
    },
    problems: [],
  }),
  getClock: read({
    id: 'getClock',
    method: 'GET',
    path: '/v1/environment/clock',
    summary: 'Read the clock',
    tag: 'Environment',
    scope: 'environment:read',
    actFor: 'none',
    answers: { 200: json('The clock.', schema.Clock, clock) },
    problems: [],
  }),
  setClock: change({
    id: 'setClock',
    path: '/v1/environment/clock',
    summary: 'Move the clock of a sandbox',
    tag: 'Environment',
    scope: 'environment:write',
    actFor: 'none',
    body: body(schema.ClockInput, { example: { mode: 'frozen', at: '2026-01-12T09:30:00Z' } }),
    answers: { 200: json('The clock.', schema.Clock, clock) },
    problems: ['not-sandbox', 'clock-backwards'],
    stream: 'environment',
  }),
  getHealth: read({
    ...open,
    id: 'getHealth',
    path: '/healthz',
    summary: 'Does the process run?',
    answers: { 200: json('It runs.', schema.Health, { status: 'ok' }) },
  }),
  getReadiness: read({
    ...open,
    id: 'getReadiness',
    path: '/readyz',
    summary: 'Can it serve?',
    answers: {
      200: json('It can.', schema.Readiness, readiness(true)),
      503: json('It cannot.', schema.Readiness, readiness(false)),
    },
  }),
  getMetrics: read({
    ...open,
    id: 'getMetrics',
    path: '/metrics',
    summary: 'Prometheus metrics',
    answers: { 200: { kind: 'text', description: 'Metrics.', mediaType: 'text/plain; version=0.0.4' } },
  }),
  getOpenApi: read({
    ...open,
    id: 'getOpenApi',
    path: '/openapi.json',
    summary: 'This document',
    answers: { 200: { kind: 'text', description: 'OpenAPI 3.1.', mediaType: 'application/openapi+json' } },
  }),
  getHome: read({
    ...open,
    id: 'getHome',
    path: '/',
    summary: 'A plain page: what runs, the sample request, links',
    answers: { 200: { kind: 'text', description: 'The page.', mediaType: 'text/html' } },
  }),
} as const;
