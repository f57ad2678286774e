import { randomUUID } from 'node:crypto';
import { bulkDigest } from '@countersign/core';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { testServer } from '../../../../../test/support/server.ts';
import { company, DEFINITION, eur, placeOf } from './requests.testkit.ts';

const server = await testServer();
const { api } = server;
const who = await company(api);
const id = (name: string): string => who[name] ?? '';
const as = (name: string) => api.actingFor(id(name));

const definition = 'listed';
await api.ok('publishDefinition', {
  body: {
    source: DEFINITION.replace('definition: spending', `definition: ${definition}`).replace(
      '    reviews: [amount]\n',
      '    reviews: [amount]\n    bulk: true\n',
    ),
  },
});

type Item = { assignment: string; revision: string };

/** Requests, each with Ann's place in its first step. */
const filed = async (count: number, of = definition): Promise<Item[]> => {
  const items: Item[] = [];
  for (let i = 0; i < count; i += 1) {
    const { body } = await api.ok('createApprovalRequest', {
      body: { definition: of, requester: 'req', fields: { amount: eur('500.00') } },
    });
    items.push({ assignment: await placeOf(api, body.id, id('ann')), revision: body.revision.digest });
  }
  return items;
};
const approve = (items: Item[]) => ({ decision: 'approve' as const, items });
const requestOf = (item: Item | undefined): string => `req_${item?.assignment.split('_')[1]}`;
const refusals = async (): Promise<unknown[]> => {
  const found: unknown[] = [];
  for (let after = 0; ; ) {
    const { body } = await api.ok('listEvents', { query: { limit: 200, after } });
    found.push(...body.items.map(({ event }) => event).filter(({ type }) => type === 'access.refused'));
    if (body.items.length === 0) return found;
    after = body.nextAfter;
  }
};

