import { matrixDigest } from '../packages/core/src/authority/matrix-find.ts';
import {
  type CompiledDefinition,
  compileDefinition,
  parseDefinition,
} from '../packages/core/src/definition/index.ts';
import {
  type Directory,
  type DirectoryEvent,
  emptyDirectory,
  evolveDirectory,
  factSource,
} from '../packages/core/src/facts/directory.ts';
import type { MatrixRow, MatrixVersion } from '../packages/core/src/facts/model.ts';
import { recordFacts } from '../packages/core/src/facts/record.ts';
import type { ReplayEntry } from '../packages/core/src/replay/replay.ts';
import type { Command, CommandData } from '../packages/core/src/request/commands.ts';
import { decide } from '../packages/core/src/request/decide.ts';
import { evolveAll } from '../packages/core/src/request/evolve.ts';
import type { Actor } from '../packages/core/src/request/model.ts';
import type { RequestState } from '../packages/core/src/request/state.ts';
import type { FieldValues } from '../packages/core/src/values.ts';

export const START = Date.parse('2026-01-05T09:00:00.000Z');

/** A definition, whom it asks, and what is filed under it. */
export type Case = {
  readonly yaml: string;
  readonly directory: readonly DirectoryEvent[];
  readonly fields: FieldValues;
};

export const person = (name: string): DirectoryEvent => ({
  ...{ type: 'person.recorded', person: name, active: true, manager: null, profile: {} },
});
export const group = (key: string, added: readonly string[]): DirectoryEvent => ({
  ...{ type: 'group.recorded', group: key, added, removed: [] },
});
const role = (key: string, added: readonly string[]): DirectoryEvent => ({
  ...{ type: 'role.recorded', role: key, added, removed: [] },
});
export const crowd = (n: number): string[] =>
  Array.from({ length: n }, (_, i) => `usr_${String(i).padStart(6, '0')}`);

export function matrix(name: string, rows: readonly MatrixRow[]): DirectoryEvent {
  const version: Omit<MatrixVersion, 'digest'> = {
    ...{ matrix: name, effectiveFrom: '2026-01-01T00:00:00.000Z', currency: 'EUR', columns: ['region'] },
    ask: 'first',
    climb: false,
    fallback: null,
    rows,
  };
  return { type: 'matrix.published', version: { ...version, digest: matrixDigest(version) } };
}

/** The contract approval of DEFINITION, as far as version 1 of the language goes: nothing generated, nothing fulfilled. */
export const contract: Case = {
  yaml: `
definition: contract-approval
title: { en: Customer contract, de: Kundenvertrag }
limits:
  standardDeal: 10000 EUR
  freeDiscount: 5%
  pricedDiscount: 15%
fields:
  customer:  { type: reference, required: true }
  tier:      { type: enum, of: [standard, enterprise], required: true }
  dealValue: { type: money, required: true }
  discount:  { type: percent, required: true }
  region:    { type: enum, of: [EMEA, AMER, APAC], required: true }
documents:
  contract: {}
  annexes:  { many: true }
separate:
  - never: [requester, submitter, beneficiary, editor]
  - different: [legal, finance]
route:
  - check: credit
    ask: erp.creditCheck
    with: { party: =customer }
    within: 1 hour
    else: { fail: reject, unknown: hold }
  - choose:
      - when: dealValue < limits.standardDeal && discount <= limits.freeDiscount
        pass: Standard terms, policy FIN-7
      - otherwise:
          - approve: legal
            by: { group: legal }
            reviews: [contract, annexes, dealValue]
            remind: [24 hours, 3 days]
            escalate: { after: 5 days, add: { role: general-counsel } }
          - parallel:
              - approve: finance
                when: discount > limits.pricedDiscount
                by: { matrix: pricing, amount: =dealValue, region: =region }
                reviews: [dealValue, discount]
              - approve: security
                when: tier == "enterprise"
                by: { group: security }
                need: 2
                reviews: [contract, annexes, tier]
due: 10 days
expire: 60 days
`,
  directory: [
    ...['req', 'ann', 'bob', 'cyd', 'dan', 'eve', 'fay', 'gus', 'hal'].map(person),
    group('legal', ['ann', 'bob', 'cyd']),
    group('security', ['eve', 'fay', 'gus']),
    role('general-counsel', ['hal']),
    matrix('pricing', [
      { id: 'row-1', cells: ['EMEA'], upTo: '50000', approver: { user: 'dan' } },
      { id: 'row-2', cells: ['EMEA'], upTo: null, approver: { role: 'general-counsel' } },
      { id: 'row-3', cells: [null], upTo: null, approver: { user: 'dan' } },
    ]),
  ],
  fields: {
    ...{ customer: 'party-4711', tier: 'enterprise', dealValue: { amount: '25000', currency: 'EUR' } },
    ...{ discount: '17.5', region: 'EMEA' },
  },
};

