import { type CompiledDefinition, compileDefinition, parseDefinition } from '../src/definition/index.ts';
import type { DirectoryChange } from '../src/facts/commands.ts';
import {
  type Directory,
  type DirectoryEvent,
  emptyDirectory,
  evolveDirectory,
  factSource,
} from '../src/facts/directory.ts';
import type { Delegation } from '../src/facts/model.ts';
import type { Command, CommandData, Content } from '../src/request/commands.ts';
import { decide } from '../src/request/decide.ts';
import type { RequestEvent } from '../src/request/events.ts';
import { evolve } from '../src/request/evolve.ts';
import type { Actor } from '../src/request/model.ts';
import type { Refusal } from '../src/request/result.ts';
import type { RequestState } from '../src/request/state.ts';

/** A small world for examples that read like the rules: people by first name, one request, a clock that is told. */
export type World = {
  readonly definition: CompiledDefinition;
  directory: Directory;
  now: string;
  state: RequestState | null;
  readonly log: { command: Command; now: string; events: readonly RequestEvent[] }[];
};

export function compile(yaml: string): CompiledDefinition {
  const parsed = parseDefinition(yaml);
  if (!parsed.ok)
    throw new Error(parsed.problems.map((p) => `${p.line}:${p.column} ${p.message}`).join('\n'));
  return compileDefinition(parsed.definition);
}

export function world(
  yaml: string,
  events: readonly DirectoryEvent[] = people('ann', 'bob', 'cyd', 'dan', 'eve', 'req'),
): World {
  return {
    definition: compile(yaml),
    directory: evolveDirectory(emptyDirectory(), events, 1),
    now: '2026-01-05T09:00:00.000Z',
    state: null,
    log: [],
  };
}

export const people = (...names: string[]): DirectoryEvent[] => names.map((person) => recorded(person));

export const recorded = (
  person: string,
  change: { active?: boolean; manager?: string } = {},
): DirectoryEvent => ({
  type: 'person.recorded',
  person,
  active: change.active ?? true,
  manager: change.manager ?? null,
  profile: {},
});

export const group = (key: string, ...added: string[]): DirectoryEvent => ({
  type: 'group.recorded',
  group: key,
  added,
  removed: [],
});
export const role = (key: string, ...added: string[]): DirectoryEvent => ({
  type: 'role.recorded',
  role: key,
  added,
  removed: [],
});
export const leaves = (key: string, ...removed: string[]): DirectoryEvent => ({
  type: 'group.recorded',
  group: key,
  added: [],
  removed,
});

export function delegates(from: string, to: string, change: Partial<Delegation> = {}): DirectoryEvent {
  return {
    type: 'delegation.granted',
    delegation: {
      id: `dlg_${from}_${to}`,
      from,
      to,
      starts: '2026-01-01T00:00:00.000Z',
      ends: '2026-12-31T00:00:00.000Z',
      recordedAt: '2026-01-01T00:00:00.000Z',
      ...change,
    },
  };
}

export function change(w: World, ...events: DirectoryEvent[]): void {
  w.directory = evolveDirectory(w.directory, events, w.directory.revision + 1);
}

export const as = (person: string): Actor => ({ kind: 'person', person });
export const service: Actor = { kind: 'service', service: 'svc_erp' };

let counter = 0;

/** Gives a command to the request; returns the types of the events, or the refusal. */
export function give(
  w: World,
  actor: Actor,
  data: CommandData,
): { events: readonly RequestEvent[]; refusal: Refusal | null } {
  counter += 1;
  const command: Command = { id: `cmd_${counter}`, actor, data };
  const decided = decide(w.state, command, {
    now: w.now,
    definition: w.definition,
    facts: factSource(w.directory),
  });
  if (!decided.ok) return { events: [], refusal: decided.refusal };
  let state = w.state;
  for (const event of decided.events) state = evolve(state, event, w.now);
  w.state = state;
  w.log.push({ command, now: w.now, events: decided.events });
  return { events: decided.events, refusal: null };
}

export function file(
  w: World,
  fields: Content['fields'] = {},
  change: Partial<Extract<CommandData, { type: 'create' }>> = {},
): ReturnType<typeof give> {
  return give(w, service, {
    type: 'create',
    request: 'req_1',
    definition: w.definition.definition.definition,
    definitionDigest: w.definition.digest,
    requester: 'req',
    submitter: null,
    beneficiary: null,
    externalReference: null,
    content: { fields, documents: {} },
    draft: false,
    ...change,
  });
}

export const now = (w: World): RequestState => {
  if (!w.state) throw new Error('nothing has been filed');
  return w.state;
};

/** The open assignment of a person, in a step where several are open. */
export const place = (w: World, person: string, step?: string): number => {
  const found = now(w).assignments.find(
    (a) => a.person === person && a.status === 'open' && (step === undefined || a.step === step),
  );
  if (!found) throw new Error(`${person} has no open assignment${step ? ` in ${step}` : ''}`);
  return found.n;
};

type Kind = 'approve' | 'reject' | 'return' | 'abstain';

export function says(
  w: World,
  person: string,
  decision: Kind,
  ask: { step?: string; for?: string; name?: boolean; digest?: string } = {},
): ReturnType<typeof give> {
  return give(w, as(person), {
    type: 'decide',
    assignment: place(w, ask.for ?? person, ask.step),
    decision,
    revisionDigest: ask.digest ?? now(w).revision.digest,
    reason: null,
    comment: null,
    onBehalfOf: ask.name ? (ask.for ?? null) : null,
  });
}

/** Sends the request back to an earlier step, by the authority of a place. */
export function sendsBack(
  w: World,
  person: string,
  to: string,
  ask: { step?: string; for?: string } = {},
): ReturnType<typeof give> {
  return give(w, as(person), {
    type: 'rework',
    assignment: place(w, ask.for ?? person, ask.step),
    to,
    revisionDigest: now(w).revision.digest,
    reason: null,
    onBehalfOf: null,
  });
}

/** Adds an approver or an adviser, by the authority of a place. */
export function adds(
  w: World,
  person: string,
  added: string,
  ask: { as?: 'approver' | 'adviser'; order?: 'before' | 'beside'; step?: string; for?: string } = {},
): ReturnType<typeof give> {
  return give(w, as(person), {
    type: 'add',
    assignment: place(w, ask.for ?? person, ask.step),
    person: added,
    as: ask.as ?? 'approver',
    order: ask.order ?? 'beside',
    revisionDigest: now(w).revision.digest,
    reason: null,
    onBehalfOf: null,
  });
}

export function revise(w: World, actor: Actor, fields: Content['fields']): ReturnType<typeof give> {
  return give(w, actor, {
    type: 'revise',
    expected: now(w).revision.digest,
    content: { fields, documents: {} },
  });
}

export const open = (w: World): string[] =>
  now(w)
    .assignments.filter((a) => a.status === 'open')
    .map((a) => `${a.step}:${a.person}`);
export const types = (events: readonly RequestEvent[]): string[] => events.map((e) => e.type);
export type { DirectoryChange };

/** What most examples start from. */
export const everyone = people('ann', 'bob', 'cyd', 'dan', 'eve', 'req');
export const legal = group('legal', 'ann', 'bob', 'cyd');
export const eur = (amount: string): { amount: string; currency: string } => ({ amount, currency: 'EUR' });

/** A definition of one step, by the group legal; `more` are further lines of the step. */
export const oneStep = (need = 'any', more = ''): string => `
definition: simple
title: Simple
fields:
  note: { type: text }
  amount: { type: money }
route:
  - approve: legal
    by: { group: legal }
    need: ${need}
${more}`;
