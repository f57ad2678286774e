import { describe, expect, it } from 'vitest';
import { matrixDigest } from '../src/authority/matrix-find.ts';
import { explainDefinition } from '../src/definition/explain/explain.ts';
import { formatDefinition } from '../src/definition/format/format.ts';
import { diffDefinitions } from '../src/definition/index.ts';
import { messagesOf, parsed, problemsOf } from '../src/definition/test-kit.ts';
import { decideDirectory } from '../src/facts/decide.ts';
import { type DirectoryEvent, emptyDirectory, evolveDirectory, factSource } from '../src/facts/directory.ts';
import { recordFacts } from '../src/facts/record.ts';
import { rateTable } from '../src/rates/table.ts';
import { type ReplayEntry, replayer } from '../src/replay/replay.ts';
import { decide } from '../src/request/decide.ts';
import { why } from '../src/why/query.ts';
import { as, change, everyone, file, give, group, now, open, revise, role, says, world } from './kit.ts';

const money = (amount: string, currency: string) => ({ amount, currency });
const table = (date: string, rates: { [currency: string]: string }) =>
  rateTable({ source: 'ecb', date, base: 'EUR', rates });
const published = (date: string, rates: { [currency: string]: string }): DirectoryEvent => ({
  type: 'rates.published',
  table: table(date, rates),
});

const RULES = (when: string, more = '', clause = 'currency: EUR, rates: ecb') => `
definition: orders
title: Orders
limits: { small: 1000 EUR, dollars: 2000 USD }
money: { ${clause} }
fields: { amount: money, freight: money, invoiced: date, list: { type: list, items: money } }
route:
  - choose:
      - when: ${when}
        pass: Small
      - otherwise: [{ approve: legal, by: { group: legal } }]
${more}`;
const FRIDAY = published('2026-01-02', { USD: '1.1', GBP: '0.85', CHF: '0.95' });
/** Filed on Monday, 5 January 2026. */
const filed = (when: string, fields: object, events: DirectoryEvent[] = [FRIDAY], clause?: string) => {
  const w = world(RULES(when, '', clause), [...everyone, group('legal', 'ann'), ...events]);
  return { w, ...file(w, fields as Parameters<typeof file>[1]) };
};
const outcome = (when: string, fields: object, events?: DirectoryEvent[], clause?: string) => {
  const { w } = filed(when, fields, events, clause);
  return now(w).status === 'on_hold'
    ? now(w).steps['choose-1']?.missing
    : now(w).outcome === 'approved'
      ? 'small'
      : 'asked';
};

describe('amounts in different currencies are compared in that of the definition (SEMANTICS 16)', () => {
  it.each([
    ['amount < limits.small', { amount: money('1099.99', 'USD') }, 'small'],
    ['amount < limits.small', { amount: money('1100.00', 'USD') }, 'asked'],
    ['amount <= limits.small', { amount: money('1100.00', 'USD') }, 'small'],
    ['amount <= limits.small', { amount: money('1100.01', 'USD') }, 'asked'],
    ['amount < limits.small', { amount: money('999.99', 'EUR') }, 'small'],
    ['amount == limits.small', { amount: money('1100.00', 'USD') }, 'small'],
    ['amount != limits.small', { amount: money('1100.00', 'USD') }, 'asked'],
    ['amount < limits.dollars', { amount: money('1999.99', 'USD') }, 'small'],
    ['amount < limits.dollars', { amount: money('1500.00', 'GBP') }, 'small'],
    ['amount < limits.dollars', { amount: money('1546.00', 'GBP') }, 'asked'],
    [
      'amount + freight <= limits.small',
      { amount: money('550.00', 'USD'), freight: money('500.00', 'EUR') },
      'small',
    ],
    [
      'amount + freight <= limits.small',
      { amount: money('550.01', 'USD'), freight: money('500.00', 'EUR') },
      'asked',
    ],
    [
      'amount - freight <= limits.small',
      { amount: money('1100.00', 'USD'), freight: money('0.00', 'GBP') },
      'small',
    ],
    ['list.all(a, a < limits.small)', { list: [money('1.00', 'USD'), money('1.00', 'CHF')] }, 'small'],
    ['amount in list', { amount: money('10.00', 'EUR'), list: [money('11.00', 'USD')] }, 'small'],
  ])('%s of %j: %s', (when, fields, result) => expect(outcome(when, fields)).toEqual(result));

  it('a missing rate is unknown: the request is on hold and names it', () => {
    expect(outcome('amount < limits.small', { amount: money('5', 'SEK') })).toEqual(['rates.EUR-SEK']);
    expect(outcome('amount < limits.small', { amount: money('5', 'SEK') }, [])).toEqual(['rates.EUR-SEK']);
  });

  it('one that cannot matter holds nobody up', () =>
    expect(outcome('amount < limits.small || 1 == 1', { amount: money('5', 'SEK') })).toBe('small'));

  it('without `rates` two currencies hold as before', () => {
    const w = world(RULES('freight < amount', '', ''), [...everyone, group('legal', 'ann'), FRIDAY]);
    const { events } = file(w, { amount: money('5', 'USD'), freight: money('5', 'EUR') });
    expect(now(w).steps['choose-1']?.missing).toEqual(['rates.EUR-USD']);
    expect(JSON.stringify(events)).not.toContain('"rates":');
  });
});

