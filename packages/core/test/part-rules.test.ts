import { describe, expect, it } from 'vitest';
import { compileDefinition } from '../src/definition/compile.ts';
import type { Definition } from '../src/definition/model.ts';
import { publish, SUPPLIER, using } from '../src/definition/parts/parts.test-kit.ts';
import { factSource } from '../src/facts/directory.ts';
import { type ReplayEntry, replayer } from '../src/replay/replay.ts';
import { preview } from '../src/request/preview.ts';
import { why } from '../src/why/query.ts';
import {
  eur,
  everyone,
  file,
  give,
  group,
  now,
  open,
  people,
  revise,
  role,
  says,
  service,
  type World,
  world,
} from './kit.ts';

const PART = SUPPLIER.replace('{ matrix: spend, amount: =amount, region: =region }', '{ role: compliance }');
const part = publish(PART);
const GIVEN =
  'use: supplier-check\n    id: supplier\n    with: { amount: =dealValue, region: =area, lead: =boss, threshold: =limits.supplier }';
const contract = (more = ''): Definition => publish(using(GIVEN, more), [part]);

const filed = (definition: Definition, fields: object = {}): World => {
  const w: World = {
    ...world('definition: none\nroute: [{ approve: a, by: { role: b } }]\n', [
      ...everyone,
      ...people('usr_ann', 'usr_bob'),
      group('finance', 'dan', 'usr_bob'),
      role('compliance', 'cyd', 'usr_bob'),
    ]),
    definition: compileDefinition(definition),
  };
  const { refusal } = file(w, { dealValue: eur('6000'), area: 'EMEA', boss: 'usr_bob', ...fields });
  expect(refusal).toBeNull();
  return w;
};
const passes = (w: World): ReturnType<typeof give> =>
  give(w, service, { type: 'answerCheck', step: 'supplier-sanctions', answer: 'pass', reference: null });

describe('a part is decided as the steps of the request (SEMANTICS 19)', () => {
  it('asks, by the values that it is given, and its own separation holds', () => {
    const w = filed(contract());
    passes(w);
    expect(open(w)).toEqual(['supplier-screen:usr_bob']);
    says(w, 'usr_bob', 'approve');
    // 6000 is above what the parent gives as threshold, and below what the part has by itself.
    expect(open(w)).toEqual(['supplier-compliance:cyd']);
    says(w, 'cyd', 'approve');
    expect(open(w)).toEqual(['finance:dan', 'finance:usr_bob']);
    says(w, 'dan', 'approve');
    expect(now(w)).toMatchObject({ status: 'closed', outcome: 'approved' });
  });

  it("has the parent's separation over its steps", () => {
    const w = filed(contract('separate:\n  - different: [finance, supplier-screen]\n'));
    passes(w);
    says(w, 'usr_bob', 'approve');
    says(w, 'cyd', 'approve');
    expect(open(w)).toEqual(['finance:dan']);
  });

  it('rejects the request where it rejects', () => {
    const w = filed(contract());
    passes(w);
    says(w, 'usr_bob', 'reject');
    expect(now(w)).toMatchObject({ status: 'closed', outcome: 'rejected' });
  });

  it('holds while what it is given is unknown, and names what is missing in the words of the request', () => {
    const w = filed(contract(), { boss: null });
    passes(w);
    expect(now(w)).toMatchObject({
      status: 'on_hold',
      steps: { 'supplier-screen': { missing: ['fields.boss'] } },
    });
    revise(w, service, { dealValue: eur('6000'), area: 'EMEA', boss: 'usr_ann' });
    passes(w);
    expect(open(w)).toEqual(['supplier-screen:usr_ann']);
  });

  it('reviews the fields that its parameters are made of', () => {
    const w = filed(contract());
    passes(w);
    says(w, 'usr_bob', 'approve');
    revise(w, service, { dealValue: eur('6000'), area: 'EMEA', boss: 'usr_bob', note: 'more' });
    expect(now(w).decisions).toMatchObject([{ step: 'supplier-screen', standing: true }]);
    revise(w, service, { dealValue: eur('6001'), area: 'EMEA', boss: 'usr_bob', note: 'more' });
    expect(now(w).decisions).toMatchObject([{ step: 'supplier-screen', standing: false }]);
  });

  it('is explained by its place, its condition and the values of the request', () => {
    const w = filed(contract(), { dealValue: eur('5000') });
    passes(w);
    says(w, 'usr_bob', 'approve');
    const [told] = why(
      now(w),
      { now: w.now, definition: w.definition, facts: factSource(w.directory) },
      { step: 'supplier-compliance' },
    );
    expect(told).toMatchObject({
      path: 'route[0].use[2]',
      status: 'skipped',
      why: {
        rule: 'when-false',
        clause: 'route[0].use[2].when: dealValue > limits.supplier && checks["supplier-sanctions"] == "pass"',
        inputs: { 'fields.dealValue': eur('5000.00'), 'limits.supplier': eur('5000') },
      },
    });
  });

  it('is skipped as a whole by the condition of its use, and previewed step by step', () => {
    const never = publish(using(`${GIVEN}\n    when: note == "check"`), [part]);
    const w = filed(never, { note: 'no' });
    expect(open(w)).toEqual(['finance:dan', 'finance:usr_bob']);
    const command = {
      id: 'cmd_p',
      actor: service,
      data: { ...firstCommand(filed(contract())), request: 'req_2' },
    };
    const seen = preview(command, command.data, {
      now: w.now,
      definition: compileDefinition(contract()),
      facts: factSource(w.directory),
    });
    if (!seen.ok) throw new Error(seen.refusal.message);
    expect(seen.steps.map(({ step, asked }) => `${step}: ${asked.map((one) => one.person).join()}`)).toEqual([
      'supplier: ',
      'supplier-sanctions: ',
      'supplier-screen: usr_bob',
      'supplier-compliance: cyd,usr_bob',
      'finance: dan,usr_bob',
    ]);
  });
});

