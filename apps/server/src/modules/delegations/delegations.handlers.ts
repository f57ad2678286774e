import type { AnswerOf } from '@countersign/contract';
import type { Handlers } from '../../http/call.ts';
import { makeCursor, numberAt, readCursor, textAt } from '../../http/cursor.ts';
import type { DelegationDeps } from './delegations.ports.ts';
import { listDelegations } from './delegations.queries.ts';
import { createDelegation, revokeDelegation } from './delegations.usecases.ts';

type DelegationHandlers = Pick<Handlers, 'createDelegation' | 'listDelegations' | 'revokeDelegation'>;

export function delegationHandlers(deps: DelegationDeps): DelegationHandlers {
  return {
    createDelegation: (call) => createDelegation(deps, call),
    revokeDelegation: (call) => revokeDelegation(deps, call),
    /** Who acts for a person sees what that person gave and got. */
    async listDelegations({ principal: { environment }, query, actFor }) {
      const cursor = readCursor(query);
      const found = await listDelegations(deps.reader, environment, {
        after: cursor === null ? [0, ''] : [numberAt(cursor, 0), textAt(cursor, 1)],
        from: query.from,
        to: query.to,
        party: actFor,
        active: query.active,
        now: await deps.engine.now(environment),
        limit: query.limit,
      });
      const page = found.slice(0, query.limit);
      const last = found.length > page.length ? page.at(-1) : undefined;
      const body: AnswerOf<'listDelegations'>[200] = {
        items: page.map(({ delegation }) => delegation),
        nextCursor: last === undefined ? null : makeCursor(query, [last.seq, last.delegation.id]),
      };
      return { status: 200, body };
    },
  };
}
