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
import { fromRefusal, notFound, ProblemError } from '../../http/problem.ts';
import type { PublishedDefinition } from '../definitions/index.ts';
import type { Names } from './requests.names.ts';
import type { RequestDeps } from './requests.ports.ts';
import { present } from './requests.present.ts';
import { projectRequest } from './requests.project.ts';
import { type Caller, mayKnow } from './requests.visibility.ts';

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
    typeof command === 'function'
      ? async () => specOf(deps, call, await command())
      : specOf(deps, call, command),
  );
}

function specOf(
  deps: Pick<RequestDeps, 'engine'>,
  call: ChangeCall,
  command: RequestCommand,
): ChangeSpec<RequestState, RequestEvent> {
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
    taken: (holder) => openRequestExists(deps, call, holder),
  };
}

/** Names the request in the way, to whom it may be named. */
export async function openRequestExists(
  deps: Pick<RequestDeps, 'engine'>,
  caller: Caller,
  holder: string,
): Promise<ProblemError> {
  const { state } = await deps.engine.stream(streamOf(caller, holder), requestFold);
  if (state === null || !(await mayKnow(deps, caller, state))) {
    return new ProblemError('open-request-exists', {
      detail: 'A request that you may not know of is open for this definition and external reference.',
    });
  }
  return new ProblemError('open-request-exists', {
    detail: `The request ${holder} is open for this definition and external reference.`,
    data: { request: holder, location: `/v1/approval-requests/${holder}` },
  });
}

type Fields = Parameters<typeof present>[1];

/** The request after a change, personal values sealed. */
export const presentChange = (
  { after, version }: RequestChange,
  definition: PublishedDefinition,
): ReturnType<typeof present> =>
  present({ state: after, version, definition, createdSeq: null }, {
    ...after.revision.fields,
  } as Fields);

type Loading = Pick<RequestDeps, 'engine' | 'definitions'>;
type LoadedRequest = { state: RequestState; version: number; definition: PublishedDefinition };

/** The request as it stands and its definition, if this caller may know of them. */
export async function loadRequest(deps: Loading, caller: Caller, request: string): Promise<LoadedRequest> {
  const found = await deps.engine.stream(streamOf(caller, request), requestFold);
  if (found.state === null || !(await mayKnow(deps, caller, found.state))) throw notFound('approval request');
  const { state, version } = found;
  return { state, version, definition: await definitionOf(deps, caller, state) };
}

/** The definition that a request pinned, if this caller may know of it: it never changes, so what is known is enough. */
export async function pinnedDefinition(
  deps: Loading,
  caller: Caller,
  request: string,
): Promise<PublishedDefinition> {
  const { state } = await deps.engine.known(streamOf(caller, request), requestFold);
  if (state !== null && (await mayKnow(deps, caller, state))) return definitionOf(deps, caller, state);
  // Who may know of a request changes with it: a draft is submitted, somebody is asked.
  return (await loadRequest(deps, caller, request)).definition;
}

const streamOf = ({ principal }: Caller, request: string) =>
  ({ environment: principal.environment, kind: 'request', stream: request }) as const;

async function definitionOf(
  deps: Loading,
  { principal }: Caller,
  { request, definitionDigest }: RequestState,
): Promise<PublishedDefinition> {
  const definition = await deps.definitions.byDigest(principal.environment, definitionDigest);
  if (definition === null) throw new Error(`the definition ${definitionDigest} of ${request} is gone`);
  return definition;
}
