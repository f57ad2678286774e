import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { randomIds, seededIds } from '../engine/ids.ts';
import { readIfThere } from '../engine/seal/index.ts';

export type SandboxOptions = {
  /** Ids, secrets and clock follow from it; null: random. */
  readonly seed: string | null;
  /** Where the clock stands, frozen, RFC 3339. Null: it runs with the wall clock, or stands at 2017-01-01 in a seeded one. */
  readonly clock: string | null;
  /** Only environment, service account and key; no people, definitions and request. */
  readonly empty: boolean;
};

const Plan = z.object({
  organization: z.string(),
  environment: z.string(),
  service: z.string(),
  key: z.string(),
  seed: z.string().nullable(),
  clock: z.string().nullable(),
  empty: z.boolean(),
  /** Everything stands; until then the next start goes on, with the same ids and idempotency keys. */
  done: z.boolean(),
});
/** What the first start decided, so that a start after a crash goes on instead of beginning again. */
export type Plan = z.infer<typeof Plan>;

export const SEEDED_CLOCK = '2017-01-01T00:00:00.000Z';
const planFile = (data: string) => path.join(data, 'sandbox.json');
export const keyFile = (data: string): string => path.join(data, 'sandbox-key');

export async function readPlan(data: string): Promise<Plan | null> {
  const bytes = await readIfThere(planFile(data));
  return bytes === null ? null : Plan.parse(JSON.parse(bytes.toString('utf8')));
}

export async function readSecret(data: string): Promise<string | null> {
  const bytes = await readIfThere(keyFile(data));
  return bytes === null ? null : bytes.toString('utf8').trim();
}

/** Ids and secret of a new sandbox, written down before anything is done with them. */
export async function makePlan(
  data: string,
  options: SandboxOptions,
  wall: () => number,
): Promise<{ readonly plan: Plan; readonly secret: string }> {
  const { seed, empty } = options;
  const clock =
    options.clock !== null ? new Date(options.clock).toISOString() : seed !== null ? SEEDED_CLOCK : null;
  const ids =
    seed === null
      ? randomIds(wall)
      : seededIds({ seed, principal: 'sandbox', key: 'sandbox', now: Date.parse(clock ?? SEEDED_CLOCK) });
  const plan = {
    organization: ids.id('org'),
    environment: ids.id('env'),
    service: ids.id('svc'),
    key: ids.id('key'),
    seed,
    clock,
    empty,
    done: false,
  };
  const secret = `csk_${Buffer.from(seed === null ? randomBytes(32) : ids.bytes(32)).toString('base64url')}`;
  await fs.mkdir(data, { recursive: true });
  await fs.writeFile(keyFile(data), `${secret}\n`, { mode: 0o600 });
  await writePlan(data, plan);
  return { plan, secret };
}

export async function writePlan(data: string, plan: Plan): Promise<void> {
  const aside = `${planFile(data)}.${process.pid}`;
  await fs.writeFile(aside, `${JSON.stringify(plan, null, 2)}\n`, { mode: 0o600 });
  await fs.rename(aside, planFile(data));
}
