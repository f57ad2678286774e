import { type ReplayEntry, replayer } from '@countersign/core';
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import type { TestApi } from '../../../../../test/support/api.ts';
import { testServer } from '../../../../../test/support/server.ts';
import { eur, placeOf } from './requests.testkit.ts';

const server = await testServer();
const second = await testServer({ beside: server });
const { api } = server;
const owner = new pg.Client({ connectionString: server.database.ownerUrl });
await owner.connect();
afterAll(() => owner.end());

const definition = (name: string, route: string) => `
definition: ${name}
title: Orders
limits: { small: 1000 EUR, window: 30 days }
money: { currency: EUR }
fields: { amount: { type: money, required: true }, vendor: { type: text, required: true } }
route:
${route}`;
const TOTAL = 'related.total(amount, vendor, limits.window)';
const AT_ONCE = `  - choose:
      - when: ${TOTAL} <= limits.small
        pass: Small
      - otherwise: [{ approve: board, by: { role: board } }]
`;
const BY_LEAD = `  - choose:
      - when: ${TOTAL} <= limits.small
        steps: [{ approve: lead, by: { role: lead } }]
      - otherwise: [{ approve: board, by: { role: board } }]
`;
const { body } = await api.ok('changeDirectory', {
  body: {
    changes: [
      ...['ann', 'bob', 'req'].map((userName) => ({ change: 'person' as const, userName })),
      { change: 'role', role: 'lead', op: 'set', persons: ['ann'] },
      { change: 'role', role: 'board', op: 'set', persons: ['bob'] },
    ],
  },
});
const idOf = (name: string): string => body.people.find(({ userName }) => userName === name)?.id ?? '';
const ann = idOf('ann');
await api.ok('publishDefinition', { body: { source: definition('at-once', AT_ONCE) } });
await api.ok('publishDefinition', { body: { source: definition('by-lead', BY_LEAD) } });

const file = async (name: string, vendor: string, amount: string, by: TestApi = api, reference?: string) =>
  (
    await by.ok('createApprovalRequest', {
      body: {
        definition: name,
        requester: 'req',
        fields: { amount: eur(amount), vendor },
        ...(reference === undefined ? {} : { externalReference: reference }),
      },
    })
  ).body;
const read = async (request: string) => (await api.ok('getApprovalRequest', { params: { request } })).body;
const approve = async (request: { id: string; revision: { digest: string } }, by: TestApi = api) =>
  by.ok('decideAssignment', {
    params: { assignment: await placeOf(by, request.id, ann) },
    actFor: ann,
    body: { decision: 'approve', revision: request.revision.digest },
  });

/** Every entry of the log, decided again. */
async function replayed(): Promise<string[]> {
  const { rows } = await owner.query<{ leaf: Buffer; seq: string }>(
    'select seq, leaf from countersign.entry where environment_id = $1 order by seq',
    [server.environment],
  );
  const replay = replayer();
  return rows.flatMap(({ seq, leaf }) => {
    const verdict = replay.entry({ ...JSON.parse(leaf.toString()), seq: Number(seq) } as ReplayEntry);
    return 'detail' in verdict ? [`${seq}: ${verdict.detail}`] : [];
  });
}

