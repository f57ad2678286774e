import { change } from '../../../apps/server/src/http/change.ts';
import { definitions } from './definitions.ts';
import { perform } from './perform.ts';
import { BUYERS, CHIEFS, PEOPLE } from './workload.ts';
import type { World } from './world.ts';

/** Publishes the definitions and fills the directory, in calm weather, through the first process. */
export async function found({ processes, plan }: World): Promise<void> {
  const first = processes[0];
  if (first == null) throw new Error('no process');
  for (const environment of plan.environments) {
    const principal = {
      environment,
      serviceAccount: 'svc_0',
      key: 'key',
      scopes: new Set<never>(),
      definitions: null,
    };
    await change<{ n: number }, { type: string }>(
      first.parts.engine,
      {
        id: 'createApprovalRequest',
        principal,
        actFor: null,
        idempotencyKey: '0-definitions',
        requestDigest: Buffer.alloc(32),
        correlationId: '0-definitions',
      },
      {
        stream: 'definition/all',
        kind: 'definition',
        fold: { schema: 1, evolve: (state) => ({ n: (state?.n ?? 0) + 1 }) },
        command: { type: 'publishDefinition', data: {} },
        decide: () =>
          definitions.map(({ name, canonical, digest }) => ({
            type: 'definition.published',
            name,
            version: 1,
            digest,
            canonical: JSON.parse(canonical),
          })),
        project: () => ({
          writes: {
            definition_version: definitions.map(({ name, canonical, digest, source }) => ({
              definition: name,
              version: 1,
              digest,
              canonical,
              source,
            })),
          },
        }),
        answer: () => ({ status: 200, body: {} }),
      },
    );
    await perform(first.parts, {
      id: '0-directory',
      environment,
      service: 'svc_0',
      actFor: null,
      act: {
        kind: 'directory',
        changes: [
          ...PEOPLE.map(
            (person) => ({ change: 'person', person, active: true, manager: null, profile: {} }) as const,
          ),
          { change: 'group', key: 'buyers', add: BUYERS, remove: [] },
          { change: 'group', key: 'chiefs', add: CHIEFS, remove: [] },
        ],
      },
    });
  }
}
