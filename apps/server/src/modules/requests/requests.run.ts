import {
  type CommandData,
  decide,
  evolve,
  evolveAll,
  type RequestEvent,
  type RequestState,
} from '@countersign/core';
import type { SealedRow } from '../../db/commit-proposal.ts';
import type { Change } from '../../engine/execution.ts';
import type { Ids } from '../../engine/ids.ts';
import {
  actorOf,
  type ChangeCall,
  type ChangeReply,
  type ChangeSpec,
  change,
  type Prepare,
} from '../../http/change.ts';
import type { Principal } from '../../http/principal.ts';
import { fromRefusal, notFound, ProblemError } from '../../http/problem.ts';
import type { PublishedDefinition } from '../definitions/index.ts';
import type { Names } from './requests.names.ts';
import type { RequestDeps } from './requests.ports.ts';
import { present } from './requests.present.ts';
import { projectRequest } from './requests.project.ts';

export const requestFold = { schema: 1, evolve, evolveAll } as const;

export type RequestChange = Change<RequestState, RequestEvent>;
export type RequestReply = ChangeReply<RequestState, RequestEvent>;

/** What a use case gives to the pipeline, beyond what the call says. */
export type RequestCommand = {
  readonly request: string;
  readonly data: CommandData;
  readonly definition: PublishedDefinition;
  readonly ids: Ids;
  readonly sealed?: readonly SealedRow[];
  /** The request's id has just been drawn. */
  readonly begins?: boolean;
  /** What names were taken to mean; absent: `data` depends on none. */
  readonly names?: Names;
  /** Status and body of the answer; the request itself by default. */
  readonly answer?: (change: RequestChange) => { readonly status: number; readonly body: unknown };
};

/** Runs one command on a request for a caller. */
export function runRequest(
  deps: Pick<RequestDeps, 'engine'>,
  call: ChangeCall,
  command: RequestCommand | Prepare<RequestCommand>,
): Promise<RequestReply> {
  return change<RequestState, RequestEvent>(
    deps.engine,
    call,
    typeof command === 'function' ? async () => specOf(call, await command()) : specOf(call, command),
  );
}

function specOf(call: ChangeCall, command: RequestCommand): ChangeSpec<RequestState, RequestEvent> {
  const { definition, data } = command;
  const actor = actorOf(call.principal, call.actFor);
  return {
    stream: command.request,
    kind: 'request',
    fold: requestFold,
    begins: command.begins ?? false,
    command: { type: data.type, data },
    ids: command.ids,
    decide(state, { commandId, now, facts, directory }) {
      command.names?.standAt(directory.revision);
      const decided = decide(
        state,
        { id: commandId, actor, data },
        { now, definition: definition.compiled, facts },
      );
      if (!decided.ok) throw fromRefusal(decided.refusal);
      return decided.events;
    },
    project: ({ before, after }) => ({ ...projectRequest(before, after), sealed: command.sealed }),
    answer: command.answer ?? ((made) => ({ status: 200, body: presentChange(made, definition) })),
    taken: (holder) =>
      new ProblemError('open-request-exists', {
        detail: `The request ${holder} is open for this definition and external reference.`,
        data: { request: holder, location: `/v1/approval-requests/${holder}` },
      }),
  };
}

type Fields = Parameters<typeof present>[1];

/** The request after a change, personal values sealed. */
export const presentChange = (
  { after, version }: RequestChange,
  definition: PublishedDefinition,
): ReturnType<typeof present> =>
  present({ state: after, version, definitionVersion: definition.version }, {
    ...after.revision.fields,
  } as Fields);

type Loading = Pick<RequestDeps, 'engine' | 'definitions'>;
type LoadedRequest = { state: RequestState; version: number; definition: PublishedDefinition };

/** The request as it stands and its definition, if this key may know of them. */
export async function loadRequest(
  deps: Loading,
  principal: Principal,
  request: string,
): Promise<LoadedRequest> {
  const id = { environment: principal.environment, kind: 'request', stream: request } as const;
  return visible(deps, principal, request, await deps.engine.stream(id, requestFold));
}

/** The definition that a request pinned, if this key may know of it: it never changes, so what is known is enough. */
export async function pinnedDefinition(
  deps: Loading,
  principal: Principal,
  request: string,
): Promise<PublishedDefinition> {
  const id = { environment: principal.environment, kind: 'request', stream: request } as const;
  return (await visible(deps, principal, request, await deps.engine.known(id, requestFold))).definition;
}

async function visible(
  deps: Loading,
  principal: Principal,
  request: string,
  { state, version }: { readonly state: RequestState | null; readonly version: number },
): Promise<LoadedRequest> {
  if (state === null || !covers(principal, state.definition)) throw notFound('approval request');
  const definition = await deps.definitions.byDigest(principal.environment, state.definitionDigest);
  if (definition === null) throw new Error(`the definition ${state.definitionDigest} of ${request} is gone`);
  return { state, version, definition };
}

export const covers = (principal: Principal, definition: string): boolean =>
  principal.definitions === null || principal.definitions.includes(definition);
