import { randomBytes } from 'node:crypto';
import type { RouteId, Scope } from '@countersign/contract';
import { describe, expect, test } from 'vitest';
import type { TestApi } from '../../../../test/support/api.ts';
import { query, rowsWith } from '../../../../test/support/database.ts';
import { testServer } from '../../../../test/support/server.ts';
import { openWorld } from '../engine/readers/world.test-kit.ts';
import { company, eur, file, placeOf } from '../modules/requests/requests.testkit.ts';
import { setUp } from '../sandbox/sandbox.setup.ts';

const server = await testServer();
const { api } = server;
const { ann = '', eve = '', req = '' } = await company(api);
const OTHER = 'definition: other\ntitle: Other\nroute:\n  - { approve: lead, by: { role: lead } }\n';
await api.ok('publishDefinition', { body: { source: OTHER } });
const secretFile = { 'countersign-file-name': 'frida-fischer.pdf' };
const pdf = Buffer.from('%PDF-1.7\nattack');

/** Another environment of the same server, set up as its first one was. */
async function neighbour(): Promise<TestApi> {
  const world = await openWorld(server.database);
  const { id } = await world.engine.ids(server.environment, 'test', 'neighbour');
  const secret = `csk_${randomBytes(32).toString('base64url')}`;
  const plan = {
    organization: id('org'),
    environment: id('env'),
    service: id('svc'),
    key: id('key'),
    seed: null,
    clock: null,
    empty: true,
    done: false,
  };
  await setUp({ engine: world.engine, reader: world.reader, pool: world.pool }, plan, secret);
  await world.close();
  return api.with(secret);
}
const other = await neighbour();

const sandboxAccount = async (of: TestApi): Promise<string> =>
  (await of.ok('listServiceAccounts')).body.items[0]?.id ?? '';
const keyWith = async (body: { scopes: Scope[]; definitions?: string[]; expiresAt?: string }, by = api) => {
  const serviceAccount = await sandboxAccount(by);
  const made = await by.ok('createApiKey', { body: { serviceAccount, ...body } });
  return { id: made.body.id, api: by.with(made.body.secret) };
};
const upload = (of: TestApi, bytes = pdf) => of.ok('uploadDocument', { body: bytes, headers: secretFile });

describe('another environment', () => {
  test('finds nothing of this one by its ids', async () => {
    const filed = await file(api);
    const assignment = await placeOf(api, filed.id, ann);
    const { body: document } = await upload(api);
    const request = { params: { request: filed.id } };
    const person = ann;
    const calls: readonly [RouteId, object][] = [
      ['getApprovalRequest', request],
      ['getHistory', request],
      ['explainApprovalRequest', request],
      ['getApprovalToken', request],
      ['cancelApprovalRequest', { ...request, body: {} }],
      ['holdApprovalRequest', { ...request, body: { reason: 'mine' } }],
      ['getAssignment', { params: { assignment } }],
      ['reassignAssignment', { params: { assignment }, body: { to: person } }],
      ['getDocument', { params: { document: document.id } }],
      ['downloadDocumentVersion', { params: { document: document.id, version: 1 } }],
      ['uploadDocumentVersion', { params: { document: document.id }, body: pdf }],
      ['getPerson', { params: { person } }],
      ['getDefinition', { params: { name: 'spending' } }],
      ['createErasure', { body: { subject: filed.id } }],
    ];
    for (const [route, input] of calls) {
      const { status } = await other.refused(route, 'not-found', input);
      expect([route, status]).toEqual([route, 404]);
    }
    await other.refused('createErasure', 'unknown-person', { body: { subject: person } });
    expect((await other.ok('listApprovalRequests')).body.items).toEqual([]);
    expect((await other.ok('listAssignments', { query: { person } })).body.items).toEqual([]);
    expect((await other.ok('listPeople', { query: { userName: 'ann' } })).body.items).toEqual([]);
  });

  test('acts for nobody of this one', async () => {
    await other.refused('publishDefinition', 'act-for-refused', {
      body: { source: OTHER },
      actFor: ann,
    });
  });

  test('cannot lock a key of this one out by asking twice for its revocation', async () => {
    const { id, api: mine } = await keyWith({ scopes: ['environment:read'] });
    await mine.ok('getEnvironment');
    const ask = { params: { key: id }, body: {}, idempotencyKey: 'lock-out' };
    await other.refused('revokeApiKey', 'not-found', ask);
    expect((await other.any('revokeApiKey', ask)).headers['idempotency-replayed']).toBe('true');
    await mine.ok('getEnvironment');
  });
});

