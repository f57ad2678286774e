import { readdirSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { testServer } from '../../../../../test/support/server.ts';
import { company, eur } from './requests.testkit.ts';

// Without the readers of the log, which write in their own time.
const server = await testServer({ settings: { mode: 'api' } });
const { api } = server;
const who = await company(api);
const person = (name: string): string => who[name] ?? '';
const database = new pg.Client({ connectionString: server.database.ownerUrl });
await database.connect();
afterAll(() => database.end());

const body = (amount: string, more: object = {}) => ({
  definition: 'spending',
  requester: 'req',
  fields: { amount: eur(amount), iban: 'DE0012345' },
  ...more,
});
const rows = async (): Promise<unknown[]> => {
  const { rows: tables } = await database.query<{ table_name: string }>(
    `select table_name from information_schema.tables where table_schema = 'countersign' order by 1`,
  );
  const counts: unknown[] = [];
  for (const { table_name: name } of tables) {
    const { rows: counted } = await database.query(`select count(*)::int as n from countersign.${name}`);
    counts.push([name, counted[0].n]);
  }
  return counts;
};

describe('a preview over HTTP', () => {
  it('shows the route, and the request filed afterwards asks the same persons', async () => {
    const { body: preview } = await api.ok('previewApprovalRequest', { body: body('5000.00') });
    expect(preview).toMatchObject({
      passes: false,
      missing: [],
      definition: { name: 'spending', version: 1 },
    });
    expect(preview.steps.map((s) => [s.step, s.status, s.atOnce, s.required])).toEqual([
      ['lead', 'open', true, 1],
      ['finance', 'open', false, 2],
    ]);
    expect(preview.steps[1]?.asked.map((a) => a.person)).toEqual(['bob', 'cyd', 'dan'].map(person).sort());
    const { body: filed } = await api.ok('createApprovalRequest', { body: body('5000.00') });
    const first = preview.steps.filter((s) => s.atOnce).flatMap((s) => s.asked);
    expect(filed.assignments.map((a) => ({ person: a.person, via: a.via }))).toEqual(first);
  });

  it('names the excluded, and what a draft lacks', async () => {
    const preview = await api.ok('previewApprovalRequest', {
      body: { definition: 'spending', requester: 'ann', draft: true, fields: {} },
    });
    expect(preview.body.missing).toMatchObject([{ field: 'fields.amount', code: 'required' }]);
    expect(preview.body.steps[0]).toMatchObject({
      status: 'blocked',
      notAsked: [{ person: person('ann'), reason: 'excluded:requester' }],
    });
    expect(preview.body.steps[1]).toMatchObject({ status: 'held', missing: ['fields.amount'] });
  });

  it('refuses what filing would refuse', async () => {
    const amount = { amount: 'much', currency: 'EUR' };
    await api.refused('previewApprovalRequest', 'validation-failed', {
      body: body('1', { fields: { amount } }),
    });
    await api.refused('previewApprovalRequest', 'validation-failed', { body: body('1', { fields: {} }) });
    await api.refused('previewApprovalRequest', 'unknown-person', {
      body: body('1', { requester: 'nobody' }),
    });
    const externalReference = 'P-1';
    const held = (await api.ok('createApprovalRequest', { body: body('1', { externalReference }) })).body.id;
    const { problem } = await api.refused('previewApprovalRequest', 'open-request-exists', {
      body: body('1', { externalReference }),
    });
    expect(problem.data).toMatchObject({ request: held });
  });

  it('writes nothing: no row, no entry, no key', async () => {
    const keys = (): number => readdirSync(path.join(server.data), { recursive: true }).length;
    const before = [await rows(), keys()];
    await api.ok('previewApprovalRequest', { body: body('70.00') });
    expect([await rows(), keys()]).toEqual(before);
  });
});
