import type { DirectoryEvent } from '@countersign/core';
import type { Execution, Idempotency } from '../execution.ts';
import type { Fold } from '../streams.ts';

/** A toy stream for tests of the engine: active persons approve, each once, until it is closed. */
export type Ballot = { readonly approvals: readonly string[]; readonly open: boolean; readonly note: string };
export type BallotEvent =
  | { readonly type: 'ballot.opened'; readonly note: string }
  | { readonly type: 'ballot.approved'; readonly person: string; readonly at: string }
  | { readonly type: 'ballot.closed' };
export type BallotRefusal = {
  readonly code: 'exists' | 'not-found' | 'inactive' | 'repeated' | 'closed' | 'taken';
};
export type BallotCommand =
  | { readonly type: 'open'; readonly note: string; readonly reference?: string }
  | { readonly type: 'approve'; readonly person: string }
  | { readonly type: 'close' };

export const ballotFold: Fold<Ballot, BallotEvent> = {
  schema: 1,
  evolve(state, event) {
    switch (event.type) {
      case 'ballot.opened':
        return { approvals: [], open: true, note: event.note };
      case 'ballot.approved':
        return { ...ballot(state), approvals: [...ballot(state).approvals, event.person] };
      case 'ballot.closed':
        return { ...ballot(state), open: false };
      default: {
        const never: never = event;
        return never;
      }
    }
  },
};

function ballot(state: Ballot | null): Ballot {
  if (state === null) throw new Error('no ballot');
  return state;
}

export type BallotExecution = Execution<Ballot, BallotEvent, BallotRefusal>;

export function ballotCommand(
  environment: string,
  stream: string,
  command: BallotCommand,
  idempotency: Idempotency | null = null,
): BallotExecution {
  return {
    id: { environment, stream, kind: 'request' },
    allowed: [environment],
    fold: ballotFold,
    command: { type: command.type, actor: { kind: 'service', service: 'svc_test' }, data: command },
    correlation: null,
    idempotency,
    ids: null,
    readsAuthority: true,
    changesAuthority: false,
    movesClock: false,
    decide(state, { facts, now }) {
      const refuse = (code: BallotRefusal['code']) => ({ ok: false, refusal: { code } }) as const;
      if (command.type === 'open') {
        if (state !== null) return refuse('exists');
        return { ok: true, events: [{ type: 'ballot.opened', note: command.note }] };
      }
      if (state === null) return refuse('not-found');
      if (!state.open) return refuse('closed');
      if (command.type === 'close') return { ok: true, events: [{ type: 'ballot.closed' }] };
      if (facts.person(command.person).value?.active !== true) return refuse('inactive');
      if (state.approvals.includes(command.person)) return refuse('repeated');
      return { ok: true, events: [{ type: 'ballot.approved', person: command.person, at: now }] };
    },
    project: () =>
      command.type === 'open' && command.reference !== undefined
        ? { businessKeys: [{ kind: 'ballot', key: command.reference, release: false }] }
        : {},
    answer: ({ after }) => ({ status: 200, body: JSON.stringify({ approvals: after.approvals.length }) }),
    refuse: ({ code }) => ({ status: 409, body: JSON.stringify({ code }), store: true }),
    taken: () => ({ code: 'taken' }),
  };
}

type People = { readonly revision: number };

/** Records a person, in the directory's stream. */
export function personCommand(
  environment: string,
  person: string,
  active: boolean,
): Execution<People, DirectoryEvent, never> {
  return {
    id: { environment, stream: 'directory', kind: 'directory' },
    allowed: [environment],
    fold: { schema: 1, evolve: (state) => ({ revision: (state?.revision ?? 0) + 1 }) },
    command: {
      type: 'changeDirectory',
      actor: { kind: 'service', service: 'svc_test' },
      data: { person, active },
    },
    correlation: null,
    idempotency: null,
    ids: null,
    readsAuthority: false,
    changesAuthority: true,
    movesClock: false,
    decide: () => ({
      ok: true,
      events: [{ type: 'person.recorded', person, active, manager: null, profile: {} }],
    }),
    project: () => ({ writes: { person: [{ person, active, manager: null }] } }),
    answer: () => ({ status: 200, body: '{}' }),
    refuse: (never) => never,
  };
}
