import pg from 'pg';
import type { Primary } from './primary.ts';

export interface PoolOptions {
  /** Address of the application's login: neither owner nor superuser. */
  readonly url: string;
  /** Connections at most. */
  readonly max: number;
  readonly applicationName: string;
  /** An idle connection broke, for example because the server restarted; the pool replaces it. */
  readonly onError: (error: Error) => void;
  /** Where the database is not our own: its connections go to the server that takes writes. */
  readonly primary?: Primary | undefined;
}

/** `pg` hands out bigint as text; ours count entries and bytes and stay far below 2^53. */
function parseBigint(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is beyond 2^53`);
  return value;
}

/** Type OID 20 is int8 (pg_type.dat). */
const INT8 = 20;

/**
 * By index, whatever the statistics of the day say: a plan that was made while a table was small, or that counts on
 * a limit, reads all of it some day.
 */
const PLANS = 'set enable_seqscan = off; set jit = off';
/** For a new session, and for what it is told first. */
const CONNECT_MS = 3_000;
const FIRST: pg.QueryConfig & { readonly query_timeout: number } = { text: PLANS, query_timeout: CONNECT_MS };

export function openPool(options: PoolOptions): pg.Pool {
  const types = new pg.TypeOverrides();
  types.setTypeParser(INT8, parseBigint);
  const config: pg.PoolConfig & { readonly onConnect: (client: pg.ClientBase) => Promise<unknown> } = {
    connectionString: options.url,
    max: options.max,
    application_name: options.applicationName,
    // For a new connection, or a free one: a caller who waits longer is told to come again.
    connectionTimeoutMillis: CONNECT_MS,
    // A new session costs both sides milliseconds of key derivation, and its caches; pg ends idle ones after ten seconds.
    idleTimeoutMillis: 600_000,
    types,
    // Before anybody gets the session. The types of pg do not know it yet.
    onConnect: (client) => client.query(FIRST),
    ...(options.primary === undefined ? {} : { Client: options.primary.Client }),
  };
  const pool = new pg.Pool(config);
  pool.on('error', options.onError);
  // The pool listens to its idle connections only. One that breaks while it is in use tells so in the answer to its
  // statement, and by an event besides, which would end the process if nobody listened.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/**
 * Refuses a login that row-level security would not bind: a superuser, an owner of one of our tables, or a role that
 * bypasses it (ENGINE 21 of the design).
 */
export async function assertAppRole(pool: pg.Pool): Promise<void> {
  const found = await pool.query<{ name: string; mighty: boolean; owner: boolean }>(
    `select current_user as name, rolsuper or rolbypassrls as mighty,
            exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
                     where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema')
                       and pg_has_role(current_user, c.relowner, 'member')) as owner
       from pg_roles where rolname = current_user`,
  );
  const login = found.rows[0];
  if (login !== undefined && !login.mighty && !login.owner) return;
  throw new Error(
    `The database login ${login?.name ?? '?'} is a superuser, bypasses row-level security or owns tables. ` +
      'Set DATABASE_URL to the application login, and DATABASE_OWNER_URL to the owner.',
  );
}
