import { randomUUID } from 'node:crypto';
import type { AnswerOf } from '@countersign/contract';
import { hasEnded, isOverridden, type RequestState, termsOf } from '@countersign/core';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { TokenKey } from './tokens.keys.ts';

/** Wall clock (ENGINE 19). */
export const TOKEN_LIFE_SECONDS = 300;

export type TokenOptions = {
  readonly key: TokenKey;
  /** `iss`: where this server is reached. */
  readonly issuer: () => string;
  /** The request as it now stands; null where the environment has none of this id. */
  readonly load: (environment: string, request: string) => Promise<RequestState | null>;
  /** Wall clock in milliseconds. */
  readonly now: () => number;
  /** The environment's time, RFC 3339 UTC: an approval ends by it. */
  readonly timeOf: (environment: string) => Promise<string>;
};

const Claims = z.object({
  iss: z.string(),
  sub: z.string(),
  jti: z.string(),
  iat: z.int(),
  exp: z.int(),
  environment: z.string(),
  definition: z.string(),
  definitionDigest: z.string(),
  externalReference: z.string().nullable(),
  revision: z.string(),
  outcome: z.literal('approved'),
  overridden: z.boolean(),
  validUntil: z.string().nullable(),
  conditions: z.array(z.object({ sealed: z.string(), commitment: z.string() })),
  statusVersion: z.int(),
});
/** What an approval token says (R12). */
export type Claims = z.infer<typeof Claims>;

export type Verified =
  /** `ended`: the time that it was given for is over. What was begun in that time may be reported, and nothing begun. */
  | { readonly ok: true; readonly claims: Claims; readonly state: RequestState; readonly ended: boolean }
  /** invalid: not ours, altered, of another environment, or older than five minutes. stale: the approval has changed. */
  | { readonly ok: false; readonly code: 'approval-token-invalid' | 'approval-token-stale' };

export type Tokens = {
  /** A token that the request is approved now; null where it is not. */
  issue(environment: string, state: RequestState): Promise<AnswerOf<'getApprovalToken'>[200] | null>;
  /** Signature, expiry and environment; then that status and outcome are still those of the token. */
  verify(environment: string, token: string): Promise<Verified>;
};

export function approvalTokens(options: TokenOptions): Tokens {
  const { key, now } = options;

  async function issue(environment: string, state: RequestState) {
    if (state.status !== 'closed' || state.outcome !== 'approved') return null;
    const issued = Math.floor(now() / 1000);
    const claims = {
      environment,
      definition: state.definition,
      definitionDigest: state.definitionDigest,
      externalReference: state.externalReference,
      revision: state.revision.digest,
      outcome: state.outcome,
      overridden: isOverridden(state),
      ...termsOf(state),
      statusVersion: state.statusVersion,
    };
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: key.algorithm, kid: key.kid, typ: 'approval+jwt' })
      .setIssuer(options.issuer())
      .setSubject(state.request)
      .setJti(randomUUID())
      .setIssuedAt(issued)
      .setExpirationTime(issued + TOKEN_LIFE_SECONDS)
      .sign(key.privateKey);
    return {
      token,
      issuedAt: new Date(issued * 1000).toISOString(),
      expiresAt: new Date((issued + TOKEN_LIFE_SECONDS) * 1000).toISOString(),
      statusVersion: state.statusVersion,
    };
  }

  async function verify(environment: string, token: string): Promise<Verified> {
    const claims = await opened(token);
    if (claims === null || claims.environment !== environment)
      return { ok: false, code: 'approval-token-invalid' };
    const state = await options.load(environment, claims.sub);
    if (state === null) return { ok: false, code: 'approval-token-invalid' };
    const current =
      state.status === 'closed' &&
      state.outcome === claims.outcome &&
      state.statusVersion === claims.statusVersion &&
      state.revision.digest === claims.revision;
    if (!current) return { ok: false, code: 'approval-token-stale' };
    return { ok: true, claims, state, ended: hasEnded(state, await options.timeOf(environment)) };
  }

  async function opened(token: string): Promise<Claims | null> {
    try {
      const { payload } = await jwtVerify(token, key.publicKey, {
        algorithms: [key.algorithm],
        typ: 'approval+jwt',
        // Signature and claims decide. The issuer may have been written by this server under another address.
        currentDate: new Date(now()),
        requiredClaims: ['iss', 'sub', 'jti', 'iat', 'exp'],
      });
      const claims = Claims.safeParse(payload);
      return claims.success ? claims.data : null;
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }

  return { issue, verify };
}