function firstCommand(w: World) {
  const data = w.log[0]?.command.data;
  if (data?.type !== 'create') throw new Error('nothing filed');
  return data;
}

describe('a part by itself', () => {
  it('takes no request', () => {
    const w = { ...filed(contract()), definition: compileDefinition(part), state: null };
    expect(file(w, {}).refusal?.code).toBe('definition-is-part');
  });
});

describe('the log of a definition with parts', () => {
  const entry = (seq: number, canonical: Definition): ReplayEntry => ({
    ...{
      seq,
      kind: 'definition',
      stream: `definition/${canonical.definition}`,
      engine: 1,
      directory: 0,
      facts: {},
    },
    command: { id: `cmd_${seq}`, type: 'publishDefinition', actor: service, data: {} },
    now: '2026-01-05T09:00:00.000Z',
    events: [
      { type: 'definition.published', digest: compileDefinition(canonical).digest, canonical } as {
        type: string;
      },
    ],
  });

  it('is believed where the part stands in it, as it is pinned', () => {
    const replay = replayer();
    expect(replay.entry(entry(1, part))).toEqual({ verdict: 'reproduced' });
    expect(replay.entry(entry(2, contract()))).toEqual({ verdict: 'reproduced' });
  });

  it('is not believed without it, nor with other steps than those of the part', () => {
    expect(replayer().entry(entry(1, contract()))).toMatchObject({
      verdict: 'different',
      detail: expect.stringMatching(/holds no part supplier-check/),
    });
    const [use, ...rest] = contract().route;
    if (use?.kind !== 'sequence') throw new Error('no use');
    const replay = replayer();
    replay.entry(entry(1, part));
    expect(
      replay.entry(entry(2, { ...contract(), route: [{ ...use, steps: use.steps.slice(0, 2) }, ...rest] })),
    ).toMatchObject({
      verdict: 'different',
      detail: expect.stringMatching(/not those of the part/),
    });
  });
});
