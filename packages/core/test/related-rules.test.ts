import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainDefinition } from '../src/definition/explain/explain.ts';
import { compileDefinition } from '../src/definition/index.ts';
import { publish } from '../src/definition/parts/parts.test-kit.ts';
import { messagesOf, parsed, problemsOf } from '../src/definition/test-kit.ts';
import { type DirectoryEvent, emptyDirectory, evolveDirectory, factSource } from '../src/facts/directory.ts';
import { recordFacts } from '../src/facts/record.ts';
import { rateTable } from '../src/rates/table.ts';
import type { RelatedSum } from '../src/related/model.ts';
import { countsInSums, relatedReads, sumOf } from '../src/related/sums.ts';
import { type ReplayEntry, type ReplayVerdict, replayer } from '../src/replay/replay.ts';
import type { Command, CommandData } from '../src/request/commands.ts';
import { decide } from '../src/request/decide.ts';
import type { RequestEvent } from '../src/request/events.ts';
import { evolveAll } from '../src/request/evolve.ts';
import type { Actor } from '../src/request/model.ts';
import type { RequestState } from '../src/request/state.ts';
import type { FieldValues } from '../src/values.ts';
import { as, compile, eur, everyone, role, service } from './kit.ts';

const RULES = (total: string, more = '') => `
definition: orders
title: Orders
limits: { small: 1000 EUR, window: 30 days }
money: { currency: EUR${more} }
fields: { amount: money, vendor: text }
separate: [{ never: [] }]
route:
  - approve: lead
    by: { role: lead }
  - choose:
      - when: ${total} <= limits.small
        pass: Small
      - otherwise: [{ approve: board, by: { role: board } }]
`;
const BY_VENDOR = 'related.total(amount, vendor, limits.window)';
const PEOPLE: DirectoryEvent[] = [...everyone, role('lead', 'ann'), role('board', 'bob')];
const NOON = '2026-03-01T12:00:00.000Z';

/** Several requests of one definition, each command told what the others add up to, as a server tells it. */
function office(rules: string, events: DirectoryEvent[] = PEOPLE) {
  const definition = compile(rules);
  const directory = evolveDirectory(emptyDirectory(), events, 1);
  const states = new Map<string, RequestState>();
  const entries: ReplayEntry[] = [];
  let now = NOON;

  const sumsFor = (request: string, data: CommandData): RelatedSum[] => {
    const state = states.get(request);
    const subject =
      data.type === 'create'
        ? {
            ...{ definition: data.definition, requester: data.requester, submitter: 'svc_erp' },
            ...{ beneficiary: data.requester, revision: { fields: data.content.fields }, submittedAt: null },
          }
        : state && data.type === 'revise'
          ? { ...state, revision: { fields: data.content.fields } }
          : state;
    if (!subject) throw new Error(`no request ${request}`);
    return relatedReads(subject, definition, now).map((read) => {
      const others = [...states.values()].filter(
        ({ submittedAt, ...one }) =>
          one.request !== request &&
          submittedAt !== null &&
          countsInSums({ submittedAt, outcome: one.outcome }) &&
          submittedAt >= read.since &&
          (read.until === null || submittedAt <= read.until),
      );
      return sumOf(
        read,
        others.flatMap((one) => one.related?.filter(({ key }) => key === read.key) ?? []),
      );
    });
  };
  const give = (request: string, actor: Actor, data: CommandData, related = sumsFor(request, data)) => {
    const before = states.get(request) ?? null;
    const command: Command = { id: `cmd_${entries.length}`, actor, data: { ...data, related } };
    const recorder = recordFacts(factSource(directory));
    const decided = decide(before, command, { now, definition, facts: recorder.source });
    if (!decided.ok) throw new Error(decided.refusal.message);
    const after = evolveAll(before, decided.events, now);
    if (after) states.set(request, after);
    if (decided.events.length > 0)
      entries.push({
        ...{ seq: entries.length + 3, kind: 'request', stream: request, engine: 1, now, directory: 1 },
        command: { ...command, type: data.type },
        ...{ facts: recorder.used(), events: decided.events },
      });
    return decided.events;
  };
  const of = (request: string): RequestState => {
    const state = states.get(request);
    if (!state) throw new Error(`no request ${request}`);
    return state;
  };
  return {
    of,
    give,
    sumsFor,
    entries,
    at(time: string) {
      now = time;
    },
    file: (request: string, fields: FieldValues, requester = 'req', related?: RelatedSum[]) => {
      const data: CommandData = {
        ...{ type: 'create', request, definition: 'orders', definitionDigest: definition.digest, requester },
        ...{ submitter: null, beneficiary: null, externalReference: null, draft: false },
        content: { fields, documents: {} },
      };
      return give(request, service, data, related ?? sumsFor(request, data));
    },
    approve: (request: string, person: string): readonly RequestEvent[] => {
      const place = of(request).assignments.find((a) => a.person === person && a.status === 'open');
      return give(request, as(person), {
        ...{ type: 'decide', assignment: place?.n ?? 0, decision: 'approve' },
        revisionDigest: of(request).revision.digest,
        ...{ reason: null, comment: null, onBehalfOf: null },
      });
    },
    cancel: (request: string) => give(request, service, { type: 'cancel', reason: null }),
    revise: (request: string, fields: FieldValues) =>
      give(request, service, {
        ...{ type: 'revise', expected: of(request).revision.digest },
        content: { fields, documents: {} },
      }),
    replay(change: (entry: ReplayEntry) => ReplayEntry = (entry) => entry): ReplayVerdict[] {
      const log = replayer();
      const first = { engine: 1, now: NOON, directory: 1, facts: {}, command: {} };
      log.entry({ ...first, seq: 1, kind: 'matrix', stream: 'directory', events } as unknown as ReplayEntry);
      const published = {
        type: 'definition.published',
        digest: definition.digest,
        canonical: definition.definition,
      };
      const seq2 = { ...first, seq: 2, kind: 'definition', stream: 'orders', events: [published] };
      log.entry(seq2 as unknown as ReplayEntry);
      return entries.map((entry) => log.entry(change(entry)));
    },
  };
}
const acme = (amount: string) => ({ amount: eur(amount), vendor: 'Acme' });
const waits = ({ assignments }: RequestState): string[] =>
  assignments.filter(({ status }) => status === 'open').map(({ step, person }) => `${step}:${person}`);
