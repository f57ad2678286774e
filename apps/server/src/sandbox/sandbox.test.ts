import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type TestServer, testServer } from '../../../../test/support/server.ts';
import { samplePdf } from './sandbox.pdf.ts';
import { SEEDED_CLOCK } from './sandbox.plan.ts';

const seeded = (seed: string, empty = false): Promise<TestServer> => testServer({ sandbox: { seed, empty } });
const root = async ({ api }: TestServer): Promise<string> => (await api.ok('getCheckpoint')).body.root;

describe('a sandbox', () => {
  test('has people, definitions, a matrix and one open request that waits for somebody', async () => {
    const { api } = await testServer({ sandbox: { empty: false } });
    const people = (await api.ok('listPeople', { query: { limit: 200 } })).body.items;
    expect(people.length).toBeGreaterThanOrEqual(8);
    const definitions = (await api.ok('listDefinitions')).body.items.map(({ name }) => name);
    expect(definitions.sort()).toEqual(['expense-declaration', 'purchase-order']);
    const [request, ...others] = (await api.ok('listApprovalRequests')).body.items;
    expect(others).toEqual([]);
    expect(request).toMatchObject({ status: 'in_review', externalReference: 'PO-2026-0117' });
    const open = (await api.ok('listAssignments', { query: { status: 'open' } })).body.items;
    expect(open.map(({ person }) => people.find(({ id }) => id === person)?.userName)).toEqual([
      'ingrid.solberg',
    ]);
  });

  test('shows that request on the first page, by the names of its people', async () => {
    const { api } = await testServer({ sandbox: { empty: false } });
    const page = await api.transport({ method: 'GET', url: '/', headers: {} });
    for (const text of ['PO-2026-0117', 'Ingrid Solberg', 'María López', '18400.00 EUR', 'request.created'])
      expect(page.body.toString()).toContain(text);
    expect(page.body.toString()).not.toContain('csk_');
  });

  test('shows nobody without a key what others file in it', async () => {
    const { api } = await testServer();
    const people = { changes: [{ change: 'person' as const, userName: 'ann' }] };
    const ann = (await api.ok('changeDirectory', { body: people })).body.people[0]?.id;
    const source = `definition: quiet\ntitle: Quiet\nfields: { text: { type: text } }\nroute:\n  - approve: ann\n    by: { user: ${ann} }\n`;
    await api.ok('publishDefinition', { body: { source } });
    const fields = { text: 'nobody else reads this' };
    await api.ok('createApprovalRequest', {
      body: { definition: 'quiet', requester: 'ann', fields, externalReference: 'PO-2026-0117' },
    });
    const page = await api.transport({ method: 'GET', url: '/', headers: {} });
    expect(page.body.toString()).not.toContain('nobody else reads this');
  });

  test('that is empty has an environment, a key and nothing else', async () => {
    const { api } = await testServer();
    expect((await api.ok('getEnvironment')).body).toMatchObject({ kind: 'sandbox', head: 3 });
    expect((await api.ok('listPeople')).body.items).toEqual([]);
  });

  test('keeps its key for its owner only', async () => {
    const { data } = await testServer();
    expect(statSync(path.join(data, 'sandbox-key')).mode & 0o777).toBe(0o600);
  });

  test('is found again by the next start, and not made twice', async () => {
    const first = await testServer();
    const second = await testServer({ beside: first });
    expect(second.environment).toBe(first.environment);
    expect((await second.api.ok('getEnvironment')).body.head).toBe(3);
  });

  test('that was left half made by a crash is finished by the next start', async () => {
    const first = await testServer();
    const file = path.join(first.data, 'sandbox.json');
    writeFileSync(
      file,
      JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), done: false, empty: false }),
    );
    const second = await testServer({ beside: first });
    expect(second.environment).toBe(first.environment);
    expect((await second.api.ok('listApprovalRequests')).body.items).toHaveLength(1);
    const accounts = (await second.api.ok('listServiceAccounts')).body.items;
    expect(accounts.map(({ name }) => name)).toEqual(['sandbox']);
  });
});

describe('a seeded sandbox', () => {
  test('is the same for the same seed: key, ids, clock, and the root of its log', async () => {
    const [one, two, three] = [await seeded('7'), await seeded('7'), await seeded('8')];
    expect(two.api.secret).toBe(one.api.secret);
    expect(two.environment).toBe(one.environment);
    expect((await one.api.ok('getClock')).body).toEqual({ mode: 'frozen', now: SEEDED_CLOCK });
    expect(await root(two)).toBe(await root(one));
    expect(three.api.secret).not.toBe(one.api.secret);
    expect(await root(three)).not.toBe(await root(one));
  });

  test('stays the same for the same calls', async () => {
    const servers = [await seeded('9', true), await seeded('9', true)];
    for (const server of servers) {
      const { api } = server;
      await api.ok('setClock', { body: { mode: 'frozen', at: '2017-02-01T00:00:00Z' }, idempotencyKey: 'a' });
      const { body } = await api.ok('createServiceAccount', { body: { name: 'erp' }, idempotencyKey: 'b' });
      const made = await api.ok('createApiKey', {
        body: { serviceAccount: body.id, scopes: ['events:read'] },
        idempotencyKey: 'c',
      });
      await api.with(made.body.secret).refused('listApiKeys', 'forbidden-scope');
    }
    const [one, two] = await Promise.all(servers.map(root));
    expect(two).toBe(one);
  });
});

test('the sample document is a PDF whose table points at its objects', () => {
  const pdf = samplePdf(['A (b) \\ c']).toString('latin1');
  const start = Number(/startxref\n(\d+)/.exec(pdf)?.[1]);
  expect(pdf.slice(start, start + 4)).toBe('xref');
  const offsets = [...pdf.matchAll(/^(\d{10}) 00000 n /gm)].map((found) => Number(found[1]));
  expect(offsets.map((offset) => pdf.slice(offset, offset + 7))).toEqual(
    offsets.map((_, i) => `${i + 1} 0 obj`),
  );
  expect(pdf).toContain('(A \\(b\\) \\\\ c) Tj');
});
