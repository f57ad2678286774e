import { describe, expect, test } from 'vitest';
import { testServer } from '../../../../../test/support/server.ts';

const { api } = await testServer({ sandbox: { clock: '2026-01-12T09:30:00.000Z' } });
await api.ok('changeDirectory', {
  body: {
    changes: [
      ...['ann', 'req'].map((userName) => ({ change: 'person' as const, userName })),
      { change: 'role', role: 'lead', op: 'set', persons: ['ann'] },
    ],
  },
});
const DEFINITION = `
definition: orders
title: Orders
limits: { small: 1000 EUR }
money: { currency: EUR, rates: ecb }
fields: { amount: { type: money, required: true } }
route:
  - choose:
      - when: amount <= limits.small
        pass: Small
      - otherwise: [{ approve: lead, by: { role: lead } }]
`;
const table = (date: string, rates: { [currency: string]: string }) => ({
  source: 'ecb',
  date,
  base: 'EUR',
  rates,
});
const publish = (date: string, rates: { [currency: string]: string }) =>
  api.ok('publishExchangeRates', { body: table(date, rates) });
const environment = async () => (await api.ok('getEnvironment')).body;
const file = (amount: string, currency: string) =>
  api.ok('createApprovalRequest', {
    body: { definition: 'orders', requester: 'req', fields: { amount: { amount, currency } } },
  });

describe('exchange rates', () => {
  test('may come after the definition that names them: its check warns, and amounts hold', async () => {
    const { body } = await api.ok('checkDefinition', { body: { source: DEFINITION } });
    expect(body).toMatchObject({ ok: true, errors: [] });
    expect(body.warnings).toMatchObject([{ field: 'money.rates', code: 'unknown-name', line: 5 }]);
    await api.ok('publishDefinition', { body: { source: DEFINITION } });
    const held = (await file('5.00', 'USD')).body;
    expect(held).toMatchObject({ status: 'on_hold', steps: [{ missing: ['rates.EUR-USD'] }] });
    expect(held.revision.rates).toEqual({ source: 'ecb', currency: 'EUR', asOf: '2026-01-12', table: null });
    const why = await api.ok('explainApprovalRequest', { params: { request: held.id } });
    expect(why.body.answers[0]?.waitsFor).toContain('publish exchange rates of ecb for 2026-01-12');
  });

  test('are published, change the directory revision, and are read and listed', async () => {
    const made = await publish('2026-01-09', { USD: '1.10', GBP: '0.85' });
    expect(made.status).toBe(201);
    expect((await environment()).directoryRevision).toBe(made.seq);
    expect(made.body).toMatchObject({ ...table('2026-01-09', { USD: '1.1', GBP: '0.85' }) });
    const read = { params: { source: 'ecb' }, query: { date: '2026-01-11' } };
    expect((await api.ok('getExchangeRates', read)).body).toEqual(made.body);
    await api.refused('getExchangeRates', 'not-found', {
      params: { source: 'ecb' },
      query: { date: '2026-01-08' },
    });
    await api.refused('getExchangeRates', 'not-found', { params: { source: 'none' } });
    expect((await api.ok('listExchangeRates')).body.items).toMatchObject([
      { source: 'ecb', date: '2026-01-09', base: 'EUR', currencies: 2, digest: made.body.digest },
    ]);
  });

  test('that are in force already leave no entry', async () => {
    const { head } = await environment();
    const again = await publish('2026-01-09', { GBP: '0.85', USD: '1.1' });
    expect(again.status).toBe(200);
    expect((await environment()).head).toBe(head);
  });

  test('are frozen in what is submitted, in its event and its answer, and explained', async () => {
    const { body, seq } = await file('1100.00', 'USD');
    expect(body).toMatchObject({ status: 'closed', outcome: 'approved' });
    const frozen = {
      source: 'ecb',
      currency: 'EUR',
      asOf: '2026-01-12',
      table: { date: '2026-01-09', base: 'EUR', rates: { USD: '1.1' }, digest: expect.any(String) },
    };
    expect(body.revision.rates).toEqual(frozen);
    await publish('2026-01-12', { USD: '2', GBP: '1' });
    const read = await api.ok('getApprovalRequest', { params: { request: body.id } });
    expect(read.body.revision.rates).toEqual(frozen);
    const events = (await api.ok('listEvents', { query: { after: (seq ?? 1) - 1, limit: 1 } })).body.items;
    expect(events.find(({ event }) => event.type === 'request.submitted')?.event).toMatchObject({
      rates: frozen,
    });
    const entry = (await api.ok('getAuditEntry', { params: { seq: seq ?? 0 } })).body;
    expect(Buffer.from(entry.leaf, 'base64').toString()).toContain('"rates:ecb@2026-01-12":');
    const why = await api.ok('explainApprovalRequest', { params: { request: body.id } });
    expect(why.body.answers[0]?.why?.inputs['rates.EUR-USD']).toMatchObject({
      source: 'ecb',
      date: '2026-01-09',
      converted: [
        [
          { amount: '1100', currency: 'USD' },
          { amount: '1000', currency: 'EUR' },
        ],
      ],
    });
  });

  test('of a later day bear on the next request, and a correction of that day on the one after', async () => {
    expect((await file('2000.00', 'USD')).body.outcome).toBe('approved');
    expect((await file('2000.01', 'USD')).body.status).toBe('in_review');
    expect((await publish('2026-01-12', { USD: '1.5' })).status).toBe(201);
    expect((await file('2000.00', 'USD')).body.status).toBe('in_review');
    const { items } = (await api.ok('listExchangeRates', { query: { source: 'ecb' } })).body;
    expect(items.map(({ date, currencies }) => [date, currencies])).toEqual([
      ['2026-01-12', 1],
      ['2026-01-09', 2],
    ]);
  });

  test('are paged', async () => {
    const first = (await api.ok('listExchangeRates', { query: { limit: 1 } })).body;
    expect(first.items).toHaveLength(1);
    const next = await api.ok('listExchangeRates', {
      query: { limit: 1, cursor: first.nextCursor ?? '' },
    });
    expect(next.body).toMatchObject({ items: [{ date: '2026-01-09' }], nextCursor: null });
  });

  test('a preview reads them too', async () => {
    const body = {
      definition: 'orders',
      requester: 'req',
      fields: { amount: { amount: '9.00', currency: 'SEK' } },
    };
    const preview = (await api.ok('previewApprovalRequest', { body })).body;
    expect(preview.steps[0]).toMatchObject({ missing: ['rates.EUR-SEK'] });
  });

  test.each([
    ['the base among them', { rates: { EUR: '1' } }, 'rates.EUR'],
    ['another base than before', { base: 'USD', rates: { EUR: '0.9' } }, 'base'],
    ['a rate of zero', { rates: { USD: '0.00' } }, 'rates.USD'],
    ['a number', { rates: { USD: 1.1 } }, 'rates.USD'],
    ['no rate', { rates: {} }, 'rates'],
    ['a day that there is not', { date: '2026-02-30' }, 'date'],
  ])('with %s are refused', async (_what, change, field) => {
    const { head } = await environment();
    const body = { ...table('2026-01-13', { USD: '1.1' }), ...change };
    const { problem } = await api.refused('publishExchangeRates', 'validation-failed', {
      body: body as ReturnType<typeof table>,
    });
    expect(problem.errors[0]?.field).toBe(field);
    expect((await environment()).head).toBe(head);
  });
});