describe('requests that are split', () => {
  test('add up over open and approved ones, and what was read stands in the entry', async () => {
    expect((await file('at-once', 'Acme', '600.00')).outcome).toBe('approved');
    const { id, status } = await file('at-once', 'Acme', '400.01');
    expect(status).toBe('in_review');
    expect((await file('at-once', 'Bolt', '1000.00')).outcome).toBe('approved');
    const why = await api.ok('explainApprovalRequest', {
      params: { request: id },
      query: { step: 'choose-1' },
    });
    expect(Object.values(why.body.answers[0]?.why?.inputs ?? {})).toContainEqual(eur('1000.01'));
    await api.ok('cancelApprovalRequest', { params: { request: id }, body: {} });
    expect((await file('at-once', 'Acme', '400.00')).outcome).toBe('approved');
    expect(await replayed()).toEqual([]);
  });

  test('are seen by a preview', async () => {
    const fields = { amount: eur('0.01'), vendor: 'Acme' };
    const preview = await api.ok('previewApprovalRequest', {
      body: { definition: 'at-once', requester: 'req', fields },
    });
    expect(preview.body).toMatchObject({ passes: false, steps: [{ step: 'choose-1' }, { step: 'board' }] });
  });

  test('filed at the same instant, at two processes, pass no more than the limit together', async () => {
    const filed = await Promise.all(
      Array.from({ length: 12 }, (_, i) => file('at-once', 'Rush', '300.00', i % 2 ? second.api : api)),
    );
    expect(filed.filter(({ outcome }) => outcome === 'approved')).toHaveLength(3);
    expect(filed.filter(({ status }) => status === 'in_review')).toHaveLength(9);
    expect(await replayed()).toEqual([]);
  });

  test('approved at the same instant, at two processes: the last to end asks the board as well', async () => {
    const [a, b] = [await file('by-lead', 'Pair', '600.00'), await file('by-lead', 'Other', '600.00')];
    const { digest } = b.revision;
    const fields = { amount: eur('600.00'), vendor: 'Pair' };
    const revised = (
      await api.ok('reviseApprovalRequest', { params: { request: b.id }, body: { expected: digest, fields } })
    ).body;
    expect(revised.assignments.filter(({ status }) => status === 'open')).toMatchObject([{ step: 'board' }]);
    await approve(a);
    const now = await read(a.id);
    expect(now.steps.map(({ id, status }) => [id, status])).toContainEqual(['lead', 'approved']);
    expect(now.assignments.filter(({ status }) => status === 'open')).toMatchObject([{ step: 'board' }]);
    expect(await replayed()).toEqual([]);
  });

  test('and cancelled, revised and decided side by side, at two processes, stay a log that verifies', async () => {
    const some = await Promise.all(
      Array.from({ length: 8 }, (_, i) => file('by-lead', 'Crowd', '200.00', i % 2 ? second.api : api)),
    );
    await Promise.all(
      some.map(async ({ id, revision }, i) => {
        const by = i % 2 ? second.api : api;
        if (i % 3 === 0) return by.any('cancelApprovalRequest', { params: { request: id }, body: {} });
        if (i % 3 === 1)
          return by.any('reviseApprovalRequest', {
            params: { request: id },
            body: { expected: revision.digest, fields: { amount: eur('250.00'), vendor: 'Crowd' } },
          });
        const { body: places } = await by.ok('listAssignments', { query: { request: id, person: ann } });
        const place = places.items[0];
        if (!place) return null;
        return by.any('decideAssignment', {
          params: { assignment: place.id },
          actFor: ann,
          body: { decision: 'approve', revision: revision.digest },
        });
      }),
    );
    expect(await replayed()).toEqual([]);
  });

  test('still have one open request for each reference', async () => {
    await file('by-lead', 'Ref', '2000.00', api, 'R-1');
    const { problem } = await api.refused('createApprovalRequest', 'open-request-exists', {
      body: {
        definition: 'by-lead',
        requester: 'req',
        externalReference: 'R-1',
        fields: { amount: eur('1.00'), vendor: 'Ref' },
      },
    });
    expect(problem.data).toHaveProperty('request');
  });

  test('are read by index, and no more of them than the sum needs', async () => {
    await owner.query(
      `insert into countersign.business_key (environment_id, kind, key, stream_id)
       select $1, 'related', md5(n::text) || E'\\n2020-01-01T00:00:00.000Z\\nreq_x\\n1', 'req_x'
         from generate_series(1, 20000) n`,
      [server.environment],
    );
    const scans = async (): Promise<number> => {
      await new Promise((done) => setTimeout(done, 1_100));
      await Promise.all(Array.from({ length: 24 }, () => api.ok('getEnvironment')));
      const { rows } = await owner.query<{ scans: string }>(
        `select seq_scan as scans from pg_stat_user_tables
          where schemaname = 'countersign' and relname = 'business_key'`,
      );
      return Number(rows[0]?.scans);
    };
    const before = await scans();
    for (let n = 0; n < 5; n += 1) await file('at-once', 'Index', '1.00');
    expect(await scans()).toBe(before);
  });
});
