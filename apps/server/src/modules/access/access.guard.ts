import { AsyncLocalStorage } from 'node:async_hooks';
import { type RouteId, routeIds } from '@countersign/contract';
import type { Engine } from '../../engine/engine.ts';
import type { Call, Handlers, Reply } from '../../http/call.ts';
import type { Principal } from '../../http/principal.ts';
import { ProblemError } from '../../http/problem.ts';
import type { KeyAuthenticator } from './access.authenticator.ts';

/** Decided on a directory revision at which nobody has asked whether the key stood. */
class Unasked extends Error {
  readonly revision: number;
  constructor(revision: number) {
    super('ask whether the key stands');
    this.revision = revision;
  }
}

export type Guard = {
  /** Every execution on behalf of a key asks, at the directory revision it is decided on, whether the key stands. */
  readonly engine: Engine;
  /** Handlers whose work is tied to the key of their call. */
  protect(handlers: Handlers): Handlers;
};

/**
 * Ties commands to the key that asked for them, in one place, so that no use case can forget it. A revocation moves
 * the directory revision; whatever was decided before is refused by the commit, decided again, and refused here.
 */
export function guardKeys(engine: Engine, keys: Pick<KeyAuthenticator, 'stands' | 'standing'>): Guard {
  const current = new AsyncLocalStorage<Principal>();

  const execute: Engine['execute'] = async (execution) => {
    const principal = current.getStore();
    if (principal === undefined) return engine.execute(execution);
    const { environment, key } = principal;
    for (;;) {
      try {
        return await engine.execute({
          ...execution,
          readsAuthority: true,
          decide: (state, context) => {
            const stands = keys.standing(environment, key, context.directory.revision);
            if (stands === null) throw new Unasked(context.directory.revision);
            if (!stands)
              throw new ProblemError('unauthenticated', {
                detail: 'This API key was revoked or has expired while the call was under way.',
              });
            return execution.decide(state, context);
          },
        });
      } catch (error) {
        if (!(error instanceof Unasked)) throw error;
        await keys.stands(environment, key, error.revision);
      }
    }
  };

  const tie = (handler: (call: unknown) => Promise<Reply>) => (call: Call) =>
    call.principal === null ? handler(call) : current.run(call.principal, () => handler(call));

  return {
    engine: { ...engine, execute },
    protect(handlers) {
      // Each handler keeps its own call type: only what runs around it changes.
      const tied = routeIds.map((id: RouteId) => [
        id,
        tie(handlers[id] as (call: unknown) => Promise<Reply>),
      ]);
      return Object.fromEntries(tied) as Handlers;
    },
  };
}
