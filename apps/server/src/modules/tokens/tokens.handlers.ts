import type { AnswerOf } from '@countersign/contract';
import { hasEnded, type RequestState, termsOf } from '@countersign/core';
import type { Call, Handlers } from '../../http/call.ts';
import type { Principal } from '../../http/principal.ts';
import { notFound, ProblemError } from '../../http/problem.ts';
import type { TokenOptions, Tokens } from './tokens.ts';

/** Does the caller learn that the request exists? */
type MayKnow = (
  caller: { readonly principal: Principal; readonly actFor: string | null },
  state: RequestState,
) => Promise<boolean>;

type TokenHandlers = Pick<Handlers, 'getApprovalToken' | 'introspectApprovalToken' | 'getJsonWebKeySet'>;

export function tokenHandlers(
  tokens: Tokens,
  {
    key,
    load,
    timeOf,
    mayKnow,
  }: Pick<TokenOptions, 'key' | 'load' | 'timeOf'> & { readonly mayKnow: MayKnow },
): TokenHandlers {
  return {
    async getApprovalToken(call: Call<'getApprovalToken'>) {
      const { principal, params } = call;
      const state = await load(principal.environment, params.request);
      // A key that is narrowed to other definitions learns nothing, not even that the request exists.
      if (state === null || !(await mayKnow(call, state))) throw notFound('approval request');
      if (
        state.status === 'closed' &&
        state.outcome === 'approved' &&
        hasEnded(state, await timeOf(principal.environment))
      ) {
        const { validUntil } = termsOf(state);
        throw new ProblemError('approval-ended', {
          detail: `The approval was valid until ${validUntil}.`,
          data: { validUntil },
        });
      }
      const issued = await tokens.issue(principal.environment, state);
      if (issued === null) {
        throw new ProblemError('effect-not-allowed', {
          detail: `There is no approval to state: the request is ${state.outcome ?? state.status}.`,
          data: { status: state.status, outcome: state.outcome, statusVersion: state.statusVersion },
        });
      }
      // RFC 7662 and RFC 6750: what authorizes must not lie in a cache.
      return { status: 200, body: issued, headers: { 'Cache-Control': 'no-store' } };
    },

    async introspectApprovalToken(call: Call<'introspectApprovalToken'>) {
      const verified = await tokens.verify(call.principal.environment, call.body.token);
      const answer: AnswerOf<'introspectApprovalToken'>[200] =
        verified.ok && !verified.ended && (await mayKnow(call, verified.state))
          ? { active: true, ...verified.claims }
          : { active: false };
      return { status: 200, body: answer, headers: { 'Cache-Control': 'no-store' } };
    },

    async getJsonWebKeySet() {
      return {
        status: 200,
        body: { keys: [key.published] },
        headers: { 'Cache-Control': 'public, max-age=300' },
      };
    },
  };
}
