/**
 * The lifecycle as a Restate virtual object: one object a request, three calls, its state kept by Restate. Each call is
 * answered when its changes of state are in Restate's log. (A workflow that waits for promises does more.)
 */
import { createServer } from 'node:http2';
import * as restate from '@restatedev/restate-sdk';

type State = { readonly status: string; readonly approvals: readonly string[]; readonly body: unknown };

const approval = restate.object({
  name: 'approval',
  handlers: {
    create: async (ctx: restate.ObjectContext, body: unknown) => {
      ctx.set<State>('state', { status: 'in_review', approvals: [], body });
      return { id: ctx.key, status: 'in_review' };
    },
    approve: async (ctx: restate.ObjectContext, { person }: { readonly person: string }) => {
      const state = await ctx.get<State>('state');
      if (state === null) throw new restate.TerminalError('there is no such request');
      const approvals = [...state.approvals, person];
      const done = approvals.length === 2;
      ctx.set<State>('state', { ...state, approvals, status: done ? 'approved' : 'in_review' });
      return done ? { id: ctx.key, outcome: 'approved' } : { id: ctx.key, status: 'in_review' };
    },
  },
});

const server = createServer(restate.createEndpointHandler({ services: [approval] }));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`{"port":${typeof address === 'object' ? address?.port : ''}}\n`);
});
