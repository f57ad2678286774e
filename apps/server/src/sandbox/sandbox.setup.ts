import { scopeNames } from '@countersign/contract';
import type pg from 'pg';
import type { Projection } from '../db/commit-proposal.ts';
import type { Reader } from '../db/read.ts';
import type { Engine } from '../engine/engine.ts';
import type { Execution } from '../engine/execution.ts';
import { digestOf } from '../modules/access/access.authenticator.ts';
import { ACCESS_STREAM, type AccessEvent, accessFold } from '../modules/access/access.model.ts';
import { type EnvironmentEvent, environmentFold } from '../modules/environments/environments.model.ts';
import type { Plan } from './sandbox.plan.ts';

export type SetupDeps = { readonly engine: Engine; readonly reader: Reader; readonly pool: pg.Pool };

/** Environment, first service account and its key: what must stand before anybody can call. Repeats do nothing. */
export async function setUp(deps: SetupDeps, plan: Plan, secret: string): Promise<void> {
  const { environment, organization, service, key } = plan;
  await ensureEnvironment(deps, plan);
  await run<EnvironmentEvent>(deps.engine, plan, {
    id: { environment, stream: environment, kind: 'environment' },
    fold: environmentFold,
    type: 'createEnvironment',
    events: [{ type: 'environment.created', organization, kind: 'sandbox', name: 'sandbox' }],
    projection: {},
  });
  const access = { id: { environment, stream: ACCESS_STREAM, kind: 'access' }, fold: accessFold } as const;
  await run<AccessEvent>(deps.engine, plan, {
    ...access,
    type: 'createServiceAccount',
    events: [{ type: 'service-account.created', service, name: 'sandbox' }],
    projection: { writes: { service_account: [{ service, name: 'sandbox' }] } },
  });
  const scopes = [...scopeNames].sort();
  await run<AccessEvent>(deps.engine, plan, {
    ...access,
    type: 'createApiKey',
    events: [{ type: 'api-key.created', key, service, scopes, definitions: null, expiresAt: null }],
    projection: {
      writes: {
        api_key: [
          {
            api_key: key,
            service,
            token_hash: digestOf(secret).toString('hex'),
            scopes,
            environments: [environment],
            object_types: null,
            expires_at: null,
          },
        ],
      },
    },
  });
}

async function ensureEnvironment({ reader, pool }: SetupDeps, plan: Plan): Promise<void> {
  const { environment } = plan;
  const rows = await reader
    .readAs(environment)
    .query('select from countersign.environment where environment_id = $1', [environment]);
  if (rows.length > 0) return;
  await pool.query('select countersign.create_environment($1, $2, $3, $4, $5, $6, $7, $8, null, $9)', [
    plan.organization,
    'Sandbox',
    environment,
    'sandbox',
    'sandbox',
    `countersign.local/${environment}`,
    plan.clock === null ? 'wall' : 'frozen',
    plan.clock,
    plan.seed,
  ]);
}

type Step<E extends { readonly type: string }> = Pick<Execution<unknown, E, never>, 'id'> & {
  readonly fold: { readonly schema: number; evolve(state: never, event: E, now: string): unknown };
  readonly type: string;
  readonly events: readonly E[];
  readonly projection: Projection;
};

async function run<E extends { readonly type: string }>(
  engine: Engine,
  plan: Plan,
  step: Step<E>,
): Promise<void> {
  const { environment } = plan;
  const ids = await engine.ids(environment, 'setup', step.type);
  const { evolve, schema } = step.fold;
  await engine.execute<unknown, E, never>({
    id: step.id,
    allowed: [environment],
    // Each fold takes the state that it made itself, and null at first.
    fold: { schema, evolve: (state, event, now) => evolve(state as never, event, now) },
    command: {
      type: step.type,
      actor: { kind: 'system', system: 'setup' },
      data: { events: step.events.length },
    },
    correlation: null,
    idempotency: { principal: 'setup', key: step.type, digest: digestOf(step.type) },
    ids,
    readsAuthority: false,
    changesAuthority: false,
    movesClock: false,
    decide: () => ({ ok: true, events: step.events }),
    project: () => step.projection,
    answer: () => ({ status: 201, body: '{}' }),
    refuse: (never) => never,
  });
}
