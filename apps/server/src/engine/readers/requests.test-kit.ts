import { randomUUID } from 'node:crypto';
import {
  type CommandData,
  canonicalDefinition,
  type DirectoryChange,
  type DirectoryEvent,
  decide,
  decideDirectory,
  definitionDigest,
  parseDefinition,
  type RequestEvent,
  type RequestState,
} from '@countersign/core';
import type { SealedRow, SliceWrites } from '../../db/commit-proposal.ts';
import { definitionStore } from '../../modules/definitions/definitions.store.ts';
import { projectRequest } from '../../modules/requests/requests.project.ts';
import { requestFold } from '../../modules/requests/requests.run.ts';
import { runSystemCommand } from '../../modules/requests/requests.system.ts';
import type { GiveCommand } from './commands.ts';
import type { FireTimer } from './timers.ts';
import type { World } from './world.test-kit.ts';

const counting = { schema: 1, evolve: (state: { n: number } | null) => ({ n: (state?.n ?? 0) + 1 }) };
const service = { kind: 'service', service: 'svc_018f0000-0000-7000-8000-000000000001' } as const;

/** Requests of one definition in one environment, through the same core and the same pipeline as those of the API. */
export async function requestsOf(world: World, environment: string, yaml: string) {
  const definitions = definitionStore(world.reader);
  const parsed = parseDefinition(yaml);
  if (!parsed.ok) throw new Error(parsed.problems.map((problem) => problem.message).join('\n'));
  const name = parsed.definition.definition;
  const digest = definitionDigest(parsed.definition);
  const canonical = canonicalDefinition(parsed.definition);

  async function commit<E extends { readonly type: string }>(
    kind: 'directory' | 'definition',
    stream: string,
    type: string,
    data: unknown,
    make: (context: { directory: Parameters<typeof decideDirectory>[0]; now: string }) => readonly E[],
    writes: (events: readonly E[]) => SliceWrites,
  ) {
    const done = await world.engine.execute<{ n: number }, E, never>({
      id: { environment, kind, stream },
      allowed: [environment],
      fold: counting,
      command: { type, actor: service, data },
      correlation: null,
      idempotency: null,
      ids: null,
      readsAuthority: true,
      changesAuthority: kind === 'directory',
      movesClock: false,
      decide: (_state, context) => ({ ok: true, events: make(context) }),
      project: ({ events }) => ({ writes: writes(events) }),
      answer: () => ({ status: 200, body: '' }),
      refuse: (refusal) => refusal,
    });
    if (done.outcome !== 'committed') throw new Error(done.outcome);
    return done.seq;
  }

  await commit(
    'definition',
    `definition/${name}`,
    'publishDefinition',
    {},
    () => [
      { type: 'definition.published', digest, canonical: JSON.parse(canonical) as never, name, version: 1 },
    ],
    () => ({ definition_version: [{ definition: name, version: 1, digest, canonical, source: yaml }] }),
  );

  const giveIn =
    ({ engine, reader }: Pick<World, 'engine' | 'reader'>): GiveCommand =>
    (command) =>
      runSystemCommand({ engine, definitions, reader }, command);

  return {
    definitions,
    give: giveIn(world),
    giveIn,
    fireIn:
      (at: Pick<World, 'engine' | 'reader'>): FireTimer =>
      ({ environment, stream, key }, commandId) =>
        giveIn(at)({ environment, request: stream, commandId, data: { type: 'fire', timer: key } }),
    person: () => `usr_${randomUUID()}`,

    /** @returns the directory revision */
    direct: (...changes: DirectoryChange[]) =>
      commit<DirectoryEvent>(
        'directory',
        'directory/people',
        'changeDirectory',
        { type: 'changeDirectory', changes },
        ({ directory, now }) => {
          const decided = decideDirectory(directory, { type: 'changeDirectory', changes }, now);
          if (!decided.ok) throw new Error(decided.message);
          return decided.events;
        },
        (events) => ({
          person: events.flatMap((event) =>
            event.type === 'person.recorded'
              ? [{ person: event.person, active: event.active, manager: event.manager }]
              : [],
          ),
        }),
      ),

    async command(
      request: string,
      data: CommandData,
      actor: object = service,
      sealed: readonly SealedRow[] = [],
    ) {
      const definition = await definitions.byDigest(environment, digest);
      if (definition === null) throw new Error('no definition');
      const done = await world.engine.execute<RequestState, RequestEvent, string>({
        id: { environment, kind: 'request', stream: request },
        allowed: [environment],
        fold: requestFold,
        command: { type: data.type, actor, data },
        correlation: null,
        idempotency: null,
        ids: null,
        readsAuthority: true,
        changesAuthority: false,
        movesClock: false,
        decide(state, { commandId, now, facts }) {
          const command = { id: commandId, actor: actor as typeof service, data };
          const decided = decide(state, command, { now, definition: definition.compiled, facts });
          return decided.ok ? decided : { ok: false, refusal: decided.refusal.message };
        },
        project: ({ before, after }) => ({ ...projectRequest(before, after), sealed }),
        answer: () => ({ status: 200, body: '{}' }),
        refuse: (message) => ({ status: 409, body: message, store: false }),
      });
      if (done.outcome !== 'committed')
        throw new Error(done.outcome === 'refused' ? done.refusal : done.outcome);
      return done;
    },

    async file(requester: string, more: Partial<Extract<CommandData, { type: 'create' }>> = {}) {
      const request = `req_${randomUUID()}`;
      await this.command(request, {
        type: 'create',
        request,
        definition: name,
        definitionDigest: digest,
        requester,
        submitter: null,
        beneficiary: null,
        externalReference: null,
        content: { fields: {}, documents: {} },
        draft: false,
        ...more,
      });
      return request;
    },

    async state(request: string): Promise<{ state: RequestState; version: number }> {
      const rows = await world.reader
        .readAs(environment)
        .query<{ state: RequestState; version: number }>(
          'select state, version from countersign.stream where environment_id = $1 and stream_id = $2',
          [environment, request],
        );
      const row = rows[0];
      if (row === undefined) throw new Error(`no ${request}`);
      return row;
    },
  };
}

export const member = (group: string, ...add: string[]): DirectoryChange => ({
  change: 'group',
  key: group,
  add,
  remove: [],
});
export const leaver = (group: string, ...remove: string[]): DirectoryChange => ({
  change: 'group',
  key: group,
  add: [],
  remove,
});
export const active = (person: string, manager: string | null = null): DirectoryChange => ({
  change: 'person',
  person,
  active: true,
  manager,
  profile: {},
});
export const gone = (person: string): DirectoryChange => ({
  change: 'person',
  person,
  active: false,
  manager: null,
  profile: {},
});