/** One command as it was decided: what it was given, and what came of it. */
export type Made = {
  readonly before: RequestState | null;
  readonly command: Command;
  readonly now: string;
  readonly entry: ReplayEntry;
};
export type Filed = {
  readonly definition: CompiledDefinition;
  readonly directory: Directory;
  readonly made: readonly Made[];
  readonly state: RequestState;
};

/** Files one request and has it decided, by whom it asks and the check's system, until nobody is asked or `most`. */
export function file(of: Case, most: number, request = 'req_1', first = 2): Filed {
  const parsed = parseDefinition(of.yaml);
  if (!parsed.ok) throw new Error(parsed.problems.map((p) => p.message).join('\n'));
  const definition = compileDefinition(parsed.definition);
  const directory = evolveDirectory(emptyDirectory(), of.directory, 1);
  const made: Made[] = [];
  let state: RequestState | null = null;
  const give = (actor: Actor, data: CommandData): RequestState => {
    const now = new Date(START + made.length * 1000).toISOString();
    const command: Command = { id: `cmd_${request}_${made.length}`, actor, data };
    const recorder = recordFacts(factSource(directory));
    const decided = decide(state, command, { now, definition, facts: recorder.source });
    if (!decided.ok) throw new Error(decided.refusal.message);
    made.push({
      ...{ before: state, command, now },
      entry: {
        ...{ seq: first + made.length, kind: 'request', stream: request, engine: 1 },
        ...{ command: { ...command, type: data.type }, now, directory: 1, facts: recorder.used() },
        events: decided.events,
      },
    });
    state = evolveAll(state, decided.events, now);
    if (state === null) throw new Error('there is no request');
    return state;
  };
  let latest = give(
    { kind: 'service', service: 'svc_erp' },
    {
      ...{ type: 'create', request, definition: parsed.definition.definition },
      ...{ definitionDigest: definition.digest, requester: 'req', submitter: null, beneficiary: null },
      ...{ externalReference: null, content: { fields: of.fields, documents: {} }, draft: false },
    },
  );
  for (let n = 0; n < most; n += 1) {
    const check = Object.entries(latest.steps).find(([, s]) => s.status === 'waiting' && s.check === null);
    const asked = latest.assignments.find((a) => a.status === 'open');
    if (check) {
      const answer = { type: 'answerCheck', step: check[0], answer: 'pass', reference: null } as const;
      latest = give({ kind: 'service', service: 'svc_erp' }, answer);
    } else if (asked) {
      const revisionDigest = latest.revision.digest;
      const decision = { type: 'decide', assignment: asked.n, decision: 'approve', revisionDigest } as const;
      latest = give(
        { kind: 'person', person: asked.person },
        { ...decision, reason: null, comment: null, onBehalfOf: null },
      );
    } else break;
  }
  return { definition, directory, made, state: latest };
}

/** All of one decision: who may, what follows, why, and on which facts. */
export function decideAgain(
  { definition, directory }: Filed,
  { before, command, now }: Made,
): ReturnType<typeof decide> {
  const recorder = recordFacts(factSource(directory));
  const decided = decide(before, command, { now, definition, facts: recorder.source });
  recorder.used();
  return decided;
}
