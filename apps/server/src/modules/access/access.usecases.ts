import {
  type AnswerOf,
  type BodyOf,
  type FieldError,
  type ProblemCode,
  unnarrowable,
} from '@countersign/contract';
import type { Engine } from '../../engine/engine.ts';
import type { Call, Reply } from '../../http/call.ts';
import { change, idsOf } from '../../http/change.ts';
import type { Principal } from '../../http/principal.ts';
import { ProblemError } from '../../http/problem.ts';
import { digestOf, type KeyAuthenticator } from './access.authenticator.ts';
import {
  ACCESS_STREAM,
  type AccessEvent,
  type AccessState,
  type ApiKey,
  accessFold,
} from './access.model.ts';

export type AccessDeps = {
  readonly engine: Engine;
  readonly keys: Pick<KeyAuthenticator, 'forget'>;
  readonly definitionExists: (environment: string, name: string) => Promise<boolean>;
};

const stream = { stream: ACCESS_STREAM, kind: 'access', fold: accessFold } as const;
const ofType = <T extends AccessEvent['type']>(events: readonly AccessEvent[], type: T) => {
  const found = events.find((event): event is Extract<AccessEvent, { type: T }> => event.type === type);
  if (found === undefined) throw new Error(`no ${type} was made`);
  return found;
};

export async function createServiceAccount(
  { engine }: AccessDeps,
  call: Call<'createServiceAccount'>,
): Promise<Reply> {
  const { name } = call.body;
  const ids = await idsOf(engine, call);
  const service = ids.id('svc');
  return change<AccessState, AccessEvent>(engine, call, {
    ...stream,
    ids,
    command: { type: 'createServiceAccount', data: { service, name } },
    decide: (state) => {
      if (state?.accounts.some((account) => account.name === name)) {
        throw new ProblemError('name-taken', {
          detail: `There is a service account named ${name}.`,
          errors: [{ field: 'name', code: 'name-taken', message: 'Another service account has this name.' }],
        });
      }
      return [{ type: 'service-account.created', service, name }];
    },
    project: () => ({ writes: { service_account: [{ service, name }] } }),
    answer: ({ now }) => ({ status: 201, body: { id: service, name, createdAt: now } }),
  });
}

export async function createApiKey(deps: AccessDeps, call: Call<'createApiKey'>): Promise<Reply> {
  const { engine } = deps;
  const { body, principal } = call;
  await refuseMore(deps, principal, body);
  const ids = await idsOf(engine, call);
  const key = ids.id('key');
  const secret = `csk_${Buffer.from(ids.bytes(32)).toString('base64url')}`;
  const scopes = [...new Set(body.scopes)].sort();
  const definitions = body.definitions ? [...new Set(body.definitions)].sort() : null;
  const expiresAt = body.expiresAt === undefined ? null : new Date(body.expiresAt).toISOString();
  const made: AccessEvent = {
    type: 'api-key.created',
    key,
    service: body.serviceAccount,
    scopes,
    definitions,
    expiresAt,
  };
  const reply = await change<AccessState, AccessEvent>(engine, call, {
    ...stream,
    ids,
    command: {
      type: 'createApiKey',
      data: { key, service: body.serviceAccount, scopes, definitions, expiresAt },
    },
    decide: (state) => {
      refuseLonger(state, principal, expiresAt);
      if (state?.accounts.some((account) => account.id === body.serviceAccount)) return [made];
      const message = 'There is no such service account.';
      throw new ProblemError('unknown-service-account', {
        detail: message,
        errors: [{ field: 'serviceAccount', code: 'unknown-service-account', message }],
      });
    },
    project: () => ({
      writes: {
        api_key: [
          {
            api_key: key,
            service: body.serviceAccount,
            token_hash: digestOf(secret).toString('hex'),
            scopes,
            environments: [principal.environment],
            object_types: definitions,
            expires_at: expiresAt,
          },
        ],
      },
    }),
    // Stored without the secret: a replay tells that the key exists, and no more.
    answer: ({ after }) => ({ status: 201, body: { ...presentKey(keyIn(after, key)), secret: null } }),
  });
  if (reply.replayed || reply.text === undefined) return reply;
  const answer: AnswerOf<'createApiKey'>[201] = JSON.parse(reply.text);
  return {
    ...reply,
    text: JSON.stringify({ ...answer, secret }),
    headers: { ...reply.headers, ...NO_STORE },
  };
}