describe('a key that is narrowed to some definitions', () => {
  test('erases no request of another one, and nobody', async () => {
    const { api: narrow } = await keyWith({
      scopes: ['erasures:write', 'erasures:read'],
      definitions: ['other'],
    });
    const filed = await file(api);
    await narrow.refused('createErasure', 'not-found', { body: { subject: filed.id } });
    await narrow.refused('createErasure', 'forbidden-definition', { body: { subject: eve } });
    const { body } = await api.ok('createErasure', { body: { subject: filed.id } });
    await narrow.refused('getErasure', 'not-found', { params: { erasure: body.id } });
  });

  test('revokes no delegation that reaches further than it', async () => {
    const { api: narrow } = await keyWith({ scopes: ['delegations:write'], definitions: ['other'] });
    const now = Date.now();
    const terms = {
      from: 'bob',
      to: 'eve',
      starts: new Date(now).toISOString(),
      ends: new Date(now + 86_400_000).toISOString(),
    };
    const all = await api.ok('createDelegation', { body: terms });
    await narrow.refused('revokeDelegation', 'not-allowed', {
      params: { delegation: all.body.id },
      body: {},
    });
    const own = await narrow.ok('createDelegation', { body: { ...terms, definitions: ['other'] } });
    await narrow.ok('revokeDelegation', { params: { delegation: own.body.id }, body: {} });
  });

  test('reads nothing of a request of another one, by any route', async () => {
    const scopes: Scope[] = ['requests:read', 'requests:write', 'approval-tokens:read', 'effects:write'];
    const { api: narrow } = await keyWith({ scopes, definitions: ['other'] });
    const filed = await file(api, '500.00', { purpose: 'unmistakable' });
    const request = { params: { request: filed.id } };
    for (const route of ['getApprovalRequest', 'getHistory', 'explainApprovalRequest'] as const)
      await narrow.refused(route, 'not-found', request);
    await narrow.refused('getApprovalToken', 'not-found', request);
    await narrow.refused('cancelApprovalRequest', 'not-found', { ...request, body: {} });
    const assignment = await placeOf(api, filed.id, ann);
    await narrow.refused('getAssignment', 'not-found', { params: { assignment } });
    const asked = [{}, { definition: 'spending' }, { q: 'unmistakable' }, { requester: req }];
    for (const filter of asked)
      expect((await narrow.ok('listApprovalRequests', { query: filter })).body.items).toEqual([]);
    expect((await narrow.ok('listAssignments', { query: { request: filed.id } })).body.items).toEqual([]);
  });

  test('is not answered what a wider key of its account was', async () => {
    const { api: narrow } = await keyWith({ scopes: ['requests:write'], definitions: ['other'] });
    const fields = { amount: eur('1.00') };
    const call = { body: { definition: 'spending', requester: 'req', fields }, idempotencyKey: 'shared' };
    await api.ok('createApprovalRequest', call);
    await narrow.refused('createApprovalRequest', 'forbidden-definition', call);
  });
});

