import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import pg from 'pg';
import { parseAddress } from './address.ts';
import { openClient } from './client.ts';

/** The application's login: it owns nothing and cannot pass row-level security. Migrations grant to this name. */
export const APP_ROLE = 'countersign_app';
/** Owns every table where the migrating login is a superuser, so that no function of ours runs as one. */
export const OWNER_ROLE = 'countersign_owner';

/** The database's roles are not what the platform needs; `action` says what an administrator can run. */
export class RoleError extends Error {
  readonly code = 'database-roles';
  readonly action: string;

  constructor(message: string, action: string) {
    super(`${message} ${action}`);
    this.name = 'RoleError';
    this.action = action;
  }
}

/**
 * The application's address, from the owner's. Its password is HMAC-SHA-256(owner's password, role name):
 * every process that knows the owner's address knows it, and nothing has to be stored.
 */
export function appUrl(ownerUrl: string): string {
  const { url, unparse } = parseAddress(ownerUrl);
  url.username = APP_ROLE;
  url.password = appPassword(ownerUrl) ?? '';
  return unparse();
}

/** The same server and login, another database. */
export function withDatabase(url: string, database: string): string {
  const parsed = parseAddress(url);
  parsed.url.pathname = `/${encodeURIComponent(database)}`;
  return parsed.unparse();
}

function appPassword(ownerUrl: string): string | undefined {
  const secret = decodeURIComponent(parseAddress(ownerUrl).url.password);
  return secret === '' ? undefined : createHmac('sha256', secret).update(APP_ROLE).digest('hex');
}

interface Login {
  readonly name: string;
  readonly superuser: boolean;
  readonly database: string;
}

/**
 * Makes the roles where they are missing and turns the session into the owner's.
 * @throws RoleError when the login may not make them.
 */
export async function becomeOwner(client: pg.Client): Promise<void> {
  const found = await client.query<Login>(
    `select current_user as name, rolsuper as superuser, current_database() as database
       from pg_roles where rolname = current_user`,
  );
  const login = found.rows[0];
  if (login === undefined) throw new RoleError('The login has no role.', 'Check DATABASE_OWNER_URL.');
  await ensureRole(client, login, APP_ROLE, 'login');
  await refuseMightyApp(client);
  if (!login.superuser) return;
  await ensureRole(client, login, OWNER_ROLE, 'nologin');
  const database = pg.escapeIdentifier(login.database);
  await client.query(`alter database ${database} owner to ${OWNER_ROLE}`);
  await client.query(`set role ${OWNER_ROLE}`);
}

async function ensureRole(
  client: pg.Client,
  login: Login,
  role: string,
  kind: 'login' | 'nologin',
): Promise<void> {
  const exists = await client.query('select 1 from pg_roles where rolname = $1', [role]);
  if (exists.rowCount !== 0) return;
  const statement = `create role ${role} ${kind} nosuperuser nobypassrls nocreatedb nocreaterole`;
  try {
    await client.query(statement);
  } catch (error) {
    const code = error instanceof pg.DatabaseError ? error.code : undefined;
    // Roles belong to the whole server: a migration of another database may have made it meanwhile.
    if (code === '42710' || code === '23505') return;
    if (code !== '42501') throw error;
    throw new RoleError(
      `${login.name} may not create the role ${role}.`,
      `As an administrator run: ${statement};`,
    );
  }
}

async function refuseMightyApp(client: pg.Client): Promise<void> {
  const mighty = await client.query(
    `select 1 from pg_roles where rolname = $1
        and (rolsuper or rolbypassrls or pg_has_role(rolname, current_user, 'member'))`,
    [APP_ROLE],
  );
  if (mighty.rowCount === 0) return;
  throw new RoleError(
    `${APP_ROLE} must be no superuser, must not bypass row-level security and must not be a member of the owner.`,
    `As an administrator run: alter role ${APP_ROLE} nosuperuser nobypassrls;`,
  );
}

/**
 * Lets the application log in with the password of `appUrl(ownerUrl)`; returns that address.
 * Not needed where an operator gives the application's own address.
 */
export async function enableAppLogin(ownerUrl: string): Promise<string> {
  const app = appUrl(ownerUrl);
  if (await canLogIn(app)) return app;
  const password = appPassword(ownerUrl);
  if (password === undefined) {
    throw new RoleError(
      `${APP_ROLE} cannot log in, and the owner's address holds no password to derive one from.`,
      'Set DATABASE_URL to an address of the application and DATABASE_OWNER_URL to the owner.',
    );
  }
  const client = openClient({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(`alter role ${APP_ROLE} login password '${scramVerifier(password)}'`);
  } finally {
    await client.end();
  }
  return app;
}

async function canLogIn(url: string): Promise<boolean> {
  const client = openClient({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code?.startsWith('28') === true) return false;
    // pg refuses on our side when a server asks for a password that the address does not hold.
    if (error instanceof Error && error.message.includes('password')) return false;
    throw error;
  } finally {
    await client.end();
  }
}

/** RFC 5803: the server gets a verifier, so the password never stands in its statement log. */
function scramVerifier(password: string): string {
  const iterations = 4096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const keyed = (label: string) => createHmac('sha256', salted).update(label).digest();
  const stored = createHash('sha256').update(keyed('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${keyed('Server Key').toString('base64')}`;
}
