import { hash } from 'node:crypto';
import { type Scope, scopeNames, unnarrowable } from '@countersign/contract';
import type pg from 'pg';
import type { Reader } from '../../db/read.ts';
import type { Authenticator, Principal } from '../../http/principal.ts';

/** How long a key may be believed without asking again. What commits is checked against the log itself (`stands`). */
const BELIEVED_MS = 5_000;
/** Some 400 bytes each. */
const MAX_KEPT = 20_000;

/** Who presented a key that is no longer good: known well enough to write it down, never to serve it. */
export type Outcast = { readonly environment: string; readonly key: string; readonly service: string };

export type KeyAuthenticator = Authenticator & {
  /**
   * Does the key stand as of this directory revision? Revoking moves the revision, so a command that was decided
   * on the one before is decided again, and asks here again (ENGINE 2).
   */
  stands(environment: string, key: string, revision: number): Promise<boolean>;
  /** The same from memory: null where it was not asked at this revision or a later one. */
  standing(environment: string, key: string, revision: number): boolean | null;
  /** This process revoked it: from now on nobody is served by it. */
  forget(key: string): void;
  /** The revoked or expired key that a refused secret belongs to; null where there is none. */
  outcast(secret: string): Promise<Outcast | null>;
};

type Found = {
  readonly environment_id: string;
  readonly api_key: string;
  readonly service: string;
  readonly scopes: string[];
  readonly environments: string[] | null;
  readonly object_types: string[] | null;
};
type Kept = { readonly principal: Principal; readonly since: number };
type Standing = { readonly good: boolean; readonly asOf: number; readonly expiresAt: number };

const knownScopes = new Set<string>(scopeNames);
/** A scope that an older or newer version wrote, or that a narrowed key cannot hold, gives nothing here. */
const isScope = (name: string): name is Scope => knownScopes.has(name);

export const digestOf = (secret: string): Buffer => hash('sha256', secret, 'buffer');

/** @param now wall clock, ms: expiry is transport time (ENGINE 18). */
export function keyAuthenticator(pool: pg.Pool, reader: Reader, now: () => number): KeyAuthenticator {
  // By digest: a heap dump must not hold secrets.
  const believed = new Map<string, Kept>();
  const standing = new Map<string, Standing>();
  const revoked = new Set<string>();
  // 64 clients of one key came with 64 questions each time that it was no longer believed.
  const finding = joined<Principal | null>();
  const looking = joined<void>();

  async function find(digest: Buffer): Promise<Principal | null> {
    const { rows } = await pool.query<Found>('select * from countersign.find_api_key($1)', [digest]);
    const row = rows[0];
    if (row === undefined || revoked.has(row.api_key)) return null;
    // A key that names environments is good in those only; its own must be among them.
    if (row.environments !== null && !row.environments.includes(row.environment_id)) return null;
    return {
      environment: row.environment_id,
      serviceAccount: row.service,
      key: row.api_key,
      scopes: new Set<Scope>(
        row.scopes.filter(isScope).filter((scope) => row.object_types === null || !unnarrowable.has(scope)),
      ),
      definitions: row.object_types,
    };
  }

  async function ask(environment: string, key: string): Promise<Standing> {
    // One statement, one snapshot: the key is known as it stood at that very revision.
    const rows = await reader.readAs(environment).query<{
      directory_revision: number;
      good: boolean;
      expires_at: Date | null;
    }>(
      `select h.directory_revision, k.revoked_seq is null and s.disabled_seq is null as good, k.expires_at
         from countersign.head h
         join countersign.api_key k on k.environment_id = h.environment_id and k.api_key = $2
         join countersign.service_account s on s.environment_id = k.environment_id and s.service = k.service
        where h.environment_id = $1`,
      [environment, key],
    );
    const row = rows[0];
    if (row === undefined) return { good: false, asOf: Number.POSITIVE_INFINITY, expiresAt: 0 };
    const expiresAt = row.expires_at?.getTime() ?? Number.POSITIVE_INFINITY;
    return { good: row.good, asOf: Number(row.directory_revision), expiresAt };
  }

  const isGood = (key: string, known: Standing): boolean =>
    known.good && known.expiresAt > now() && !revoked.has(key);

  return {
    async authenticate(secret) {
      const name = hash('sha256', secret, 'base64');
      const kept = believed.get(name);
      // Either way: a clock that was set back must not let a key be believed until it has caught up.
      if (kept !== undefined && Math.abs(now() - kept.since) < BELIEVED_MS) return kept.principal;
      believed.delete(name);
      return finding.once(name, async () => {
        // From before it was asked: whoever joins late believes it no longer than whoever came first.
        const since = now();
        const principal = await find(digestOf(secret));
        if (principal === null) return null;
        bound(believed);
        believed.set(name, { principal, since });
        return principal;
      });
    },

    async stands(environment, key, revision) {
      const name = `${environment} ${key}`;
      for (;;) {
        const known = standing.get(name);
        if (known !== undefined && known.asOf >= revision) return isGood(key, known);
        // Whoever joins a look that began before `revision` was committed looks once more.
        await looking.once(name, async () => {
          const asked = await ask(environment, key);
          bound(standing);
          standing.set(name, asked);
        });
      }
    },

    standing(environment, key, revision) {
      const known = standing.get(`${environment} ${key}`);
      return known !== undefined && known.asOf >= revision ? isGood(key, known) : null;
    },

    forget(key) {
      revoked.add(key);
      for (const [name, kept] of believed) if (kept.principal.key === key) believed.delete(name);
    },

    async outcast(secret) {
      const { rows } = await pool.query<{ environment_id: string; api_key: string; service: string }>(
        'select * from countersign.find_refused_api_key($1)',
        [digestOf(secret)],
      );
      const row = rows[0];
      return row === undefined
        ? null
        : { environment: row.environment_id, key: row.api_key, service: row.service };
    },
  };
}

/** Work under way under a name is waited for, instead of being done beside itself. */
function joined<T>() {
  const under = new Map<string, Promise<T>>();
  return {
    once(name: string, work: () => Promise<T>): Promise<T> {
      const going = under.get(name) ?? work().finally(() => under.delete(name));
      under.set(name, going);
      return going;
    },
  };
}

/** The oldest goes first; whoever comes back is asked about again. */
function bound(map: Map<string, unknown>): void {
  if (map.size < MAX_KEPT) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
