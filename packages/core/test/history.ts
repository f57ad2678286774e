import type { DirectoryEvent } from '../src/facts/directory.ts';
import { emptyDirectory, evolveDirectory, factSource } from '../src/facts/directory.ts';
import { recordFacts } from '../src/facts/record.ts';
import type { ReplayEntry } from '../src/replay/replay.ts';
import type { Command, CommandData } from '../src/request/commands.ts';
import { decide } from '../src/request/decide.ts';
import { evolve } from '../src/request/evolve.ts';
import type { Actor } from '../src/request/model.ts';
import type { RequestState } from '../src/request/state.ts';
import { as, compile, service } from './kit.ts';

const YAML = `
definition: history
title: History
limits: { large: 1000 EUR }
fields:
  amount: { type: money, required: true }
  region: { type: enum, of: [EMEA, APAC], required: true }
  note: { type: text }
separate:
  - different: [finance, legal]
expire: 30 days
route:
  - check: budget
    ask: erp.budget
    with: { amount: =amount }
    within: 1 hour
    else: { fail: reject, unknown: hold }
  - parallel:
      - approve: finance
        by: { role: finance }
        reviews: [amount]
        remind: [24 hours]
      - approve: legal
        when: amount > limits.large || region == "APAC"
        by: { group: legal }
        need: 2
        decisions: [approve, reject, return, abstain]
  - approve: lead
    by: { managerOf: requester }
`;

const NAMES = ['ann', 'bob', 'cyd', 'dan', 'eve', 'req'];

/** One request with most of what can happen to it, as the entries of a log. */
export function expenseHistory(): ReplayEntry[] {
  const definition = compile(YAML);
  const entries: ReplayEntry[] = [];
  let directory = emptyDirectory();
  let state: RequestState | null = null;
  let at = Date.parse('2026-01-05T09:00:00.000Z');
  const push = (entry: Omit<ReplayEntry, 'seq' | 'engine' | 'now' | 'directory'>, now: string): number => {
    const seq = entries.length + 1;
    entries.push({ seq, engine: 1, now, directory: directory.revision, ...entry });
    return seq;
  };
  const tick = (hours = 1): string => {
    at += hours * 3_600_000;
    return new Date(at).toISOString();
  };
  const publish = (): void => {
    const canonical = definition.definition;
    push(
      {
        kind: 'definition',
        stream: 'history',
        command: { id: 'cmd_definition', type: 'publish', actor: service, data: {} },
        facts: {},
        events: [{ type: 'definition.published', digest: definition.digest, canonical } as { type: string }],
      },
      tick(),
    );
  };
  const changeDirectory = (changes: readonly object[], events: readonly DirectoryEvent[]): void => {
    const data = { type: 'changeDirectory', changes };
    const command = { id: `cmd_directory_${entries.length}`, type: 'changeDirectory', actor: service, data };
    const seq = push({ kind: 'directory', stream: 'directory', command, facts: {}, events }, tick());
    directory = evolveDirectory(directory, events, seq);
  };
  const give = (actor: Actor, data: CommandData, hours = 1): void => {
    const now = tick(hours);
    const command: Command = { id: `cmd_${entries.length}`, actor, data };
    const recorder = recordFacts(factSource(directory));
    const decided = decide(state, command, { now, definition, facts: recorder.source });
    if (!decided.ok) throw new Error(decided.refusal.message);
    for (const event of decided.events) state = evolve(state, event, now);
    push(
      {
        kind: 'request',
        stream: 'req_1',
        command: { ...command, type: data.type },
        facts: recorder.used(),
        events: decided.events,
      },
      now,
    );
  };
  const decideFor = (
    person: string,
    step: string,
    decision: 'approve' | 'return' | 'abstain',
    principal = person,
  ): void => {
    const assignment =
      state?.assignments.find((a) => a.person === principal && a.step === step && a.status === 'open')?.n ??
      0;
    const revisionDigest = state?.revision.digest ?? '';
    give(as(person), {
      type: 'decide',
      assignment,
      decision,
      revisionDigest,
      reason: null,
      comment: null,
      onBehalfOf: null,
    });
  };

  publish();
  const person = (name: string): object => ({
    change: 'person',
    person: name,
    active: true,
    manager: name === 'req' ? 'eve' : null,
    profile: {},
  });
  changeDirectory(
    [
      ...[...NAMES].reverse().map(person),
      { change: 'role', key: 'finance', add: ['ann'], remove: [] },
      { change: 'group', key: 'legal', add: ['bob', 'cyd', 'dan'], remove: [] },
    ],
    [
      ...[...NAMES].reverse().map(
        (name): DirectoryEvent => ({
          type: 'person.recorded',
          person: name,
          active: true,
          manager: name === 'req' ? 'eve' : null,
          profile: {},
        }),
      ),
      { type: 'role.recorded', role: 'finance', added: ['ann'], removed: [] },
      { type: 'group.recorded', group: 'legal', added: ['bob', 'cyd', 'dan'], removed: [] },
    ],
  );
  const content = (amount: string, note: string) => ({
    fields: { amount: { amount, currency: 'EUR' }, region: 'EMEA', note },
    documents: {},
  });
  give(service, {
    type: 'create',
    request: 'req_1',
    definition: 'history',
    definitionDigest: definition.digest,
    requester: 'req',
    submitter: null,
    beneficiary: null,
    externalReference: 'PO-1',
    content: content('1000.01', 'first'),
    draft: false,
  });
  give(service, { type: 'answerCheck', step: 'budget', answer: 'pass', reference: 'B-1' });
  decideFor('bob', 'legal', 'approve');
  give({ kind: 'system', system: 'timer' }, { type: 'fire', timer: 'remind:finance:0' }, 30);
  decideFor('cyd', 'legal', 'return');
  give(as('req'), {
    type: 'revise',
    expected: (state as RequestState | null)?.revision.digest ?? '',
    content: content('1000.01', 'second'),
  });
  give(service, { type: 'answerCheck', step: 'budget', answer: 'unknown', reference: null });
  give(service, { type: 'answerCheck', step: 'budget', answer: 'pass', reference: 'B-2' });
  decideFor('ann', 'finance', 'approve');
  decideFor('dan', 'legal', 'approve');
  changeDirectory(
    [{ change: 'person', person: 'cyd', active: false, manager: null, profile: {} }],
    [{ type: 'person.recorded', person: 'cyd', active: false, manager: null, profile: {} }],
  );
  give({ kind: 'system', system: 'recheck' }, { type: 'recheck' });
  changeDirectory(
    [{ change: 'group', key: 'legal', add: ['eve'], remove: [] }],
    [{ type: 'group.recorded', group: 'legal', added: ['eve'], removed: [] }],
  );
  give({ kind: 'system', system: 'recheck' }, { type: 'recheck' });
  const bobs = (state as RequestState | null)?.assignments.find(
    (a) => a.person === 'bob' && a.status === 'open',
  );
  if (bobs) decideFor('bob', 'legal', 'approve');
  decideFor('eve', 'lead', 'approve');
  give(service, {
    type: 'recordEffect',
    effect: 'payment',
    state: 'done',
    reference: 'P-1',
    statusVersion: (state as RequestState | null)?.statusVersion ?? 0,
  });
  return entries;
}
