import type { RequestState } from '@countersign/core';
import type { Chance } from './chance.ts';
import { type Client, client } from './client.ts';
import { definitions } from './definitions.ts';
import type { Act, Answer, Operation } from './operation.ts';
import type { World } from './world.ts';

export const PEOPLE = Array.from({ length: 9 }, (_, n) => `usr_${n}`);
export const BUYERS = PEOPLE.slice(1, 5);
export const CHIEFS = PEOPLE.slice(3, 7);

/** What clients have heard of an environment; they share it, as people do. */
export type Heard = {
  readonly requests: string[];
  readonly delegations: string[];
  /** Requests as they were last served: what people decide on is often of yesterday. */
  readonly seen: Map<string, RequestState>;
};

export const nothingHeard = (): Heard => ({ requests: [], delegations: [], seen: new Map() });

/** One client's share of the work: creates, decides, revises, changes the directory, moves the clock. */
export async function work(world: World, n: number, heard: ReadonlyMap<string, Heard>): Promise<void> {
  const chance = world.chance.fork();
  const own = client(world, `c${n}`);
  for (let i = 0; i < world.plan.operations; i += 1) {
    const environment = chance.pick(world.plan.environments);
    const known = heard.get(environment);
    if (known === undefined) throw new Error(`nobody has heard of ${environment}`);
    const ask = async (id: string, made: Made): Promise<void> => {
      // The same keys in both environments: they must not meet.
      const operation: Operation = { id, environment, service: `svc_${n}`, ...made };
      const answer = await own.ask(operation);
      if (answer !== null) learn(operation, answer, known);
    };
    const made = await next(world, chance, own, environment, known);
    if (made !== null) {
      const removed = removedBy(made.act);
      const meanwhile = removed === null ? null : decisionOf(known, removed);
      await Promise.all([
        ask(`${n}-${i}`, made),
        ...(meanwhile === null
          ? []
          : [own.rest(chance.between(0, 40)).then(() => ask(`${n}-${i}m`, meanwhile))]),
      ]);
    }
    await own.rest(chance.between(0, 200));
  }
}

type Made = Pick<Operation, 'actFor' | 'act'>;

function learn({ act }: Operation, answer: Answer, heard: Heard): void {
  if (answer.status !== 201) return;
  const { id }: { id: string } = JSON.parse(answer.text);
  if (act.kind === 'create') heard.requests.push(id);
  if (act.kind === 'grant') heard.delegations.push(id);
}

async function next(
  world: World,
  chance: Chance,
  own: Client,
  environment: string,
  heard: Heard,
): Promise<Made | null> {
  const kind = chance.below(100);
  if (heard.requests.length === 0 ? kind < 60 : kind < 7) return create(chance);
  if (kind < 22) return { actFor: null, act: directory(chance, heard) };
  if (kind < 26) return { actFor: null, act: delegate(world, chance, heard) };
  if (kind < 29) return { actFor: null, act: clock(world, environment, chance) };
  if (kind < 31) return { actFor: null, act: { kind: 'poison' } };
  if (heard.requests.length === 0) return null;
  const request = chance.happens(0.7) ? (heard.requests.at(-1) ?? '') : chance.pick(heard.requests);
  const seen = chance.happens(0.5) ? heard.seen.get(request) : undefined;
  const state = seen ?? (await own.read(environment, request));
  if (state === null) return null;
  heard.seen.set(request, state);
  if (state.status === 'closed' && chance.happens(0.6)) return create(chance);
  await own.rest(chance.between(0, 150));
  return onRequest(chance, request, state);
}

function removedBy(act: Act): string | null {
  const [change] = act.kind === 'directory' ? act.changes : [];
  return change?.change === 'person' && !change.active ? change.person : null;
}

/** A decision of somebody who is being removed, on what they were served before. */
function decisionOf({ seen }: Heard, person: string): Made | null {
  for (const [request, { assignments, definitionDigest, revision }] of [...seen].reverse()) {
    const place = assignments.find((one) => one.status === 'open' && one.person === person);
    if (place === undefined) continue;
    return {
      actFor: person,
      act: {
        kind: 'request',
        request,
        digest: definitionDigest,
        data: {
          type: 'decide',
          assignment: place.n,
          decision: 'approve',
          revisionDigest: revision.digest,
          reason: null,
          comment: null,
          onBehalfOf: null,
        },
      },
    };
  }
  return null;
}