const total = (state: RequestState): unknown =>
  Object.values(state.steps['choose-2']?.why.inputs ?? {}).find((_, i) =>
    Object.keys(state.steps['choose-2']?.why.inputs ?? {})[i]?.startsWith('related.'),
  );

describe('a purchase that is split adds up (SEMANTICS 16)', () => {
  it('with open and approved requests of the same vendor', () => {
    const w = office(RULES(BY_VENDOR));
    w.file('req_a', acme('600.00'));
    w.approve('req_a', 'ann');
    expect(w.of('req_a').outcome).toBe('approved');
    w.file('req_b', acme('300.00'));
    w.file('req_c', acme('100.00'));
    w.approve('req_c', 'ann');
    expect([w.of('req_c').outcome, total(w.of('req_c'))]).toEqual(['approved', eur('1000')]);
    w.file('req_d', acme('0.01'));
    w.approve('req_d', 'ann');
    expect([waits(w.of('req_d')), total(w.of('req_d'))]).toEqual([['board:bob'], eur('1000.01')]);
  });

  it('not with those of another vendor, of another time, or that have come to nothing', () => {
    const w = office(RULES(BY_VENDOR));
    w.at('2026-01-30T11:59:59.999Z');
    w.file('req_old', acme('900.00'));
    w.at('2026-01-30T12:00:00.000Z');
    w.file('req_just', acme('400.00'));
    w.at(NOON);
    w.file('req_other', { amount: eur('900.00'), vendor: 'Bolt' });
    w.file('req_gone', acme('900.00'));
    w.cancel('req_gone');
    w.file('req_a', acme('600.00'));
    w.approve('req_a', 'ann');
    expect([w.of('req_a').outcome, total(w.of('req_a'))]).toEqual(['approved', eur('1000')]);
  });

  it('nor with what came so long after it, however long it waits itself', () => {
    const w = office(RULES(BY_VENDOR));
    w.file('req_a', acme('600.00'));
    w.at('2026-03-31T12:00:00.001Z');
    w.file('req_later', acme('900.00'));
    w.approve('req_a', 'ann');
    expect([w.of('req_a').outcome, total(w.of('req_a'))]).toEqual(['approved', eur('600')]);
    w.at('2026-03-31T12:00:00.000Z');
    w.file('req_b', acme('600.00'));
    w.file('req_just', acme('401.00'));
    w.approve('req_b', 'ann');
    expect(waits(w.of('req_b'))).toEqual(['board:bob']);
  });

  it('as each of them stands now, and without those that are drafts', () => {
    const w = office(RULES(BY_VENDOR));
    w.file('req_a', acme('900.00'));
    w.revise('req_a', acme('400.00'));
    const draft = { type: 'create', request: 'req_draft', definition: 'orders', requester: 'req' } as const;
    w.give('req_draft', as('req'), {
      ...draft,
      ...{ definitionDigest: w.of('req_a').definitionDigest, submitter: null, beneficiary: null },
      ...{ externalReference: null, draft: true, content: { fields: acme('900.00'), documents: {} } },
    });
    w.file('req_b', acme('600.00'));
    w.approve('req_b', 'ann');
    expect(w.of('req_b').outcome).toBe('approved');
  });

  it('by the requester, whoever the vendor is', () => {
    const w = office(RULES('related.total(amount, requester, duration("PT24H"))'));
    w.file('req_a', acme('600.00'));
    w.file('req_b', { amount: eur('600.00'), vendor: 'Bolt' });
    w.approve('req_b', 'ann');
    expect(waits(w.of('req_b'))).toEqual(['board:bob']);
    w.file('req_c', acme('600.00'), 'dan');
    w.approve('req_c', 'ann');
    expect(w.of('req_c').outcome).toBe('approved');
  });

  it('in the currency of the definition, each at the rates of its own revision; one that has none holds the sum', () => {
    const rates: DirectoryEvent = {
      type: 'rates.published',
      table: rateTable({ source: 'ecb', date: '2026-02-27', base: 'EUR', rates: { USD: '2' } }),
    };
    const w = office(RULES(BY_VENDOR, ', rates: ecb'), [...PEOPLE, rates]);
    const usd = { amount: { amount: '1000.00', currency: 'USD' }, vendor: 'Acme' };
    w.file('req_a', usd);
    w.file('req_b', acme('500.00'));
    w.approve('req_b', 'ann');
    expect([w.of('req_b').outcome, total(w.of('req_b'))]).toEqual(['approved', eur('1000')]);
    w.file('req_sek', { amount: { amount: '1.00', currency: 'SEK' }, vendor: 'Acme' });
    w.file('req_c', acme('1.00'));
    w.approve('req_c', 'ann');
    expect(w.of('req_c').steps['choose-2']).toMatchObject({
      status: 'held',
      missing: ['related.total(fields.amount, fields.vendor, limits.window)'],
    });
  });

  it('without a vendor, or an amount, the request holds and names that', () => {
    const w = office(RULES(BY_VENDOR));
    w.file('req_a', { amount: eur('5.00') });
    w.approve('req_a', 'ann');
    expect(w.of('req_a').steps['choose-2']?.missing).toEqual(['fields.vendor']);
  });

  it('and what was not read is unknown, never nothing', () => {
    const w = office(RULES(BY_VENDOR).replace('  - approve: lead\n    by: { role: lead }\n', ''));
    w.file('req_a', acme('5.00'), 'req', []);
    expect(w.of('req_a').status).toBe('on_hold');
    const [sum] = w.sumsFor('req_a', { type: 'submit' });
    if (!sum) throw new Error('no sum');
    w.file('req_b', acme('5.00'), 'req', [{ ...sum, since: NOON }]);
    expect(w.of('req_b').status).toBe('on_hold');
  });
});

