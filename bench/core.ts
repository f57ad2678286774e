/** Decisions per second of processor time in one thread, with nothing around the core: `node bench/core.ts`. */
import { compileDefinition, parseDefinition } from '../packages/core/src/definition/index.ts';
import { canonicalJson } from '../packages/core/src/facts/digest.ts';
import {
  type DirectoryEvent,
  emptyDirectory,
  evolveDirectory,
  factSource,
} from '../packages/core/src/facts/directory.ts';
import { recordFacts } from '../packages/core/src/facts/record.ts';
import { type ReplayEntry, replayer } from '../packages/core/src/replay/replay.ts';
import type { Command, CommandData } from '../packages/core/src/request/commands.ts';
import { decide } from '../packages/core/src/request/decide.ts';
import { evolve } from '../packages/core/src/request/evolve.ts';
import type { Actor } from '../packages/core/src/request/model.ts';
import type { RequestState } from '../packages/core/src/request/state.ts';
import { why } from '../packages/core/src/why/query.ts';

const SECONDS = 3;
const only = process.argv[2];
const START = Date.parse('2026-01-05T09:00:00.000Z');

type Setup = { readonly yaml: string; readonly directory: readonly DirectoryEvent[] };

const person = (name: string): DirectoryEvent => ({
  type: 'person.recorded',
  person: name,
  active: true,
  manager: null,
  profile: {},
});
const group = (key: string, added: readonly string[]): DirectoryEvent => ({
  type: 'group.recorded',
  group: key,
  added,
  removed: [],
});
const crowd = (n: number): string[] => Array.from({ length: n }, (_, i) => `usr_${i}`);

/** Conditions, a matrix, separation and two approvals: what most requests have. */
const typical: Setup = {
  yaml: `
definition: purchase
title: Purchase
limits: { large: 10000 EUR }
fields:
  amount: { type: money, required: true }
  region: { type: enum, of: [EMEA, APAC], required: true }
separate:
  - different: [desk, finance]
expire: 30 days
route:
  - approve: desk
    by: { group: desk }
    reviews: [amount]
    remind: [24 hours]
  - approve: finance
    when: amount > limits.large || region == "APAC"
    by: { matrix: spend, amount: =amount, region: =region }
`,
  directory: [
    ...['req', 'ann', 'bob', 'cyd', 'dan'].map(person),
    group('desk', ['ann', 'bob', 'cyd']),
    {
      type: 'matrix.published',
      version: {
        matrix: 'spend',
        digest: 'd',
        effectiveFrom: '2026-01-01T00:00:00.000Z',
        currency: 'EUR',
        columns: ['region'],
        ask: 'first',
        climb: false,
        fallback: null,
        rows: [
          { id: 'r1', cells: ['EMEA'], upTo: '50000', approver: { user: 'dan' } },
          { id: 'r2', cells: [null], upTo: null, approver: { user: 'ann' } },
        ],
      },
    },
  ],
};

const wide: Setup = {
  yaml: `
definition: wide
title: Wide
fields:
  amount: { type: money, required: true }
  region: { type: enum, of: [EMEA, APAC], required: true }
route:
  - approve: all
    by: { group: all }
    need: all
`,
  directory: [person('req'), ...crowd(1000).map(person), group('all', crowd(1000))],
};

const long: Setup = {
  yaml: `
definition: long
title: Long
fields:
  amount: { type: money, required: true }
  region: { type: enum, of: [EMEA, APAC], required: true }
route:
  - parallel:
${Array.from({ length: 498 }, (_, i) => `      - approve: s${i}\n        when: region == "EMEA"\n        by: { group: desk }`).join('\n')}
`,
  directory: [...['req', 'ann', 'bob', 'cyd'].map(person), group('desk', ['ann', 'bob', 'cyd'])],
};

