import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import {
  keyFile,
  makePlan,
  type Plan,
  readPlan,
  readSecret,
  type SandboxOptions,
  writePlan,
} from './sandbox.plan.ts';
import { fillSample, SAMPLE_REFERENCE } from './sandbox.sample.ts';
import { type SetupDeps, setUp } from './sandbox.setup.ts';

export type { SandboxOptions } from './sandbox.plan.ts';

export type Sandbox = {
  readonly environment: string;
  readonly keyFile: string;
  readonly secret: string;
  /** External reference of the sample request; null in an empty one. */
  readonly sample: string | null;
  /** This start made it. */
  readonly fresh: boolean;
};

export type SandboxDeps = SetupDeps & {
  readonly app: FastifyInstance;
  readonly data: string;
  /** Wall clock, ms. */
  readonly now: () => number;
};

/** Any constant: two processes must not both find the database empty. */
const LOCK = 7_220_653;

/** Makes the sandbox of an empty database, or finds the one that this data directory knows; null: the database is others'. */
export async function openSandbox(deps: SandboxDeps, options: SandboxOptions): Promise<Sandbox | null> {
  const lock = await deps.pool.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [LOCK]);
    return await open(deps, options);
  } finally {
    // Ends the session and with it the lock, whatever state it is in.
    lock.release(true);
  }
}

async function open(deps: SandboxDeps, options: SandboxOptions): Promise<Sandbox | null> {
  const { data } = deps;
  const environments = await inhabited(deps.pool);
  const [known, kept] = [await readPlan(data), await readSecret(data)];
  const found = known !== null && kept !== null ? { plan: known, secret: kept } : null;
  const stands = found !== null && environments.includes(found.plan.environment);
  if (found !== null && stands && found.plan.done) return sandbox(data, found, false);
  if (environments.length > 0 && !stands) return null;
  // Unfinished: go on with what was planned. A plan whose database is gone is not one for this database.
  const going = found !== null && (stands || !found.plan.done) ? found : null;
  const { plan, secret } = going ?? (await makePlan(data, options, deps.now));
  await setUp(deps, plan, secret);
  if (!plan.empty) await fillSample(deps.app, plan, secret);
  await writePlan(data, { ...plan, done: true });
  return sandbox(data, { plan, secret }, true);
}

const sandbox = (
  data: string,
  { plan, secret }: { readonly plan: Plan; readonly secret: string },
  fresh: boolean,
): Sandbox => ({
  environment: plan.environment,
  keyFile: keyFile(data),
  secret,
  sample: plan.empty ? null : SAMPLE_REFERENCE,
  fresh,
});

/** Environments with at least one entry: those that a reader which never read would have to read. */
export async function inhabited(pool: pg.Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ environment_id: string }>(
    "select environment_id from countersign.unread('sandbox')",
  );
  return rows.map((row) => row.environment_id);
}
