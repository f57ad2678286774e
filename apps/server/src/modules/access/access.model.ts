import type { Scope } from '@countersign/contract';

/** The one stream of service accounts, keys and refusals of an environment. */
export const ACCESS_STREAM = 'access';

export type AccessEvent =
  | { readonly type: 'service-account.created'; readonly service: string; readonly name: string }
  | {
      readonly type: 'api-key.created';
      readonly key: string;
      readonly service: string;
      readonly scopes: readonly Scope[];
      /** Null: all. */
      readonly definitions: readonly string[] | null;
      /** Wall clock; null: until revoked. */
      readonly expiresAt: string | null;
    }
  | { readonly type: 'api-key.revoked'; readonly key: string; readonly reason: string | null }
  /** Somebody was refused for who they are (401, 403). `suppressed`: further ones since, left out by the rate. */
  | {
      readonly type: 'access.refused';
      readonly key: string;
      readonly service: string;
      readonly operation: string;
      readonly code: string;
      readonly person: string | null;
      readonly suppressed: number;
    };

export type ServiceAccount = { readonly id: string; readonly name: string; readonly createdAt: string };
export type ApiKey = {
  readonly id: string;
  readonly service: string;
  readonly scopes: readonly Scope[];
  readonly definitions: readonly string[] | null;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
};

/** In the order in which they were created: a place in a list is a cursor. */
export type AccessState = {
  readonly accounts: readonly ServiceAccount[];
  readonly keys: readonly ApiKey[];
  /** Refusals written down so far. */
  readonly refusals: number;
};

const empty: AccessState = { accounts: [], keys: [], refusals: 0 };

export const accessFold = {
  schema: 1,
  evolve(before: AccessState | null, event: AccessEvent, now: string): AccessState {
    const state = before ?? empty;
    switch (event.type) {
      case 'service-account.created': {
        const account = { id: event.service, name: event.name, createdAt: now };
        return { ...state, accounts: [...state.accounts, account] };
      }
      case 'api-key.created': {
        const { key, service, scopes, definitions, expiresAt } = event;
        const made = { id: key, service, scopes, definitions, expiresAt, createdAt: now, revokedAt: null };
        return { ...state, keys: [...state.keys, made] };
      }
      case 'api-key.revoked':
        return {
          ...state,
          keys: state.keys.map((key) => (key.id === event.key ? { ...key, revokedAt: now } : key)),
        };
      case 'access.refused':
        return { ...state, refusals: state.refusals + 1 };
      default: {
        const never: never = event;
        return never;
      }
    }
  },
} as const;