const NO_STORE = { 'Cache-Control': 'no-store' };

/** Nobody gives more than they hold, and nothing that the key's own limits could not hold. */
async function refuseMore(
  { definitionExists }: AccessDeps,
  { environment, scopes }: Principal,
  body: BodyOf<'createApiKey'>,
): Promise<void> {
  const refuse = (code: ProblemCode, errors: readonly Omit<FieldError, 'code'>[]): void => {
    const [first] = errors;
    if (first === undefined) return;
    throw new ProblemError(code, {
      detail: first.message,
      errors: errors.map((error) => ({ ...error, code })),
    });
  };
  const asked = body.scopes.map((scope, i) => ({ scope, field: `scopes[${i}]` }));
  refuse(
    'scope-exceeds-own',
    asked
      .filter(({ scope }) => !scopes.has(scope))
      .map(({ scope, field }) => ({ field, message: `The key in use does not hold the scope ${scope}.` })),
  );
  if (body.definitions === undefined) return;
  refuse(
    'scope-not-narrowable',
    asked
      .filter(({ scope }) => unnarrowable.has(scope))
      .map(({ scope, field }) => ({
        field,
        message: `${scope} reaches over all definitions, so a key for some cannot hold it.`,
      })),
  );
  for (const [i, name] of body.definitions.entries()) {
    if (await definitionExists(environment, name)) continue;
    refuse('unknown-definition', [
      { field: `definitions[${i}]`, message: `There is no definition ${name}.` },
    ]);
  }
}

/** A key that ends gives none that outlives it, or its end would mean nothing. */
function refuseLonger(state: AccessState | null, principal: Principal, expiresAt: string | null): void {
  const ends = state?.keys.find(({ id }) => id === principal.key)?.expiresAt ?? null;
  if (ends === null || (expiresAt !== null && expiresAt <= ends)) return;
  const message = `The key in use ends at ${ends}: name an \`expiresAt\` no later than that.`;
  throw new ProblemError('scope-exceeds-own', {
    detail: message,
    errors: [{ field: 'expiresAt', code: 'scope-exceeds-own', message }],
  });
}

/** From its acknowledgement on, no command that was authorized by the key commits, in any process. */
export async function revokeApiKey({ engine, keys }: AccessDeps, call: Call<'revokeApiKey'>): Promise<Reply> {
  const { key } = call.params;
  const reason = call.body.reason ?? null;
  const reply = await change<AccessState, AccessEvent>(engine, call, {
    ...stream,
    command: { type: 'revokeApiKey', data: { key, reason } },
    changesAuthority: true,
    decide: (state) => {
      const found = state?.keys.find((each) => each.id === key);
      if (found === undefined) throw new ProblemError('not-found', { detail: 'There is no such API key.' });
      if (found.revokedAt !== null) {
        throw new ProblemError('already-revoked', {
          detail: `The key was revoked at ${found.revokedAt}.`,
          data: { revokedAt: found.revokedAt },
        });
      }
      return [{ type: 'api-key.revoked', key, reason }];
    },
    project: ({ events }) => ({
      writes: { api_key_revoked: [{ api_key: ofType(events, 'api-key.revoked').key }] },
    }),
    answer: ({ after }) => ({ status: 200, body: presentKey(keyIn(after, key)) }),
  });
  // The answer may be a stored refusal, whose key stands, or is another environment's.
  if (reply.status < 400) keys.forget(key);
  return reply;
}

function keyIn(state: AccessState, key: string): ApiKey {
  const found = state.keys.find((each) => each.id === key);
  if (found === undefined) throw new Error(`${key} is not in the state that its entry made`);
  return found;
}

export function presentKey(key: ApiKey): AnswerOf<'listApiKeys'>[200]['items'][number] {
  const { id, service, scopes, definitions, createdAt, expiresAt, revokedAt } = key;
  return {
    id,
    serviceAccount: service,
    scopes: [...scopes],
    definitions: definitions === null ? null : [...definitions],
    createdAt,
    expiresAt,
    revokedAt,
  };
}