describe('a list of decisions', () => {
  it('gives each item a result and a receipt, and each decision the digest of the list', async () => {
    const items = await filed(3);
    const { body } = await as('ann').ok('decideInBulk', {
      body: { ...approve(items), reason: 'Budget', comment: 'Fine' },
    });
    const bulk = bulkDigest({
      ...{ decision: 'approve', reason: 'Budget', reasonCode: null },
      items: items.map((item) => ({ ...item, onBehalfOf: null })),
    });
    expect(body).toMatchObject({ bulk, recorded: 3, refused: 0 });
    for (const [i, result] of body.results.entries()) {
      if (result.result !== 'recorded') throw new Error(JSON.stringify(result));
      expect(result).toMatchObject({
        assignment: items[i]?.assignment,
        decision: { bulk, decision: 'approve', person: id('ann'), reason: 'Budget' },
        request: { status: 'closed', outcome: 'approved' },
      });
      const { body: entry } = await api.ok('getAuditEntry', { params: { seq: result.seq } });
      expect(entry.hash).toBe(result.leaf);
      expect(JSON.parse(Buffer.from(entry.leaf, 'base64').toString()).stream).toBe(requestOf(items[i]));
      const { body: history } = await api.ok('getHistory', { params: { request: requestOf(items[i]) } });
      expect(history.items.map(({ event }) => event)).toContainEqual(
        expect.objectContaining({ type: 'decision.recorded', decision: expect.objectContaining({ bulk }) }),
      );
    }
  });

  it('refuses what may not be decided by it, and decides the rest', async () => {
    const [good, stale, done] = await filed(3);
    const [alone] = await filed(1, 'spending');
    if (!good || !stale || !done || !alone) throw new Error('not filed');
    await as('ann').ok('decideAssignment', {
      params: { assignment: done.assignment },
      body: { decision: 'approve', revision: done.revision },
    });
    const unknown = { assignment: `asg_${randomUUID()}_0`, revision: good.revision };
    const { body } = await as('ann').ok('decideInBulk', {
      body: approve([alone, good, { ...stale, revision: 'f'.repeat(64) }, done, unknown]),
    });
    expect(body).toMatchObject({ recorded: 1, refused: 4 });
    expect(body.results.map((one) => (one.result === 'refused' ? one.problem.code : one.result))).toEqual([
      'bulk-not-offered',
      'recorded',
      'revision-mismatch',
      'request-not-active',
      'not-found',
    ]);
    const { body: left } = await api.ok('getApprovalRequest', { params: { request: requestOf(alone) } });
    expect(left.decisions).toEqual([]);
  });

  it('gives the same results when it is repeated, and no second decision', async () => {
    const items = [...(await filed(2)), ...(await filed(1, 'spending'))];
    const input = { body: approve(items), idempotencyKey: randomUUID() };
    const first = await as('ann').ok('decideInBulk', input);
    const again = await as('ann').ok('decideInBulk', { ...input, correlationId: 'again' });
    expect(again.raw.toString()).toBe(first.raw.toString());
    expect([first, again].map(({ headers }) => headers['idempotency-replayed'])).toEqual([undefined, 'true']);
    expect(again.body.results.filter(({ result }) => result === 'recorded')).toHaveLength(2);
  });

  it('completes what was not done, when it is repeated after it died half-way', async () => {
    const items = await filed(3);
    const input = { body: approve(items), idempotencyKey: randomUUID() };
    const database = new pg.Client({ connectionString: server.database.ownerUrl });
    await database.connect();
    const decisions = async () =>
      Promise.all(
        items.map(async (item) => {
          const { body } = await api.ok('getApprovalRequest', { params: { request: requestOf(item) } });
          return body.decisions.length;
        }),
      );
    try {
      await database.query(`create function public.fail() returns trigger language plpgsql as
        $$ begin raise exception 'planted' using errcode = '22023'; end $$`);
      await database.query(`create trigger planted before insert on countersign.entry for each row
        when (new.stream_id = '${requestOf(items[1])}') execute function public.fail()`);
      await as('ann').refused('decideInBulk', 'internal', input);
      expect(await decisions()).toEqual([1, 0, 1]);
      await database.query('drop trigger planted on countersign.entry');
    } finally {
      await database.end();
    }
    const { body } = await as('ann').ok('decideInBulk', input);
    expect(body).toMatchObject({ recorded: 3, refused: 0 });
    expect(await decisions()).toEqual([1, 1, 1]);
    expect((await as('ann').ok('decideInBulk', input)).body).toEqual(body);
  });

  it('may be sent twice at once', async () => {
    const input = { body: approve(await filed(3)), idempotencyKey: randomUUID() };
    const both = await Promise.all([1, 2].map(() => as('ann').ok('decideInBulk', input)));
    expect(both[0]?.body).toEqual(both[1]?.body);
    expect(both[0]?.body).toMatchObject({ recorded: 3, refused: 0 });
  });

  it('refuses another list under the same key, before anything is decided', async () => {
    const [first, second] = await filed(2);
    if (!first || !second) throw new Error('not filed');
    const idempotencyKey = randomUUID();
    await as('ann').ok('decideInBulk', { body: approve([first]), idempotencyKey });
    const { problem } = await as('ann').refused('decideInBulk', 'idempotency-key-reused', {
      body: approve([first, second]),
      idempotencyKey,
    });
    expect(problem.detail).toMatch(/another list/);
    const { body } = await api.ok('getApprovalRequest', { params: { request: requestOf(second) } });
    expect(body.decisions).toEqual([]);
  });

  it('takes each assignment once, and 200 of them', async () => {
    const [item] = await filed(1);
    if (!item) throw new Error('not filed');
    const { problem } = await as('ann').refused('decideInBulk', 'validation-failed', {
      body: approve([item, item]),
    });
    expect(problem.errors).toMatchObject([{ field: 'items[1].assignment', message: 'stands here twice' }]);
    const many = Array.from({ length: 201 }, (_, i) => ({ ...item, assignment: `${item.assignment}${i}` }));
    await as('ann').refused('decideInBulk', 'validation-failed', { body: approve(many) });
    await api.refused('decideInBulk', 'person-required', { body: approve([item]) });
  });

  it('writes down who was refused, as a single decision does', async () => {
    const items = await filed(2);
    const before = (await refusals()).length;
    const { body } = await as('bob').ok('decideInBulk', { body: approve(items) });
    expect(body.results).toMatchObject([
      { result: 'refused', problem: { code: 'not-eligible', status: 403 } },
      { result: 'refused', problem: { code: 'not-eligible' } },
    ]);
    const written = (await refusals()).slice(before);
    expect(written).toHaveLength(2);
    expect(written[0]).toMatchObject({ operation: 'decideInBulk', code: 'not-eligible', person: id('bob') });
  });

  it('is told by an assignment whether it may be decided so', async () => {
    const [item] = await filed(1);
    const [alone] = await filed(1, 'spending');
    const bulkOf = async (assignment = '') =>
      (await api.ok('getAssignment', { params: { assignment } })).body.bulk;
    expect([await bulkOf(item?.assignment), await bulkOf(alone?.assignment)]).toEqual([true, false]);
  });
});
