import type { RouteId } from '@countersign/contract';
import type { RequestState } from '@countersign/core';
import type { Handler, Handlers } from '../http/call.ts';
import { ProblemError } from '../http/problem.ts';
import type { KeyAuthenticator } from '../modules/access/access.authenticator.ts';
import { guardKeys } from '../modules/access/access.guard.ts';
import { accessHandlers } from '../modules/access/access.handlers.ts';
import { auditHandlers } from '../modules/audit/index.ts';
import type { DefinitionStore } from '../modules/definitions/definitions.store.ts';
import { environmentHandlers } from '../modules/environments/environments.handlers.ts';
import { erasureHandlers } from '../modules/erasures/index.ts';
import { eventHandlers } from '../modules/events/index.ts';
import { homeHandlers } from '../modules/home/home.handlers.ts';
import { findRequest } from '../modules/requests/requests.queries.ts';
import { tokenHandlers } from '../modules/tokens/tokens.handlers.ts';
import type { TokenKey } from '../modules/tokens/tokens.keys.ts';
import { approvalTokens } from '../modules/tokens/tokens.ts';
import type { Platform } from './platform.ts';
import { VERSION } from './version.ts';

export type HandlerDeps = {
  readonly platform: Platform;
  readonly definitions: DefinitionStore;
  readonly keys: KeyAuthenticator;
  readonly tokenKey: TokenKey;
  /** Where this server is reached. */
  readonly url: () => string;
  readonly sandbox: () => { readonly environment: string; readonly keyFile: string } | null;
};

/** Temporary: a route whose module is not there yet. */
const pending =
  <Id extends RouteId>(id: Id): Handler<Id> =>
  async () => {
    throw new ProblemError('unavailable', { detail: `${id} is not served yet.` });
  };

/** Every handler of the contract, with what it works on. */
export function composeHandlers(deps: HandlerDeps): Handlers {
  const { platform, definitions, keys, tokenKey } = deps;
  const { reader, now, settings } = platform;
  const guard = guardKeys(platform.engine, keys);
  const engine = guard.engine;

  const load = async (environment: string, request: string): Promise<RequestState | null> =>
    (await findRequest(reader.readAs(environment), environment, request))?.state ?? null;
  const tokens = approvalTokens({ key: tokenKey, issuer: deps.url, load, now });

  const slices = {
    ...accessHandlers({
      engine,
      keys,
      reader,
      definitionExists: async (environment, name) => (await definitions.newest(environment, name)) !== null,
    }),
    ...environmentHandlers({ engine, reader, now }),
    ...eventHandlers({ reader }),
    ...auditHandlers({ reader, checkpoints: platform.checkpoints }),
    ...erasureHandlers({ engine, reader, keys: platform.keys, sealer: platform.sealer }),
    ...tokenHandlers(tokens, { key: tokenKey, load }),
    createApprovalRequest: pending('createApprovalRequest'),
    listApprovalRequests: pending('listApprovalRequests'),
    getApprovalRequest: pending('getApprovalRequest'),
    submitApprovalRequest: pending('submitApprovalRequest'),
    reviseApprovalRequest: pending('reviseApprovalRequest'),
    cancelApprovalRequest: pending('cancelApprovalRequest'),
    reopenApprovalRequest: pending('reopenApprovalRequest'),
    holdApprovalRequest: pending('holdApprovalRequest'),
    releaseApprovalRequest: pending('releaseApprovalRequest'),
    answerCheck: pending('answerCheck'),
    getHistory: pending('getHistory'),
    explainApprovalRequest: pending('explainApprovalRequest'),
    recordEffect: pending('recordEffect'),
    listAssignments: pending('listAssignments'),
    getAssignment: pending('getAssignment'),
    decideAssignment: pending('decideAssignment'),
    reassignAssignment: pending('reassignAssignment'),
    createDelegation: pending('createDelegation'),
    listDelegations: pending('listDelegations'),
    revokeDelegation: pending('revokeDelegation'),
    checkDefinition: pending('checkDefinition'),
    publishDefinition: pending('publishDefinition'),
    listDefinitions: pending('listDefinitions'),
    getDefinition: pending('getDefinition'),
    getDefinitionVersion: pending('getDefinitionVersion'),
    publishMatrix: pending('publishMatrix'),
    listMatrices: pending('listMatrices'),
    getMatrix: pending('getMatrix'),
    getMatrixVersion: pending('getMatrixVersion'),
    uploadDocument: pending('uploadDocument'),
    uploadDocumentVersion: pending('uploadDocumentVersion'),
    getDocument: pending('getDocument'),
    getDocumentVersion: pending('getDocumentVersion'),
    downloadDocumentVersion: pending('downloadDocumentVersion'),
    changeDirectory: pending('changeDirectory'),
    listPeople: pending('listPeople'),
    getPerson: pending('getPerson'),
    listGroups: pending('listGroups'),
    getGroup: pending('getGroup'),
    listRoles: pending('listRoles'),
    getRole: pending('getRole'),
  };
  const home = homeHandlers({
    version: VERSION,
    mode: settings.mode,
    url: deps.url,
    health: platform.health,
    metrics: settings.metrics ? platform.metrics : null,
    sandbox: async () => deps.sandbox(),
    reads: slices,
  });
  return guard.protect({ ...slices, ...home });
}