describe('rates are frozen in the revision', () => {
  it('of the last table up to the day of submission, only what the request can need', () => {
    const { w, events } = filed('amount < limits.small', { amount: money('5', 'USD') });
    const frozen = {
      source: 'ecb',
      currency: 'EUR',
      asOf: '2026-01-05',
      table: {
        date: '2026-01-02',
        base: 'EUR',
        rates: { USD: '1.1' },
        digest: table('2026-01-02', { USD: '1.1', GBP: '0.85', CHF: '0.95' }).digest,
      },
    };
    expect(events.find(({ type }) => type === 'request.submitted')).toMatchObject({ rates: frozen });
    expect(now(w).revision.rates).toEqual(frozen);
  });

  it('what is published later moves nothing that stands; the next revision reads it', () => {
    const { w } = filed('amount <= limits.small', { amount: money('1200.00', 'USD') });
    expect(open(w)).toEqual(['legal:ann']);
    change(w, published('2026-01-05', { USD: '1.2' }));
    give(w, { kind: 'system', system: 'recheck' }, { type: 'recheck' });
    expect(now(w).revision.rates?.table?.rates).toEqual({ USD: '1.1' });
    expect(open(w)).toEqual(['legal:ann']);
    revise(w, as('req'), { amount: money('1200.00', 'USD') });
    expect(now(w).revision.rates?.table?.rates).toEqual({ USD: '1.2' });
    expect(now(w).outcome).toBe('approved');
  });

  it('the digest of the revision is that of its content alone', () => {
    const a = filed('amount < limits.small', { amount: money('5', 'USD') });
    const b = filed('amount < limits.small', { amount: money('5', 'USD') }, []);
    expect(now(a.w).revision.digest).toBe(now(b.w).revision.digest);
  });

  it('a draft has none until it is submitted', () => {
    const w = world(RULES('amount < limits.small'), [...everyone, group('legal', 'ann'), FRIDAY]);
    file(w, { amount: money('5', 'USD') }, { draft: true });
    revise(w, as('req'), { amount: money('6', 'USD') });
    expect(now(w).revision).not.toHaveProperty('rates');
    give(w, as('req'), { type: 'submit' });
    expect(now(w).revision.rates?.table?.date).toBe('2026-01-02');
  });

  it('a table that corrects its day is read from then on', () => {
    const corrected = published('2026-01-02', { USD: '2' });
    expect(outcome('amount <= limits.small', { amount: money('2000.00', 'USD') }, [FRIDAY, corrected])).toBe(
      'small',
    );
    const older = published('2025-12-30', { USD: '3' });
    expect(outcome('amount <= limits.small', { amount: money('3000.00', 'USD') }, [FRIDAY, older])).toBe(
      'asked',
    );
  });

  it('a table of a later day, or an old one, is none', () => {
    const later = published('2026-01-06', { USD: '1.1' });
    expect(outcome('amount < limits.small', { amount: money('5', 'USD') }, [later])).toEqual([
      'rates.EUR-USD',
    ]);
    const [seven, eight] = [published('2025-12-29', { USD: '1.1' }), published('2025-12-28', { USD: '1.1' })];
    expect(outcome('amount < limits.small', { amount: money('5', 'USD') }, [seven])).toBe('small');
    expect(outcome('amount < limits.small', { amount: money('5', 'USD') }, [eight])).toEqual([
      'rates.EUR-USD',
    ]);
    const monthly = 'currency: EUR, rates: ecb, oldest: 31 days';
    expect(outcome('amount < limits.small', { amount: money('5', 'USD') }, [eight], monthly)).toBe('small');
  });

  it('as of a date of the request; one that is absent or still to come has no rates', () => {
    const clause = 'currency: EUR, rates: ecb, asOf: =invoiced';
    const events = [published('2025-11-28', { USD: '2' }), FRIDAY];
    const when = 'amount <= limits.small';
    const amount = money('2000.00', 'USD');
    expect(outcome(when, { amount, invoiced: '2025-11-30' }, events, clause)).toBe('small');
    expect(outcome(when, { amount, invoiced: '2026-01-05' }, events, clause)).toBe('asked');
    expect(outcome(when, { amount }, events, clause)).toEqual(['fields.invoiced']);
    expect(outcome(when, { amount, invoiced: '2026-01-06' }, events, clause)).toEqual(['rates.EUR-USD']);
  });
});