describe('a key that ends', () => {
  test('gives none that outlives it', async () => {
    const ends = new Date(Date.now() + 60_000).toISOString();
    const { api: brief } = await keyWith({ scopes: ['keys:write', 'keys:read'], expiresAt: ends });
    const body = { serviceAccount: await sandboxAccount(api), scopes: ['keys:read'] };
    const { problem } = await brief.refused('createApiKey', 'scope-exceeds-own', { body });
    expect(problem.errors?.[0]?.field).toBe('expiresAt');
    await brief.refused('createApiKey', 'scope-exceeds-own', {
      body: { ...body, expiresAt: new Date(Date.now() + 90_000).toISOString() },
    });
    await keyWith({ scopes: ['keys:read'], expiresAt: ends }, brief);
  });
});

describe('what a caller makes up', () => {
  test('in Countersign-Act-For does not reach the log', async () => {
    await api.refused('publishDefinition', 'act-for-refused', {
      body: { source: OTHER },
      actFor: 'greta.grau@example.com',
    });
    expect(await rowsWith(server.database, 'greta.grau@example.com')).toEqual([]);
  });

  test('as a member __proto__ is refused wherever it stands, not dropped', async () => {
    const body = (rest: string) => `{"definition":"other","requester":"req",${rest}}`;
    for (const raw of [
      body('"fields":{"__proto__":"x"}'),
      body('"fields":{"__proto__":{"amount":"1","currency":"EUR"}}'),
      body('"documents":{"__proto__":[]}'),
    ])
      await api.refused('createApprovalRequest', 'unknown-field', { raw });
  });

  test('as a time outside the years 1 to 9999 is refused, and any offset is understood', async () => {
    for (const time of ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59-23:59']) {
      await api.refused('listApprovalRequests', 'validation-failed', { query: { createdAfter: time } });
      await api.refused('listAssignments', 'validation-failed', { query: { dueBefore: time } });
      await api.refused('listPeople', 'validation-failed', { query: { asOf: time } });
    }
    await api.ok('listApprovalRequests', { query: { createdBefore: '2026-01-01T00:00:00-23:59' } });
  });

  test('as a time for the clock that would run out of the calendar is refused', async () => {
    const { problem } = await api.refused('setClock', 'validation-failed', {
      body: { mode: 'running', at: '9999-12-31T23:59:59.999Z' },
    });
    expect(problem.errors?.[0]?.field).toBe('at');
  });

  test('as a number that no column holds is refused', async () => {
    const cursor = (...at: number[]) => Buffer.from(JSON.stringify(['[]', ...at])).toString('base64url');
    const most = Number.MAX_SAFE_INTEGER;
    const filed = await file(api);
    for (const place of [most, -most])
      await api.ok('getHistory', { params: { request: filed.id }, query: { cursor: cursor(place) } });
    await api.ok('listAssignments', { query: { cursor: cursor(most, most) } });
    await api.refused('createApprovalRequest', 'validation-failed', {
      body: { definition: 'other', version: 2 ** 31, requester: 'req' },
    });
  });

  test('as a very long address is not found, and is not written into the log', async () => {
    const mark = 'hanna.huber.'.repeat(100);
    await api.refused('getGroup', 'not-found', { params: { key: mark } });
    expect(JSON.stringify(server.log)).not.toContain('hanna.huber');
  });

  test('as an object of very many members is refused before anything is done with it', async () => {
    const fields = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, 'x']));
    await api.refused('createApprovalRequest', 'malformed-json', {
      body: { definition: 'other', requester: 'req', fields },
    });
  });

  test('as a file name cannot break out of the header, nor make a browser show the file', async () => {
    const name = encodeURIComponent('../"; x="<script>\u202egnp.html\'*\\');
    const { body } = await api.ok('uploadDocument', {
      body: Buffer.from('<html><script>alert(1)</script>'),
      headers: { 'countersign-file-name': name },
    });
    const { headers } = await api.ok('downloadDocumentVersion', {
      params: { document: body.id, version: 1 },
    });
    expect(headers['content-disposition']).toMatch(
      /^attachment; filename="[A-Za-z0-9._ -]+"; filename\*=UTF-8''[A-Za-z0-9%._~!-]+$/,
    );
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
    expect(headers['content-security-policy']).toContain('sandbox');
    await api.refused('uploadDocument', 'validation-failed', {
      body: pdf,
      headers: { 'countersign-file-name': 'a%0d%0aSet-Cookie:%20x' },
    });
  });
});