/** One request from filing to approval; returns its entries, as the log would hold them. */
function lifecycles(setup: Setup) {
  const parsed = parseDefinition(setup.yaml);
  if (!parsed.ok) throw new Error(parsed.problems.map((p) => p.message).join('\n'));
  const definition = compileDefinition(parsed.definition);
  const directory = evolveDirectory(emptyDirectory(), setup.directory, 1);
  const source = factSource(directory);
  const entries = (request: string, most: number, keep: ReplayEntry[] | null): number => {
    let state: RequestState | null = null;
    let commands = 0;
    const give = (actor: Actor, data: CommandData): void => {
      const now = new Date(START + commands * 1000).toISOString();
      const command: Command = { id: `cmd_${commands}`, actor, data };
      const recorder = recordFacts(source);
      const decided = decide(state, command, { now, definition, facts: recorder.source });
      if (!decided.ok) throw new Error(decided.refusal.message);
      for (const event of decided.events) state = evolve(state, event, now);
      const facts = recorder.used();
      commands += 1;
      keep?.push({
        ...{ seq: keep.length + 1, kind: 'request', stream: request, engine: 1 },
        ...{ command: { ...command, type: data.type }, now, directory: 1, facts, events: decided.events },
      });
    };
    give(
      { kind: 'service', service: 'svc_erp' },
      {
        ...{ type: 'create', request, definition: parsed.definition.definition },
        ...{ definitionDigest: definition.digest, requester: 'req', submitter: null, beneficiary: null },
        externalReference: null,
        content: {
          fields: { amount: { amount: '25000', currency: 'EUR' }, region: 'EMEA' },
          documents: {},
        },
        draft: false,
      },
    );
    for (let n = 0; n < most; n += 1) {
      const now: RequestState | null = state;
      const asked = now === null ? undefined : openPlace(now);
      if (!asked || now === null) break;
      give(
        { kind: 'person', person: asked.person },
        {
          ...{ type: 'decide', assignment: asked.n, decision: 'approve' },
          ...{ revisionDigest: revisionOf(now), reason: null, comment: null, onBehalfOf: null },
        },
      );
    }
    last = { state, context: { now: new Date(START).toISOString(), definition, facts: source } };
    return commands;
  };
  let last: { state: RequestState | null; context: Parameters<typeof why>[1] } | null = null;
  return { entries, definition, last: () => last };
}

const openPlace = (state: RequestState) => state.assignments.find((a) => a.status === 'open');
const revisionOf = (state: RequestState): string => state.revision.digest;

/** By the time of this thread's processor, so that whatever else runs on the machine does not count. */
function perSecond(what: string, unit: string, work: () => number): void {
  if (only !== undefined && !what.includes(only)) return;
  const spent = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  const started = spent();
  let n = 0;
  // Asking for the time costs as much as a decision: ask every twentieth of a second.
  while (spent() - started < SECONDS) {
    const until = performance.now() + 50;
    do n += work();
    while (performance.now() < until);
  }
  const rate = n / (spent() - started);
  console.log(`${what.padEnd(52)} ${Math.round(rate).toLocaleString('en').padStart(9)} ${unit}/s`);
}

const usual = lifecycles(typical);
for (let i = 0; i < 200; i += 1) usual.entries('req_warm', 10, null);
perSecond('create + two approvals, conditions and matrix', 'commands', () =>
  usual.entries('req_1', 10, null),
);

const log: ReplayEntry[] = [];
log.push({
  ...{ seq: 1, kind: 'directory', stream: 'directory', engine: 1, directory: 0, facts: {} },
  ...{ now: new Date(START).toISOString(), events: typical.directory },
  command: {
    id: 'cmd_d',
    type: 'changeDirectory',
    actor: null,
    data: { type: 'changeDirectory', changes: [] },
  },
});
for (let i = 0; i < 500; i += 1) usual.entries(`req_${i}`, 10, log);
perSecond('replay of such a history', 'entries', () => {
  const replay = replayer();
  const canonical = usual.definition.definition;
  replay.entry({
    ...{ seq: 0, kind: 'definition', stream: 'purchase', engine: 1, directory: 0, facts: {}, now: '' },
    command: { id: 'cmd_p', type: 'publish', actor: null, data: {} },
    events: [
      { type: 'definition.published', digest: usual.definition.digest, canonical } as { type: string },
    ],
  });
  for (const entry of log) {
    const { verdict } = replay.entry(entry);
    if (entry.kind === 'request' && verdict !== 'reproduced')
      throw new Error(JSON.stringify(replay.entry(entry)));
  }
  return log.length;
});

const done = usual.last();
if (done?.state) {
  const { state, context } = done;
  if (state)
    perSecond('explanation of such a request', 'explanations', () => why(state, context).length && 1);
}
perSecond('canonical bytes of such an entry', 'entries', () => {
  for (const entry of log) canonicalJson(entry);
  return log.length;
});
const crowded = lifecycles(wide);
perSecond('one step that asks 1,000: create and 20 of all', 'commands', () =>
  crowded.entries('req_1', 20, null),
);
const sprawling = lifecycles(long);
perSecond('498 steps side by side: create and 5 approvals', 'commands', () =>
  sprawling.entries('req_1', 5, null),
);