describe('explained', () => {
  it('an explanation shows what became what, by which rates of whom and when', () => {
    const { w } = filed('amount < limits.small', { amount: money('2200.00', 'USD') });
    expect(now(w).steps['choose-1']?.why.inputs).toEqual({
      'fields.amount': money('2200.00', 'USD'),
      'limits.small': money('1000', 'EUR'),
      'rates.EUR-USD': {
        source: 'ecb',
        date: '2026-01-02',
        base: 'EUR',
        rates: { USD: '1.1' },
        converted: [[money('2200', 'USD'), money('2000', 'EUR')]],
      },
    });
  });

  it('a conversion that did not decide is not cited', () => {
    const { w } = filed('amount < limits.small && freight == freight', {
      amount: money('2200.00', 'USD'),
      freight: money('1', 'EUR'),
    });
    expect(Object.keys(now(w).steps['choose-1']?.why.inputs ?? {})).toContain('rates.EUR-USD');
    const { w: other } = filed('amount < limits.small || 1 == 1', { amount: money('2200.00', 'USD') });
    expect(now(other).steps['choose-1']?.why.inputs).toEqual({});
  });

  it('a hold says what to do', () => {
    const { w } = filed('amount < limits.small', { amount: money('5', 'SEK') });
    const context = { now: w.now, definition: w.definition, facts: factSource(w.directory) };
    expect(why(now(w), context, { step: 'choose-1' })[0]?.waitsFor).toBe(
      'a value for rates.EUR-SEK: publish exchange rates of ecb for 2026-01-05, then revise the request',
    );
  });
});