function create(chance: Chance): Made {
  const definition = chance.pick(definitions);
  const requester = chance.pick(PEOPLE);
  const act: Act = {
    kind: 'create',
    definition: definition.name,
    definitionDigest: definition.digest,
    requester,
    submitter: null,
    beneficiary: chance.happens(0.2) ? chance.pick(PEOPLE) : null,
    externalReference: chance.happens(0.6) ? `order ${chance.below(2)}` : null,
    content: { fields: { amount: chance.below(100), note: `words ${chance.below(9)}` }, documents: {} },
    draft: false,
  };
  return { actFor: chance.happens(0.3) ? chance.pick(PEOPLE) : null, act };
}

function directory(chance: Chance, { seen }: Heard): Act {
  const asked = [...seen.values()].flatMap(({ assignments }) =>
    assignments.filter((a) => a.status === 'open'),
  );
  const person = asked.length > 0 && chance.happens(0.7) ? chance.pick(asked).person : chance.pick(PEOPLE);
  if (chance.happens(0.7)) {
    const active = chance.happens(0.4);
    return { kind: 'directory', changes: [{ change: 'person', person, active, manager: null, profile: {} }] };
  }
  const add = chance.happens(0.5) ? [person] : [];
  const remove = add.length === 0 ? [person] : [];
  return {
    kind: 'directory',
    changes: [{ change: 'group', key: chance.pick(['buyers', 'chiefs']), add, remove }],
  };
}

function delegate(world: World, chance: Chance, heard: Heard): Act {
  if (heard.delegations.length > 0 && chance.happens(0.4))
    return { kind: 'revoke', delegation: chance.pick(heard.delegations) };
  const at = (ms: number) => new Date(world.wall() + ms).toISOString();
  return {
    kind: 'grant',
    from: chance.pick(PEOPLE),
    to: chance.pick(PEOPLE),
    starts: at(-60_000),
    ends: at(chance.pick([5_000, 3_600_000, 86_400_000])),
    redelegable: chance.happens(0.5),
  };
}

/** Forward from where it stands now, as far as the client can tell. */
function clock(world: World, environment: string, chance: Chance): Act {
  const row = world.server.tables.environments.get(environment);
  const now = row?.clock_at?.getTime() ?? world.wall() + (row?.clock_offset_ms ?? 0);
  const at = new Date(Math.ceil(now) + chance.pick([60_000, 660_000, 3_600_000])).toISOString();
  return { kind: 'clock', mode: chance.pick(['frozen', 'running']), at };
}

function onRequest(chance: Chance, request: string, state: RequestState): Made {
  const on = (actFor: string | null, data: Extract<Act, { kind: 'request' }>['data']): Made => ({
    actFor,
    act: { kind: 'request', request, digest: state.definitionDigest, data },
  });
  const open = state.assignments.filter((one) => one.status === 'open');
  const place = open.length > 0 ? chance.pick(open) : null;
  const kind = chance.below(100);
  if (place !== null && kind < 80) {
    const person = chance.happens(0.85) ? place.person : chance.pick(PEOPLE);
    const decision = chance.happens(0.85) ? 'approve' : chance.pick(['reject', 'return', 'abstain'] as const);
    return on(person, {
      type: 'decide',
      assignment: place.n,
      decision,
      revisionDigest: state.revision.digest,
      reason: null,
      comment: null,
      onBehalfOf: person === place.person ? null : place.person,
    });
  }
  if (place !== null && kind < 85)
    return on(null, { type: 'reassign', assignment: place.n, to: chance.pick(PEOPLE), reason: null });
  if (kind < 87) return on(null, { type: 'hold', reason: 'a question' });
  if (state.status === 'on_hold') return on(null, { type: 'release' });
  if (state.status === 'closed') {
    const { statusVersion } = state;
    if (chance.happens(0.5) || state.outcome !== 'approved')
      return on(state.requester, { type: 'reopen', reason: null });
    const started = chance.pick(['started', 'done'] as const);
    return on(null, {
      type: 'recordEffect',
      effect: 'order',
      state: started,
      reference: null,
      statusVersion,
    });
  }
  if (kind < 97) {
    const fields = { amount: chance.below(100), note: `words ${chance.below(9)}` };
    const content = { fields: chance.happens(0.5) ? fields : state.revision.fields, documents: {} };
    return on(chance.pick([state.requester, state.beneficiary, null]), {
      type: 'revise',
      expected: state.revision.digest,
      content,
    });
  }
  return on(state.requester, { type: 'cancel', reason: null });
}
