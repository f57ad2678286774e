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
export type Heard = { readonly requests: string[]; readonly delegations: string[] };

/** One client's share of the work: creates, decides, revises, changes the directory, moves the clock. */
export async function work(world: World, n: number, heard: ReadonlyMap<string, Heard>): Promise<void> {
  const chance = world.chance.fork();
  const own = client(world, `c${n}`);
  for (let i = 0; i < world.plan.operations; i += 1) {
    const environment = chance.pick(world.plan.environments);
    const known = heard.get(environment);
    if (known === undefined) throw new Error(`nobody has heard of ${environment}`);
    const made = await next(world, chance, own, environment, known);
    if (made !== null) {
      // The same keys in both environments: they must not meet.
      const operation: Operation = { id: `${n}-${i}`, environment, service: `svc_${n}`, ...made };
      const answer = await own.ask(operation);
      if (answer !== null) learn(operation, answer, known);
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
  if (heard.requests.length === 0 || kind < 14) return create(chance);
  if (kind < 26) return { actFor: null, act: directory(chance) };
  if (kind < 31) return { actFor: null, act: delegate(world, chance, heard) };
  if (kind < 35) return { actFor: null, act: clock(world, environment, chance) };
  if (kind < 37) return { actFor: null, act: { kind: 'poison' } };
  const request = chance.happens(0.6) ? (heard.requests.at(-1) ?? '') : chance.pick(heard.requests);
  const state = await own.read(environment, request);
  return state === null ? null : onRequest(chance, request, state);
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
    externalReference: chance.happens(0.5) ? `order ${chance.below(3)}` : null,
    content: { fields: { amount: chance.below(100), note: `words ${chance.below(9)}` }, documents: {} },
    draft: false,
  };
  return { actFor: chance.happens(0.3) ? chance.pick(PEOPLE) : null, act };
}

function directory(chance: Chance): Act {
  const person = chance.pick(PEOPLE);
  if (chance.happens(0.6)) {
    const active = chance.happens(0.45);
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
  if (place !== null && kind < 72) {
    const person = chance.happens(0.85) ? place.person : chance.pick(PEOPLE);
    const decision = chance.pick(['approve', 'approve', 'approve', 'approve', 'reject', 'return'] as const);
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
  if (place !== null && kind < 80)
    return on(null, { type: 'reassign', assignment: place.n, to: chance.pick(PEOPLE), reason: null });
  if (kind < 84) return on(null, { type: 'hold', reason: 'a question' });
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
  if (kind < 96) {
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
