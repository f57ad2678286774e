import type { AnswerOf } from '@countersign/contract';
import type { RequestState } from '@countersign/core';
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
  { key, load, mayKnow }: Pick<TokenOptions, 'key' | 'load'> & { readonly mayKnow: MayKnow },
): TokenHandlers {
  return {
    async getApprovalToken(call: Call<'getApprovalToken'>) {
      const { principal, params } = call;
      const state = await load(principal.environment, params.request);
      // A key that is narrowed to other definitions learns nothing, not even that the request exists.
      if (state === null || !(await mayKnow(call, state))) throw notFound('approval request');
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
        verified.ok && (await mayKnow(call, verified.state))
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
