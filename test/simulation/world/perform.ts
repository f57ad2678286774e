import { type DirectoryChange, type DirectoryEvent, decideDirectory } from '@countersign/core';
import type { Reader } from '../../../apps/server/src/db/read.ts';
import type { Engine } from '../../../apps/server/src/engine/index.ts';
import type { Call, Reply } from '../../../apps/server/src/http/call.ts';
import { type ChangeCall, change, idsOf } from '../../../apps/server/src/http/change.ts';
import { ProblemError } from '../../../apps/server/src/http/problem.ts';
import type { DefinitionStore } from '../../../apps/server/src/modules/definitions/index.ts';
import {
  createDelegation,
  revokeDelegation,
} from '../../../apps/server/src/modules/delegations/delegations.usecases.ts';
import { rowsOf } from '../../../apps/server/src/modules/directory/directory.decide.ts';
import { type DirectoryState, directoryStream } from '../../../apps/server/src/modules/directory/index.ts';
import { environmentHandlers } from '../../../apps/server/src/modules/environments/environments.handlers.ts';
import { presentChange, runRequest } from '../../../apps/server/src/modules/requests/requests.run.ts';
import { type Answer, digestOf, type Operation } from './operation.ts';

/** What one simulated process gives to the server's own use cases. */
export type Parts = {
  readonly engine: Engine;
  readonly reader: Reader;
  readonly definitions: DefinitionStore;
  readonly wall: () => number;
};

/** Runs an operation in a process, down the way that a call of the API takes behind its edge. */
export async function perform(parts: Parts, operation: Operation): Promise<Answer> {
  try {
    const reply = await replyTo(parts, operation);
    const { 'Countersign-Seq': seq, 'Countersign-Leaf': leaf } = reply.headers ?? {};
    const text = reply.text ?? JSON.stringify(reply.body ?? null);
    return { status: reply.status, text, seq: seq === undefined ? null : Number(seq), leaf: hex(leaf) };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { status, body } = error.answer(operation.id);
    return { status, text: JSON.stringify(body), seq: null, leaf: null };
  }
}

const hex = (leaf: string | number | undefined): string | null => (leaf === undefined ? null : String(leaf));

async function replyTo(parts: Parts, operation: Operation): Promise<Reply> {
  const { act } = operation;
  const call = callOf(operation);
  const { engine, reader, definitions, wall } = parts;
  // These use cases read of a call what `callOf` gives, its body and its parameters.
  const as = (body: unknown, params: unknown) => ({ ...call, body, params }) as never;
  const people = { resolve: async (_environment: string, person: string) => person };
  const delegating = { engine, reader, people, definitionExists: async () => true };
  switch (act.kind) {
    case 'create': {
      const { kind: _, ...data } = act;
      const definition = await definitions.byDigest(operation.environment, act.definitionDigest);
      if (definition === null) throw new Error(`no definition ${act.definitionDigest}`);
      const ids = await idsOf(engine, call);
      const request = ids.id('req');
      return runRequest({ engine, reader }, call, {
        request,
        definition,
        ids,
        begins: true,
        data: { type: 'create', request, ...data },
        answer: (made) => ({ status: 201, body: presentChange(made, definition) }),
      });
    }
    case 'request': {
      const definition = await definitions.byDigest(operation.environment, act.digest);
      if (definition === null) throw new Error(`no definition ${act.digest}`);
      const ids = await idsOf(engine, call);
      return runRequest({ engine, reader }, call, { request: act.request, definition, ids, data: act.data });
    }
    case 'directory':
      return changeDirectory(engine, call, act.changes);
    case 'grant': {
      const { kind: _, ...body } = act;
      return createDelegation(delegating, as(body, {}) as Call<'createDelegation'>);
    }
    case 'revoke':
      return revokeDelegation(delegating, as({}, { delegation: act.delegation }) as Call<'revokeDelegation'>);
    case 'clock': {
      const { kind: _, ...body } = act;
      return environmentHandlers({ engine, reader, now: wall }).setClock(as(body, {}));
    }
    case 'poison':
      return change<{ n: number }, { type: 'poisoned' }>(engine, call, {
        stream: 'environment/poison',
        kind: 'environment',
        fold: { schema: 1, evolve: (state) => ({ n: (state?.n ?? 0) + 1 }) },
        command: { type: 'poison', data: {} },
        decide: () => [{ type: 'poisoned' }],
        project: () => ({ writes: { nonsense: [{}] } as object }),
        answer: () => ({ status: 200, body: {} }),
      });
    default: {
      const never: never = act;
      return never;
    }
  }
}

function callOf(operation: Operation): ChangeCall {
  const { id, environment, service, actFor } = operation;
  return {
    // Names the route in one message only.
    id: 'createApprovalRequest',
    principal: { environment, serviceAccount: service, key: 'key', scopes: new Set(), definitions: null },
    actFor,
    idempotencyKey: id,
    requestDigest: digestOf(operation),
    correlationId: id,
  };
}

function changeDirectory(
  engine: Engine,
  call: ChangeCall,
  changes: readonly DirectoryChange[],
): Promise<Reply> {
  const command = { type: 'changeDirectory', changes } as const;
  return change<DirectoryState, DirectoryEvent>(engine, call, {
    ...directoryStream,
    command: { type: 'changeDirectory', data: command },
    decide(_state, { directory, now }) {
      const decided = decideDirectory(directory, command, now);
      if (decided.ok) return decided.events;
      throw new ProblemError('validation-failed', { detail: decided.message });
    },
    project: ({ events }) => ({ writes: rowsOf(events, new Map()) }),
    answer: ({ events }) => ({ status: 200, body: { events: events.length } }),
  });
}
