/**
 * The pure core in one thread, with nothing around it: `node bench/core.ts [only=…]`.
 *
 * A decision is one command decided: from state, command, definition and directory to the events, each with its
 * explanation, and the digests of the facts that it relied on. Every run is of 64 requests that differ.
 */
import { canonicalJson } from '../packages/core/src/facts/digest.ts';
import { factSource } from '../packages/core/src/facts/directory.ts';
import { type ReplayEntry, replayer } from '../packages/core/src/replay/replay.ts';
import { evolveAll } from '../packages/core/src/request/evolve.ts';
import { why } from '../packages/core/src/why/query.ts';
import { type Case, contract, decideAgain, file, type Made, START } from './core-cases.ts';
import { machine, perSecond, rounded } from './measure.ts';

const only = process.argv[2];
const wanted = (what: string): boolean => only === undefined || what.includes(only);

function tell(what: string, unit: string, work: () => number): void {
  if (!wanted(what)) return;
  const { rate, low, high } = perSecond(work);
  console.log(
    `${what.padEnd(58)} ${rounded(rate).padStart(9)} ${unit}/s  (${rounded(low)} to ${rounded(high)})`,
  );
}

const REGIONS = ['EMEA', 'AMER', 'APAC'];
const variant = (i: number): Case => {
  const amount = String(20_000 + 997 * i);
  const region = REGIONS[i % 3] ?? '';
  const differs = { customer: `party-${i}`, dealValue: { amount, currency: 'EUR' }, region };
  return { ...contract, fields: { ...contract.fields, ...differs } };
};
const filed = Array.from({ length: 64 }, (_, i) => file(variant(i), 10, `req_${i}`, 3 + i * 6));

function again(pick: (made: Made) => boolean, fold: boolean): () => number {
  const work = filed.map((request) => ({ request, made: request.made.filter(pick) }));
  return () => {
    let done = 0;
    for (const { request, made } of work) {
      for (const one of made) {
        const decided = decideAgain(request, one);
        if (!decided.ok) throw new Error(decided.refusal.message);
        if (fold) evolveAll(one.before, decided.events, one.now);
        done += 1;
      }
    }
    return done;
  };
}

console.log(machine());
const closed = filed.filter((f) => f.state.status === 'closed').length;
console.log(
  `contract approval: ${closed} of 64 requests are approved, by ${filed[0]?.made.length} commands each: create, check, 4 approvals`,
);
tell(
  'contract: all six commands',
  'decisions',
  again(() => true, false),
);
tell(
  'contract: and the state after',
  'decisions',
  again(() => true, true),
);
tell(
  'contract: the four approvals',
  'decisions',
  again((m) => m.command.data.type === 'decide', false),
);
tell(
  'contract: create',
  'decisions',
  again((m) => m.command.data.type === 'create', false),
);

/** The log that these requests would have left, as an auditor replays it: the definition, the directory, every command. */
const first = filed[0];
const log: ReplayEntry[] = [
  {
    ...{
      seq: 0,
      kind: 'definition',
      stream: 'contract-approval',
      engine: 1,
      directory: 0,
      facts: {},
      now: '',
    },
    command: { id: 'cmd_p', type: 'publish', actor: null, data: {} },
    events: [
      {
        ...{ type: 'definition.published', digest: first?.definition.digest },
        ...{ canonical: first?.definition.definition },
      } as { type: string },
    ],
  },
  {
    // In a matrix stream, because that is folded and not decided again.
    ...{ seq: 1, kind: 'matrix', stream: 'pricing', engine: 1, directory: 0, facts: {} },
    ...{ now: new Date(START).toISOString(), events: contract.directory },
    command: { id: 'cmd_d', type: 'publishMatrix', actor: null, data: null },
  },
  ...filed.flatMap(({ made }) => made.map(({ entry }) => entry)),
];
const parsed: ReplayEntry[] = JSON.parse(JSON.stringify(log));
tell('contract: replay of the history', 'entries', () => {
  const replay = replayer();
  for (const entry of parsed) {
    const verdict = replay.entry(entry);
    if (verdict.verdict !== 'reproduced') throw new Error(JSON.stringify(verdict));
  }
  return parsed.length;
});
tell('contract: all whys of the finished request', 'requests', () => {
  for (const { state, definition, directory } of filed) {
    why(state, { now: new Date(START).toISOString(), definition, facts: factSource(directory) });
  }
  return filed.length;
});
tell('contract: canonical bytes of an entry', 'entries', () => {
  for (const entry of log) canonicalJson(entry);
  return log.length;
});
