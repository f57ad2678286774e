import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { RequestState } from '@countersign/core';
import { createLocalJWKSet, decodeJwt, jwtVerify, SignJWT } from 'jose';
import { afterAll, describe, expect, test } from 'vitest';
import { openTokenKey, TokenKeyError } from './tokens.keys.ts';
import { approvalTokens, TOKEN_LIFE_SECONDS } from './tokens.ts';

const dataDir = mkdtempSync(path.join(os.tmpdir(), 'countersign-token-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

const environment = 'env_018f0000-0000-7000-8000-000000000001';
const digest = 'a'.repeat(64);
const approved: RequestState = {
  schema: 1,
  request: 'req_018f0000-0000-7000-8000-000000000002',
  definition: 'purchase-order',
  definitionDigest: digest,
  requester: 'usr_018f0000-0000-7000-8000-000000000003',
  submitter: 'usr_018f0000-0000-7000-8000-000000000003',
  beneficiary: 'usr_018f0000-0000-7000-8000-000000000003',
  externalReference: 'PO-1',
  revision: { number: 1, digest, predecessor: null, fields: {}, documents: {}, editors: [] },
  steps: {},
  assignments: [],
  decisions: [],
  createdAt: '2026-01-01T00:00:00.000Z',
  submittedAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  dueAt: null,
  expiresAt: null,
  statusVersion: 2,
  effects: {},
  timers: {},
  status: 'closed',
  outcome: 'approved',
  closedAt: '2026-01-02T00:00:00.000Z',
};

const world = async (seed: string | null = '7') => {
  const key = await openTokenKey({ dataDir, seed });
  const now = { ms: Date.parse('2026-01-05T12:00:00Z') };
  const requests = new Map<string, RequestState>([[approved.request, approved]]);
  const tokens = approvalTokens({
    key,
    issuer: () => 'http://127.0.0.1:4000',
    load: async (where, id) => (where === environment ? (requests.get(id) ?? null) : null),
    now: () => now.ms,
    timeOf: async () => new Date(now.ms).toISOString(),
  });
  const issued = await tokens.issue(environment, approved);
  if (issued === null) throw new Error('no token for an approved request');
  return { key, now, requests, tokens, token: issued.token };
};

describe('an approval token', () => {
  test('says what was approved, and verifies by the published key alone', async () => {
    const { key, now, token } = await world();
    const jwks = createLocalJWKSet({ keys: [{ ...key.published }] });
    const { payload } = await jwtVerify(token, jwks, { currentDate: new Date(now.ms) });
    expect(payload).toMatchObject({
      iss: 'http://127.0.0.1:4000',
      sub: approved.request,
      environment,
      definition: 'purchase-order',
      definitionDigest: digest,
      externalReference: 'PO-1',
      revision: digest,
      outcome: 'approved',
      overridden: false,
      statusVersion: 2,
    });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(TOKEN_LIFE_SECONDS);
    expect(JSON.stringify(key.published)).not.toContain('"d"');
  });

  test.each(['rejected', 'cancelled', 'expired'] as const)(
    'is not issued for a %s request',
    async (outcome) => {
      const { tokens } = await world();
      expect(await tokens.issue(environment, { ...approved, outcome })).toBeNull();
    },
  );

  test('is good while the approval stands, and stale once the request was reopened, even if approved again', async () => {
    const { tokens, token, requests } = await world();
    expect(await tokens.verify(environment, token)).toMatchObject({ ok: true, claims: { statusVersion: 2 } });
    const { closedAt: _, ...open } = approved;
    requests.set(approved.request, {
      ...open,
      status: 'in_review',
      outcome: null,
      hold: null,
      statusVersion: 3,
    });
    expect(await tokens.verify(environment, token)).toEqual({ ok: false, code: 'approval-token-stale' });
    requests.set(approved.request, { ...approved, statusVersion: 4 });
    expect(await tokens.verify(environment, token)).toEqual({ ok: false, code: 'approval-token-stale' });
  });

  test('ends after five minutes of wall clock', async () => {
    const { tokens, token, now } = await world();
    now.ms += (TOKEN_LIFE_SECONDS - 1) * 1000;
    expect(await tokens.verify(environment, token)).toMatchObject({ ok: true });
    now.ms += 1000;
    expect(await tokens.verify(environment, token)).toEqual({ ok: false, code: 'approval-token-invalid' });
  });

  test('is invalid in another environment, altered, unsigned, or signed by another key', async () => {
    const { tokens, token } = await world();
    const invalid = { ok: false, code: 'approval-token-invalid' };
    expect(await tokens.verify('env_018f0000-0000-7000-8000-00000000000f', token)).toEqual(invalid);
    const [head = '', , signature = ''] = token.split('.');
    const altered = Buffer.from(JSON.stringify({ ...decodeJwt(token), statusVersion: 9 })).toString(
      'base64url',
    );
    expect(await tokens.verify(environment, `${head}.${altered}.${signature}`)).toEqual(invalid);
    const none = Buffer.from('{"alg":"none","typ":"approval+jwt"}').toString('base64url');
    expect(await tokens.verify(environment, `${none}.${token.split('.')[1]}.`)).toEqual(invalid);
    expect(await tokens.verify(environment, (await world('8')).token)).toEqual(invalid);
    for (const junk of ['', '.', 'a.b.c', 'x'.repeat(8192)])
      expect(await tokens.verify(environment, junk)).toEqual(invalid);
  });

  test('is not any other statement that the same key signed', async () => {
    const { key, tokens, token, now } = await world();
    const { exp: _e, iat: _i, ...claims } = decodeJwt(token);
    const other = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', typ: 'JWT' })
      .setIssuedAt(now.ms / 1000)
      .setExpirationTime(now.ms / 1000 + 60)
      .sign(key.privateKey);
    expect(await tokens.verify(environment, other)).toMatchObject({ ok: false });
  });
});

describe('the signing key', () => {
  test('is kept for its owner only and found again', async () => {
    const first = await openTokenKey({ dataDir, seed: null });
    const file = path.join(dataDir, 'approval-token-key.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await openTokenKey({ dataDir, seed: null })).kid).toBe(first.kid);
  });

  test('is one key, however many processes start at once', async () => {
    const fresh = path.join(dataDir, 'together');
    const keys = await Promise.all([1, 2, 3, 4].map(() => openTokenKey({ dataDir: fresh, seed: null })));
    expect(new Set(keys.map((key) => key.kid)).size).toBe(1);
  });

  test('is the same for the same seed', async () => {
    const [one, two, three] = await Promise.all(
      ['1', '1', '2'].map((seed) => openTokenKey({ dataDir, seed })),
    );
    expect(one?.kid).toBe(two?.kid);
    expect(one?.kid).not.toBe(three?.kid);
  });

  test('is not silently replaced where its file is damaged', async () => {
    const file = path.join(dataDir, 'approval-token-key.json');
    const kept = readFileSync(file);
    writeFileSync(file, '{"d":"AA"}');
    await expect(openTokenKey({ dataDir, seed: null })).rejects.toThrow(TokenKeyError);
    writeFileSync(file, kept);
  });
});
