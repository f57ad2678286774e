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
import { OPEN_REQUEST, openKey, projectRequest } from './requests.project.ts';
import { holderOf } from './requests.queries.ts';
import {
  filerOf,
  type Related,
  RelatedMoved,
  readRelated,
  refuseUnread,
  relatedKeys,
  untilStill,
} from './requests.related.ts';
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

type Running = Pick<RequestDeps, 'engine' | 'reader'>;

/** Runs one command on a request for a caller. */
export const runRequest = (
  deps: Running,
  call: ChangeCall,
  command: RequestCommand | Prepare<RequestCommand>,
): Promise<RequestReply> =>
  untilStill(
    () =>
      change<RequestState, RequestEvent>(deps.engine, call, async () =>
        specOf(deps, call, typeof command === 'function' ? await command() : command),
      ),
    () => false,
  );

async function specOf(
  deps: Running,
  call: ChangeCall,
  command: RequestCommand,
): Promise<ChangeSpec<RequestState, RequestEvent>> {
  const { definition } = command;
  const { compiled } = definition;
  const actor = actorOf(call.principal, call.actFor);
  const filer = filerOf(actor);
  const related = await relatedTo(deps, call, command, filer);
  const data = related === null ? command.data : { ...command.data, related: related.sums };
  return {
    stream: command.request,
    kind: 'request',
    fold: requestFold,
    begins: command.begins ?? false,
    command: { type: data.type, data },
    ids: command.ids,
    decide(state, { commandId, now, facts, directory, version }) {
      command.names?.standAt(directory.revision);
      refuseUnread(related, version);
      const decided = decide(state, { id: commandId, actor, data }, { now, definition: compiled, facts });
      if (!decided.ok) throw fromRefusal(decided.refusal);
      return decided.events;
    },
    project({ before, after }) {
      const { businessKeys = [], ...projection } = projectRequest(before, after);
      const keys = [...businessKeys, ...relatedKeys(related, before, after)];
      return { ...projection, businessKeys: keys, sealed: command.sealed };
    },
    answer: command.answer ?? ((made) => ({ status: 200, body: presentChange(made, definition) })),
    taken: async (holder) =>
      related === null || (await holdsReference(deps, call, command, holder))
        ? openRequestExists(deps, call, holder)
        : new RelatedMoved(),
  };
}

/** What must be known of related requests before the command is decided; null for a definition that asks for none. */
async function relatedTo(
  { engine, reader }: Running,
  call: ChangeCall,
  { definition, data, request }: RequestCommand,
  filer: string,
): Promise<Related | null> {
  if (definition.compiled.totals.length === 0) return null;
  const { environment } = call.principal;
  const { state, version } =
    data.type === 'create'
      ? { state: null, version: 0 }
      : await engine.stream(streamOf(call, request), requestFold);
  const now = await engine.now(environment);
  return readRelated(reader.readAs(environment), environment, definition.compiled, {
    ...{ state, version, data, filer, request, now },
  });
}

/** Is it for the external reference that another request stands in the way, or for a sum that both have read? */
async function holdsReference(
  { engine, reader }: Running,
  call: ChangeCall,
  { data, definition, request }: RequestCommand,
  holder: string,
): Promise<boolean> {
  const { environment } = call.principal;
  const reference =
    data.type === 'create'
      ? data.externalReference
      : ((await engine.stream(streamOf(call, request), requestFold)).state?.externalReference ?? null);
  if (reference === null) return false;
  const key = openKey(definition.name, reference);
  return (await holderOf(reader.readAs(environment), environment, OPEN_REQUEST, key)) === holder;
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
