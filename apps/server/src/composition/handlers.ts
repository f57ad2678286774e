import type { RequestState } from '@countersign/core';
import type { Handlers } from '../http/call.ts';
import type { KeyAuthenticator } from '../modules/access/access.authenticator.ts';
import { guardKeys } from '../modules/access/access.guard.ts';
import { accessHandlers } from '../modules/access/access.handlers.ts';
import { auditHandlers } from '../modules/audit/index.ts';
import { calendarHandlers } from '../modules/calendars/index.ts';
import type { DefinitionStore } from '../modules/definitions/index.ts';
import { definitionHandlers } from '../modules/definitions/index.ts';
import { delegationHandlers } from '../modules/delegations/index.ts';
import { directoryHandlers, people } from '../modules/directory/index.ts';
import { documentHandlers, documents } from '../modules/documents/index.ts';
import { environmentHandlers } from '../modules/environments/environments.handlers.ts';
import { erasureHandlers } from '../modules/erasures/index.ts';
import { eventHandlers } from '../modules/events/index.ts';
import { exchangeRateHandlers } from '../modules/exchange-rates/index.ts';
import { homeHandlers, type OwnSandbox } from '../modules/home/home.handlers.ts';
import { matrixHandlers } from '../modules/matrices/index.ts';
import { readerHandlers } from '../modules/readers/index.ts';
import { findRequest, mayKnow, type RequestDeps, requestHandlers } from '../modules/requests/index.ts';
import { approvalTokens, type TokenKey, tokenHandlers } from '../modules/tokens/index.ts';
import type { Platform } from './platform.ts';
import type { Readers } from './readers.ts';
import { VERSION } from './version.ts';

export type HandlerDeps = {
  readonly platform: Platform;
  readonly definitions: DefinitionStore;
  readonly readers: Readers;
  readonly keys: KeyAuthenticator;
  readonly tokenKey: TokenKey;
  /** Where this server is reached. */
  readonly url: () => string;
  readonly sandbox: () => OwnSandbox | null;
};

/** Every handler of the contract, with what it works on. */
export function composeHandlers(deps: HandlerDeps): Handlers {
  const { platform, definitions, keys, tokenKey } = deps;
  const { reader, now, settings } = platform;
  const guard = guardKeys(platform.engine, keys);
  const engine = guard.engine;

  const load = async (environment: string, request: string): Promise<RequestState | null> =>
    (await findRequest(reader.readAs(environment), environment, request))?.state ?? null;
  const tokens = approvalTokens({ key: tokenKey, issuer: deps.url, load, now, timeOf: engine.now });

  const directory = people({ engine, reader, sealer: platform.sealer, keys: platform.keys });
  const definitionExists = async (environment: string, name: string): Promise<boolean> =>
    (await definitions.newest(environment, name)) !== null;
  const requests: RequestDeps = {
    engine,
    reader,
    definitions,
    sealer: platform.sealer,
    people: directory,
    documents: documents({ reader, keys: platform.keys }),
    tokens,
  };

  const slices = {
    ...requestHandlers(requests),
    ...accessHandlers({
      engine,
      keys,
      reader,
      definitionExists,
    }),
    ...delegationHandlers({ engine, reader, people: directory, definitionExists }),
    ...environmentHandlers({ engine, reader, now }),
    ...definitionHandlers({ engine, reader }),
    ...matrixHandlers({ engine, reader }),
    ...calendarHandlers({ engine, reader }),
    ...exchangeRateHandlers({ engine, reader }),
    ...directoryHandlers({ engine, reader, sealer: platform.sealer }),
    ...documentHandlers({
      engine,
      reader,
      sealer: platform.sealer,
      keys: platform.keys,
      blobs: platform.blobs,
      uploadLimit: settings.uploadLimit,
    }),
    ...eventHandlers({ reader }),
    ...auditHandlers({ reader, checkpoints: platform.checkpoints }),
    ...erasureHandlers({ engine, reader, keys: platform.keys, sealer: platform.sealer }),
    ...readerHandlers({ engine, reader, subscriptions: deps.readers.subscriptions }),
    ...tokenHandlers(tokens, {
      key: tokenKey,
      load,
      timeOf: engine.now,
      mayKnow: (caller, state) => mayKnow(requests, caller, state),
    }),
  };
  const home = homeHandlers({
    version: VERSION,
    mode: settings.mode,
    url: deps.url,
    health: platform.health,
    metrics: settings.metrics ? platform.metrics : null,
    sandbox: deps.sandbox,
    reads: slices,
  });
  return guard.protect({ ...slices, ...home });
}