describe('erased data', () => {
  test('is in no repeated answer', async () => {
    const body = {
      definition: 'spending',
      requester: 'req',
      fields: { amount: eur('5.00'), iban: 'DE-erased-1' },
    };
    const call = { body, idempotencyKey: 'before-the-erasure' };
    const { body: filed } = await api.ok('createApprovalRequest', call);
    expect(filed.revision.fields).toMatchObject({ iban: 'DE-erased-1' });
    await api.ok('createErasure', { body: { subject: filed.id } });
    const again = await api.ok('createApprovalRequest', call);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.raw.toString()).not.toContain('DE-erased-1');
    expect(await rowsWith(server.database, 'DE-erased-1')).toEqual([]);
  });

  test('takes no new one: a revision and a comment are refused as erased', async () => {
    const filed = await file(api, '500.00', { iban: 'DE-1' });
    const place = await placeOf(api, filed.id, ann);
    await api.ok('createErasure', { body: { subject: filed.id } });
    await api.refused('reviseApprovalRequest', 'erased', {
      params: { request: filed.id },
      body: { expected: filed.revision.digest, fields: { amount: eur('6.00'), iban: 'DE-2' } },
      actFor: req,
    });
    await api.ok('createErasure', { body: { subject: ann } });
    await api.refused('decideAssignment', 'erased', {
      params: { assignment: place },
      body: { decision: 'approve', revision: filed.revision.digest, comment: 'too late' },
      actFor: ann,
    });
  });

  test('of a request takes the names of its own documents only', async () => {
    const { body: document } = await upload(api);
    await api.ok('publishDefinition', {
      body: {
        source: `definition: naming\ntitle: N\nfields:\n  document: { type: text }\nroute:\n  - { approve: lead, by: { role: lead } }\n`,
      },
    });
    const { body: filed } = await api.ok('createApprovalRequest', {
      body: { definition: 'naming', requester: 'req', fields: { document: document.id } },
    });
    await api.ok('createErasure', { body: { subject: filed.id } });
    const { body } = await api.ok('getDocument', { params: { document: document.id } });
    expect(body.versions[0]?.name).toBe('frida-fischer.pdf');
  });
});

test('whoever is named like a part of the server takes nothing of its place', async () => {
  const names = ['access', 'directory', 'environment', 'definition', 'matrix', 'constructor'];
  const matrix = (name: string) =>
    `matrix: ${name}\ncurrency: EUR\ntable: |\n  | up to | approver |\n  | 100 | role lead |\n`;
  await api.ok('changeDirectory', {
    body: {
      changes: names.flatMap((name) => [
        { change: 'group' as const, group: name, op: 'set' as const, persons: ['bob'] },
        { change: 'role' as const, role: name, op: 'set' as const, persons: ['bob'] },
      ]),
    },
  });
  for (const name of names) {
    await api.ok('publishDefinition', {
      body: {
        source: `definition: ${name}\ntitle: N\nroute:\n  - { approve: step, by: { group: ${name} } }\n`,
      },
    });
    const published = await api.any('publishMatrix', { body: { source: matrix(name) } });
    expect([published.status, published.json]).toMatchObject([201, { name }]);
    await api.ok('createApprovalRequest', { body: { definition: name, requester: 'req' } });
    await api.ok('createServiceAccount', { body: { name } });
  }
  const streams = await query<{ n: number }>(
    server.database,
    `select count(distinct kind)::int as n from countersign.stream where environment_id = $1
      group by stream_id having count(distinct kind) > 1`,
    [server.environment],
  );
  expect(streams).toEqual([]);
});