describe('a matrix in another currency', () => {
  const version = {
    matrix: 'spend',
    effectiveFrom: '2026-01-01T00:00:00.000Z',
    currency: 'USD',
    columns: [],
    ask: 'first' as const,
    climb: false,
    fallback: null,
    rows: [
      { id: 'row-1', cells: [], upTo: '1100', approver: { role: 'lead' } },
      { id: 'row-2', cells: [], upTo: null, approver: { role: 'cfo' } },
    ],
  };
  const spend: DirectoryEvent = {
    type: 'matrix.published',
    version: { ...version, digest: matrixDigest(version) },
  };
  const MATRIX = `
definition: orders
title: Orders
money: { currency: EUR, rates: ecb }
fields: { amount: money }
route: [{ approve: budget, by: { matrix: spend, amount: =amount } }]`;
  const asked = (amount: string, currency: string, ...events: DirectoryEvent[]) => {
    const w = world(MATRIX, [...everyone, role('lead', 'ann'), role('cfo', 'bob'), spend, ...events]);
    file(w, { amount: money(amount, currency) });
    return { open: open(w), step: now(w).steps['budget'], w };
  };

  it('is asked in its own, to the limit and no further', () => {
    expect(asked('1000.00', 'EUR', FRIDAY).open).toEqual(['budget:ann']);
    expect(asked('1000.01', 'EUR', FRIDAY).open).toEqual(['budget:bob']);
    expect(asked('850.00', 'GBP', FRIDAY).open).toEqual(['budget:ann']);
    expect(asked('850.01', 'GBP', FRIDAY).open).toEqual(['budget:bob']);
  });

  it('shows the conversion, and holds without a rate', () => {
    expect(asked('1000.00', 'EUR', FRIDAY).step?.why.inputs['rates.EUR-USD']).toMatchObject({
      converted: [[money('1000', 'EUR'), money('1100', 'USD')]],
    });
    expect(asked('1000.00', 'EUR').step).toMatchObject({ status: 'held', missing: ['rates.EUR-USD'] });
  });

  it('a decision is by the rates of the revision, whatever has been published since', () => {
    const { w } = asked('1000.00', 'EUR', FRIDAY);
    change(w, published('2026-01-05', { USD: '1.2' }));
    expect(says(w, 'ann', 'approve').refusal).toBeNull();
    expect(now(w).outcome).toBe('approved');
  });
});

describe('the log', () => {
  const RATES = (rates: { [currency: string]: string }): DirectoryEvent[] => [
    ...everyone,
    group('legal', 'ann'),
    published('2026-01-02', rates),
  ];

  it('decides it again from its own entries, and finds other rates', () => {
    const w = world(RULES('amount < limits.small'), RATES({ USD: '1.1' }));
    file(w, { amount: money('5', 'USD') });
    const [first] = w.log;
    if (!first) throw new Error('no entry');
    const recorder = recordFacts(factSource(w.directory));
    decide(null, first.command, { now: first.now, definition: w.definition, facts: recorder.source });
    expect(Object.keys(recorder.used())).toContain('rates:ecb@2026-01-05');
    const replay = (rates: { [currency: string]: string }) => {
      const log = replayer();
      const entry = (seq: number, kind: string, stream: string, more: object) =>
        log.entry({
          seq,
          kind,
          stream,
          engine: 1,
          now: first.now,
          directory: 1,
          facts: {},
          ...more,
        } as ReplayEntry);
      entry(1, 'matrix', 'directory', { command: {}, events: RATES(rates) });
      const canonical = w.definition.definition;
      entry(2, 'definition', 'orders', {
        command: {},
        events: [{ type: 'definition.published', digest: w.definition.digest, canonical }],
      });
      return entry(3, 'request', 'req_1', {
        command: { ...first.command, type: 'create' },
        events: first.events,
        facts: recorder.used(),
      });
    };
    expect(replay({ USD: '1.1' })).toEqual({ verdict: 'reproduced' });
    expect(replay({ USD: '1.2' }).verdict).toBe('different');
  });

  it('takes a table that has its digest and the base of its source', () => {
    const decided = (one: ReturnType<typeof table>, events: DirectoryEvent[] = []) =>
      decideDirectory(
        evolveDirectory(emptyDirectory(), events, 1),
        { type: 'changeDirectory', changes: [{ change: 'rates', table: one }] },
        '2026-01-05T09:00:00.000Z',
      );
    const good = table('2026-01-05', { USD: '1.1' });
    expect(decided(good)).toEqual({ ok: true, events: [{ type: 'rates.published', table: good }] });
    expect(decided({ ...good, rates: { USD: '9' } })).toMatchObject({ ok: false });
    const based = rateTable({ source: 'ecb', date: '2026-01-06', base: 'USD', rates: { EUR: '0.9' } });
    expect(decided(based, [FRIDAY])).toMatchObject({
      ok: false,
      errors: [{ field: 'changes[0].table.base' }],
    });
  });
});

