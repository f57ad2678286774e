import type { CompiledDefinition } from '../../src/definition/index.ts';
import {
  type Directory,
  type DirectoryEvent,
  emptyDirectory,
  evolveDirectory,
  factSource,
} from '../../src/facts/directory.ts';
import type { Command, CommandData } from '../../src/request/commands.ts';
import { decide } from '../../src/request/decide.ts';
import { evolveAll } from '../../src/request/evolve.ts';
import type { Actor, Assignment } from '../../src/request/model.ts';
import type { Context, Decided } from '../../src/request/result.ts';
import type { RequestState } from '../../src/request/state.ts';
import type { Act, Change, Item } from './reference/history.ts';

/** What is under test; a planted bug replaces parts of it. */
export type Core = {
  readonly decide: (state: RequestState | null, command: Command, context: Context) => Decided;
  readonly evolveAll: typeof evolveAll;
};
export const CORE: Core = { decide, evolveAll };

/** The core, given the same history in its own words. */
export type Driven = {
  readonly core: Core;
  readonly definition: CompiledDefinition;
  directory: Directory;
  state: RequestState | null;
};

export const driven = (core: Core, definition: CompiledDefinition): Driven => ({
  core,
  definition,
  directory: emptyDirectory(),
  state: null,
});

/** Gives one item to the core: null, or the code of its refusal. */
export function give(d: Driven, item: Item): string | null {
  if ('change' in item) {
    d.directory = evolveDirectory(d.directory, [directoryEvent(d, item)], d.directory.revision + 1);
    return null;
  }
  const decided = ask(d, item);
  if (!decided.ok) return decided.refusal.code;
  d.state = d.core.evolveAll(d.state, decided.events, item.at);
  return null;
}

/** As `give`, and nothing is changed. */
export function ask(d: Driven, item: Extract<Item, { act: Act }>): Decided {
  const command: Command = { id: 'cmd_1', actor: actorOf(item), data: dataOf(d, item.act) };
  return d.core.decide(d.state, command, {
    now: item.at,
    definition: d.definition,
    facts: factSource(d.directory),
  });
}

function directoryEvent(d: Driven, { change, at }: Extract<Item, { change: Change }>): DirectoryEvent {
  switch (change.change) {
    case 'person': {
      const { person, active, manager } = change;
      return { type: 'person.recorded', person, active, manager, profile: {} };
    }
    case 'group':
    case 'role': {
      const [added, removed] = change.member ? [[change.person], []] : [[], [change.person]];
      return change.change === 'group'
        ? { type: 'group.recorded', group: change.name, added, removed }
        : { type: 'role.recorded', role: change.name, added, removed };
    }
    case 'grant':
      return { type: 'delegation.granted', delegation: { ...change.grant, recordedAt: at } };
    case 'revoke': {
      const all = [...d.directory.delegations.values()].flatMap((fact) => fact.value);
      const to = all.find((one) => one.id === change.id)?.to ?? '';
      return { type: 'delegation.revoked', delegation: change.id, to };
    }
    default: {
      const never: never = change;
      return never;
    }
  }
}

function actorOf({ by, act }: Extract<Item, { act: Act }>): Actor {
  if (act.act === 'fire') return { kind: 'system', system: 'timer' };
  if (act.act === 'recheck') return { kind: 'system', system: 'recheck' };
  return by === null ? { kind: 'service', service: 'service' } : { kind: 'person', person: by };
}

/** The how-many-th place of a person in an opening of a step: so both sides name it alike. */
export function placeKeys(assignments: readonly Assignment[]): Map<number, string> {
  const seen = new Map<string, number>();
  const keys = new Map<number, string>();
  for (const { n, step, opening, person } of assignments) {
    const name = `${step}/${opening}/${person}`;
    seen.set(name, (seen.get(name) ?? 0) + 1);
    keys.set(n, `${name}/${seen.get(name)}`);
  }
  return keys;
}

function dataOf(d: Driven, act: Act): CommandData {
  const { state } = d;
  const keys = placeKeys(state?.assignments ?? []);
  const assignment = (key: string): number => [...keys].find(([, one]) => one === key)?.[0] ?? 9999;
  const digest = (stale: boolean): string => (stale ? 'stale' : (state?.revision.digest ?? ''));
  const comment = { sealed: 'itm_1', commitment: 'c' };
  switch (act.act) {
    case 'file': {
      const { requester, submitter, beneficiary, fields, draft } = act;
      const { digest: definitionDigest, definition } = d.definition;
      return {
        ...{ type: 'create', request: 'req_1', definition: definition.definition, definitionDigest },
        ...{ requester, submitter, beneficiary, externalReference: null, draft },
        content: { fields, documents: {} },
      };
    }
    case 'submit':
    case 'release':
    case 'recheck':
      return { type: act.act };
    case 'cancel':
    case 'reopen':
      return { type: act.act, reason: null };
    case 'hold':
      return { type: 'hold', reason: 'wait' };
    case 'revise':
      return { type: 'revise', expected: digest(act.stale), content: { fields: act.fields, documents: {} } };
    case 'decide':
    case 'rework':
    case 'add': {
      const of = {
        assignment: assignment(act.place),
        ...{ revisionDigest: digest(act.stale), reason: null, onBehalfOf: act.onBehalfOf },
      };
      if (act.act === 'decide') return { type: 'decide', decision: act.what, comment: null, ...of };
      if (act.act === 'rework') return { type: 'rework', to: act.to, ...of };
      return { type: 'add', person: act.person, as: act.as, order: act.order, ...of };
    }
    case 'advise':
      return { type: 'advise', addition: act.addition, comment };
    case 'takeAway':
      return { type: 'takeAway', addition: act.addition, reason: 'not needed' };
    case 'override': {
      const { step, reason } = act;
      return { type: 'override', step, reason, revisionDigest: digest(act.stale), comment: null };
    }
    case 'review': {
      const finding = act.good ? 'justified' : 'unjustified';
      return { type: 'reviewOverride', override: act.override, finding, reason: act.why };
    }
    case 'ratify': {
      const found = state?.decisions.find((one) => keys.get(one.assignment) === act.decision);
      return { type: 'ratify', decision: found?.n ?? 9999, reason: null };
    }
    case 'reassign':
      return { type: 'reassign', assignment: assignment(act.place), to: act.to, reason: null };
    case 'answer': {
      const { step, answer } = act;
      const asOf = act.stale ? { revisionDigest: 'stale' } : {};
      return { type: 'answerCheck', step, answer, reference: null, ...asOf };
    }
    case 'effect': {
      const statusVersion = (state?.statusVersion ?? 0) - (act.stale ? 1 : 0);
      const of = { type: 'recordEffect', effect: 'payment', reference: null, statusVersion } as const;
      return { ...of, state: act.done ? 'done' : 'started' };
    }
    case 'fire':
      return { type: 'fire', timer: act.alarm };
    default: {
      const never: never = act;
      return never;
    }
  }
}
