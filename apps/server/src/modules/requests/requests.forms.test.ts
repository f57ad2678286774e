import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { testServer } from '../../../../../test/support/server.ts';
import { company, eur } from './requests.testkit.ts';

const server = await testServer();
const { api } = server;
await company(api);
const database = new pg.Client({ connectionString: server.database.ownerUrl });
await database.connect();
afterAll(() => database.end());

const DEFINITION = `
definition: purchase
title: { en: Purchase, de: Einkauf }
sections: [{ section: goods, title: { en: Goods, de: Waren } }]
fields:
  kind: { type: enum, of: [goods, other], required: true }
  purpose: { type: text, required: true, visible: kind == "other" }
  items:
    type: lines
    required: true
    section: goods
    columns:
      what: { type: text, required: true }
      quantity: { type: integer, required: true }
      price: { type: money, required: true, currency: EUR }
      amount: { type: money, currency: EUR, compute: =price * quantity }
      payee: { type: text, personal: true, title: { en: Paid to } }
  total: { type: money, currency: EUR, section: goods, compute: "=items.map(i, i.amount).sum()" }
documents: { order: { accept: [pdf] } }
route:
  - approve: lead
    by: { role: lead }
`;
await api.ok('publishDefinition', { body: { source: DEFINITION } });

const row = (what: string, price: string, more: object = {}) => ({
  what,
  quantity: 2,
  price: eur(price),
  ...more,
});
const body = (fields: object, more: object = {}) => ({
  definition: 'purchase',
  requester: 'req',
  fields: { kind: 'goods', items: [row('Screws', '0.10'), row('Saw', '50.00')], ...fields },
  ...more,
});

describe('forms over HTTP', () => {
  it('a form is told without the language', async () => {
    const { body: form } = await api.ok('getForm', { params: { name: 'purchase' } });
    expect(form).toMatchObject({
      definition: { name: 'purchase', version: 1 },
      title: { en: 'Purchase', de: 'Einkauf' },
      sections: [
        {
          name: null,
          fields: [
            { name: 'kind', options: ['goods', 'other'], required: true, visible: null },
            { name: 'purpose', label: { en: 'purpose' }, visible: 'kind == "other"' },
          ],
        },
        {
          name: 'goods',
          title: { en: 'Goods', de: 'Waren' },
          fields: [
            {
              name: 'items',
              type: 'lines',
              columns: [{}, {}, { currency: 'EUR' }, { compute: 'price * quantity' }, { personal: true }],
            },
            { name: 'total', compute: 'items.map(i, i.amount).sum()' },
          ],
        },
      ],
      documents: [{ name: 'order', accept: ['pdf'] }],
    });
    const { body: same } = await api.ok('getVersionForm', { params: { name: 'purchase', version: '1' } });
    expect(same).toEqual(form);
  });

  it('a request holds what is computed, and personal cells are sealed one by one', async () => {
    const { body: filed } = await api.ok('createApprovalRequest', {
      body: body({ items: [row('Screws', '0.10', { payee: 'Ann Example' }), row('Saw', '50.00')] }),
    });
    const items = [
      { ...row('Screws', '0.10'), amount: eur('0.20'), payee: 'Ann Example' },
      { ...row('Saw', '50.00'), amount: eur('100.00') },
    ];
    expect(filed.revision.fields).toEqual({ kind: 'goods', items, total: eur('100.20') });
    const { body: read } = await api.ok('getApprovalRequest', { params: { request: filed.id } });
    expect(read.revision.fields).toEqual(filed.revision.fields);
    const { rows } = await database.query<{ leaf: string }>(
      `select convert_from(leaf, 'UTF8') as leaf from countersign.entry where stream_id = $1`,
      [filed.id],
    );
    expect(rows.map(({ leaf }) => leaf).join()).not.toContain('Ann Example');

    // The same again: what is sealed has not changed, and so nothing has.
    const given = items.map(({ amount: _, ...cells }) => cells);
    const { body: revised } = await api.ok('reviseApprovalRequest', {
      params: { request: filed.id },
      body: { expected: filed.revision.digest, fields: { kind: 'goods', items: given } },
    });
    const { body: history } = await api.ok('getHistory', { params: { request: filed.id } });
    expect(revised.revision.number).toBe(2);
    expect(history.items.map(({ event }) => event)).toContainEqual(
      expect.objectContaining({ type: 'request.revised', changed: [] }),
    );
  });

  it('faults are told by row and column', async () => {
    const { problem } = await api.refused('createApprovalRequest', 'validation-failed', {
      body: body({ items: [row('Screws', '0.10'), { what: 'Saw', amount: eur('1.00') }] }),
    });
    expect(problem.errors).toMatchObject([
      { field: 'fields.items[1].amount', pointer: '/fields/items/1/amount', code: 'computed' },
      { field: 'fields.items[1].quantity', pointer: '/fields/items/1/quantity', code: 'required' },
      { field: 'fields.items[1].price', pointer: '/fields/items/1/price', code: 'required' },
    ]);
  });

  it.each([
    [{ purpose: 'For fun' }, 'hidden', 'fields.purpose'],
    [{ kind: 'other' }, 'required', 'fields.purpose'],
    [{ total: eur('100.20') }, 'computed', 'fields.total'],
  ])('%j: %s', async (fields, code, field) => {
    const { problem } = await api.refused('createApprovalRequest', 'validation-failed', {
      body: body(fields),
    });
    expect(problem.errors).toMatchObject([{ field, code }]);
  });

  it('a preview tells what is hidden, what nobody can tell, and what is computed', async () => {
    const { body: preview } = await api.ok('previewApprovalRequest', {
      body: { ...body({ items: [row('Screws', '0.10', { payee: 'Ann' })] }), draft: true },
    });
    const items = [{ ...row('Screws', '0.10'), amount: eur('0.20') }];
    expect(preview.form).toEqual({
      hidden: ['purpose'],
      unknown: [],
      computed: { items, total: eur('0.20') },
    });
    const { body: empty } = await api.ok('previewApprovalRequest', {
      body: { definition: 'purchase', requester: 'req', draft: true, fields: {} },
    });
    expect(empty.form).toEqual({
      hidden: [],
      unknown: [{ field: 'purpose', missing: ['fields.kind'] }],
      computed: {},
    });
    expect(empty.missing.map(({ field }) => field)).toEqual([
      'fields.kind',
      'fields.purpose',
      'fields.items',
    ]);
  });

  it('what stands in the rows is found, and a list of requests with rows is a list like any other', async () => {
    const { body: filed } = await api.ok('createApprovalRequest', {
      body: body({ items: [row('Whatchamacallit', '1.00')] }),
    });
    await expect
      .poll(async () =>
        (await api.ok('listApprovalRequests', { query: { q: 'whatchamacallit' } })).body.items.map(
          ({ id }) => id,
        ),
      )
      .toEqual([filed.id]);
  });
});