describe('the clause', () => {
  const of = (clause: string, when = 'amount < limits.small') => `definition: x
limits: { small: 100 EUR, dollars: 5 USD }
money: { ${clause} }
fields: { amount: money, pounds: { type: money, currency: GBP }, day: date, at: datetime }
route:
  - { approve: a, by: { role: r } }
  - { approve: b, by: { role: r }, when: ${when} }`;

  it('spells its defaults out, and lets fields that name no currency take any', () => {
    const definition = parsed(of('currency: EUR, rates: ecb'));
    expect(definition.money).toEqual({ currency: 'EUR', rates: 'ecb', asOf: 'submission', oldest: 'P7D' });
    expect(definition.fields.map(({ currency }) => currency)).toEqual([
      undefined,
      'GBP',
      undefined,
      undefined,
    ]);
    expect(parsed(of('currency: EUR, rates: ecb, asOf: submission, oldest: 1 week'))).toEqual(definition);
    expect(parsed(of('currency: EUR'))).not.toHaveProperty('money');
  });

  it('two currencies are compared with rates only', () => {
    expect(problemsOf(of('currency: EUR', 'pounds < limits.small'))).toEqual([
      expect.stringMatching(/^bad-condition 7:/),
    ]);
    expect(messagesOf(of('currency: EUR', 'pounds < limits.small'))).toContain('rates: ecb');
    expect(problemsOf(of('currency: EUR, rates: ecb', 'pounds < limits.small'))).toEqual([]);
    expect(problemsOf(of('currency: EUR, rates: ecb', 'pounds + limits.dollars < limits.small'))).toEqual([]);
  });

  it.each([
    ['rates: ecb', 'missing-key'],
    ['currency: EUR, asOf: submission', 'missing-key'],
    ['currency: EUR, oldest: 7 days', 'missing-key'],
    ['currency: EUR, rates: ECB', 'bad-value'],
    ['currency: EUR, rates: ecb, asOf: day', 'bad-value'],
    ['currency: EUR, rates: ecb, oldest: 12 hours', 'bad-value'],
    ['currency: EUR, rates: ecb, asOf: =at', 'bad-condition'],
    ['currency: EUR, rates: ecb, asOf: =nothing', 'bad-condition'],
    ['currency: EUR, rates: ecb, asOf: =checks.day', 'bad-condition'],
  ])('%s is refused: %s', (clause, code) => {
    const [first, second] = problemsOf(of(clause));
    expect([first?.split(' ')[0], second]).toEqual([code, undefined]);
    expect(first).toContain(' 3:');
  });

  it('is laid out, told and compared', () => {
    const a = parsed(of('currency: EUR'));
    const b = parsed(of('currency: EUR, rates: ecb, asOf: =day, oldest: 31 days'));
    expect(diffDefinitions(a, b).map(({ message }) => message)).toContain(
      'The member money changes from no exchange rates to compared in EUR, rates of ecb as of day, at most 31 days old.',
    );
    expect(explainDefinition(b, 'en').join('\n')).toContain(
      'Amounts in different currencies are compared in EUR, at the exchange rates of ecb on the day that day gives; rates older than 31 days count as missing.',
    );
    expect(explainDefinition(b, 'de').join('\n')).toContain(
      'Beträge in verschiedenen Währungen werden in EUR verglichen, zu den Kursen von ecb am Tag nach day; Kurse nach einem Alter von mehr als 31 Tagen gelten als fehlend.',
    );
    const laid = formatDefinition(of('oldest: 31 days, asOf: =day, rates: ecb, currency: EUR'));
    expect(laid).toMatchObject({ ok: true });
    expect(JSON.stringify(laid)).toContain(
      'money: { currency: EUR, rates: ecb, asOf: =day, oldest: 31 days }',
    );
  });
});