describe('a sum is computed again before the approval', () => {
  const FIRST = `
definition: orders
title: Orders
limits: { small: 1000 EUR, window: 30 days }
money: { currency: EUR }
fields: { amount: money, vendor: text }
separate: [{ never: [] }]
route:
  - choose:
      - when: ${BY_VENDOR} <= limits.small
        steps: [{ approve: lead, by: { role: lead } }]
      - otherwise: [{ approve: board, by: { role: board } }]
  - approve: audit
    by: { role: board }
    when: ${BY_VENDOR} > limits.small
`;

  /** Nothing after the choice reads the sum, so that only its second reading can tell. */
  const ONCE = FIRST.slice(0, FIRST.indexOf('  - approve: audit'));

  it('two that were filed side by side, each small: the second to end asks the board as well', () => {
    const w = office(FIRST);
    w.file('req_a', acme('600.00'));
    const alone = w.entries[0]?.command.data as { related: RelatedSum[] };
    w.file('req_b', acme('600.00'), 'req', alone.related);
    expect([waits(w.of('req_a')), waits(w.of('req_b'))]).toEqual([['lead:ann'], ['lead:ann']]);
    w.approve('req_b', 'ann');
    expect(waits(w.of('req_b'))).toEqual(['audit:bob']);
    const events = w.approve('req_b', 'bob');
    expect(events.filter(({ type }) => type === 'step.reconsidered')).toMatchObject([
      { step: 'choose-1', why: { rule: 'related-grown', inputs: { [PATH]: eur('1200') } } },
    ]);
    expect(waits(w.of('req_b'))).toEqual(['board:bob']);
    expect(w.of('req_b').steps['lead']?.status).toBe('approved');
    w.approve('req_b', 'bob');
    expect(w.of('req_b').outcome).toBe('approved');
  });

  it('a step that was skipped is asked for', () => {
    const skipped = FIRST.replace(/ {2}- choose:[\s\S]*? {2}- approve: audit/, '  - approve: audit').concat(
      '  - approve: lead\n    by: { role: lead }\n',
    );
    const w = office(skipped);
    w.file('req_a', acme('600.00'));
    expect(w.of('req_a').steps['audit']?.status).toBe('skipped');
    w.file('req_b', acme('600.00'));
    w.approve('req_a', 'ann');
    expect([w.of('req_a').status, waits(w.of('req_a'))]).toEqual(['in_review', ['audit:bob']]);
    w.approve('req_a', 'bob');
    expect(w.of('req_a').outcome).toBe('approved');
  });

  it('one that has shrunk takes nothing away and asks nobody more', () => {
    const w = office(FIRST);
    w.file('req_a', acme('600.00'));
    w.file('req_b', acme('600.00'));
    expect(waits(w.of('req_b'))).toEqual(['board:bob']);
    w.cancel('req_a');
    w.approve('req_b', 'bob');
    expect([w.of('req_b').outcome, w.of('req_b').steps['lead']]).toEqual(['approved', undefined]);
  });

  it('one that cannot be told holds', () => {
    const w = office(FIRST);
    w.file('req_a', acme('600.00'));
    const place = w.of('req_a').assignments[0]?.n ?? 0;
    const revisionDigest = w.of('req_a').revision.digest;
    const decision = { type: 'decide', assignment: place, decision: 'approve', revisionDigest } as const;
    w.give('req_a', as('ann'), { ...decision, reason: null, comment: null, onBehalfOf: null }, []);
    expect(w.of('req_a').status).toBe('on_hold');
    w.give('req_a', { kind: 'system', system: 'recheck' }, { type: 'recheck' });
    expect(w.of('req_a').outcome).toBe('approved');
  });

  it('however requests come and go, none is approved over the limit without the board', () => {
    const act = fc.record({
      kind: fc.constantFrom('file', 'approve', 'approve', 'cancel', 'revise'),
      which: fc.nat(5),
      amount: fc.integer({ min: 1, max: 700 }),
    });
    fc.assert(
      fc.property(fc.array(act, { minLength: 3, maxLength: 25 }), (acts) => {
        const w = office(ONCE);
        const open = new Set<string>();
        for (const { kind, which, amount } of acts) {
          const request = `req_${which}`;
          const known = open.has(request);
          if (kind === 'file' && !known) {
            w.file(request, acme(`${amount}.00`));
            open.add(request);
          }
          if (!known || w.of(request).status === 'closed') continue;
          if (kind === 'cancel') w.cancel(request);
          else if (kind === 'revise') w.revise(request, acme(`${amount}.00`));
          else if (kind === 'approve') {
            const person = waits(w.of(request))[0]?.split(':')[1];
            if (person) w.approve(request, person);
          }
          const state = w.of(request);
          if (state.outcome !== 'approved') continue;
          const [sum] = w.sumsFor(request, { type: 'recheck' });
          const all =
            Number(sum?.amount) + Number((state.revision.fields['amount'] as { amount: string }).amount);
          const board = state.decisions.some((d) => d.standing && d.person === 'bob');
          if (all > 1000) expect(board).toBe(true);
        }
        expect(w.replay().filter(({ verdict }) => verdict !== 'reproduced')).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
const PATH = 'related.total(fields.amount, fields.vendor, limits.window)';

describe('the log', () => {
  const story = () => {
    const w = office(RULES(BY_VENDOR));
    w.file('req_a', acme('600.00'));
    w.approve('req_a', 'ann');
    w.file('req_b', acme('500.00'));
    w.approve('req_b', 'ann');
    w.cancel('req_b');
    w.file('req_c', acme('400.00'));
    w.approve('req_c', 'ann');
    return w;
  };

  it('is decided again from itself, sums and all', () => {
    const w = story();
    expect(w.of('req_c').outcome).toBe('approved');
    expect(w.replay().every(({ verdict }) => verdict === 'reproduced')).toBe(true);
  });

  it.each([
    ['less', { amount: '0' }],
    ['fewer', { requests: 0 }],
    ['a shorter time', { since: '2026-03-01T00:00:00.000Z' }],
  ])('a sum that says %s is found', (_what, change) => {
    const w = story();
    const verdicts = w.replay((entry) => {
      const data = entry.command.data as { related: RelatedSum[] };
      if (entry.stream !== 'req_b' || entry.command.type !== 'decide') return entry;
      const related = data.related.map((sum) => ({ ...sum, ...change }));
      return { ...entry, command: { ...entry.command, data: { ...data, related } } };
    });
    expect(verdicts.some(({ verdict }) => verdict === 'different')).toBe(true);
  });
});

describe('the call', () => {
  const of = (
    when: string,
    fields = '{ amount: { type: money, currency: EUR }, vendor: text, n: integer, any: money, secret: { type: text, personal: true } }',
  ) =>
    `definition: x
limits: { small: 100 EUR, window: 30 days }
fields: ${fields}
route:
  - { approve: a, by: { role: r } }
  - { approve: b, by: { role: r }, when: '${when}' }`;

  it.each([
    'related.total(amount, vendor, limits.window) > limits.small',
    'related.total(fields.amount, fields["vendor"], duration("P30D")) > limits.small',
    'related.total(amount, requester, duration("PT12H")) > limits.small || amount > limits.small',
  ])('%s is checked and published', (when) => expect(problemsOf(of(when))).toEqual([]));

  it.each([
    ['related.total(amount, vendor) > limits.small', 'takes what is added'],
    ['related.total(amount, vendor, 30) > limits.small', 'a duration'],
    ['related.total(amount, vendor, duration("30 days")) > limits.small', 'Name a field of money'],
    ['related.total(amount, n, limits.window) > limits.small', 'goes by a text'],
    ['related.total(vendor, vendor, limits.window) > limits.small', 'Only money'],
    ['related.total(any, vendor, limits.window) > limits.small', 'Amounts in any currency'],
    ['related.total(amount, secret, limits.window) > limits.small', 'personal'],
    ['related.total(amount, nobody, limits.window) > limits.small', 'no field nobody'],
    ['related.total(amount, vendor, limits.small) > limits.small', 'a duration'],
    ['related.count(amount, vendor, limits.window) > 1', 'no function count'],
  ])('%s is refused', (when, message) => expect(messagesOf(of(when))).toContain(message));

  it('belongs to conditions, and its name is no field', () => {
    const amount = `definition: x
fields: { amount: { type: money, currency: EUR }, vendor: text }
route: [{ approve: a, by: { matrix: m, amount: '=related.total(amount, vendor, duration("P1D"))' } }]`;
    expect(messagesOf(amount)).toContain('write them under `when`');
    expect(messagesOf(of('n > 1', '{ related: text, n: integer }'))).toContain('means something else');
  });

  it('may stand in a part, about what the part is given', () => {
    const part = publish(`definition: split-check
parameters: { sum: { type: money, currency: EUR }, whose: text }
limits: { most: 100 EUR, window: 30 days }
route: [{ approve: board, by: { role: board }, when: 'related.total(sum, whose, limits.window) > limits.most' }]`);
    const whole = publish(
      `definition: orders
fields: { amount: { type: money, currency: EUR }, vendor: text }
route:
  - { use: split-check, with: { sum: =amount, whose: =vendor } }
  - { approve: lead, by: { role: lead } }`,
      [part],
    );
    expect(compileDefinition(whole).totals).toEqual([
      {
        path: 'related.total(fields.amount, fields.vendor, limits.split-check.window)',
        ...{ amount: 'amount', by: 'fields.vendor', within: 30 * 86_400_000, currency: 'EUR' },
      },
    ]);
  });

  it('is told in plain words', () => {
    const definition = parsed(of('related.total(amount, vendor, limits.window) > limits.small'));
    expect(explainDefinition(definition, 'en').join('\n')).toContain(
      'the sum of amount over all requests with the same vendor within 30 days (limit window), this one included, is above 100 EUR (limit small)',
    );
    expect(explainDefinition(definition, 'de').join('\n')).toContain(
      'die Summe von amount über alle Anträge mit gleichem vendor binnen 30 Tagen (Grenze window), diesen eingeschlossen, liegt über 100 EUR (Grenze small)',
    );
  });
});
