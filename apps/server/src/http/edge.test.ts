import { connect } from 'node:net';
import { type RouteId, routeIds, routeTable } from '@countersign/contract';
import { describe, expect, test } from 'vitest';
import { checkAnswer } from '../../../../test/support/answer.ts';
import type { LooseInput } from '../../../../test/support/api.ts';
import { testServer } from '../../../../test/support/server.ts';

const server = await testServer();
const { api, url } = server;
const slow = await testServer({ settings: { rateLimit: 5 } });

const head = async (): Promise<number> => (await api.ok('getEnvironment')).body.head;
const authorization = `Bearer ${api.secret}`;
const post = (body: string | Buffer, headers: { readonly [name: string]: string } = {}) =>
  api.transport({
    method: 'POST',
    url: '/v1/service-accounts',
    headers: {
      authorization,
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
      ...headers,
    },
    body,
  });
const problemOf = (answer: Awaited<ReturnType<typeof post>>) =>
  checkAnswer('createServiceAccount', answer) as {
    code: string;
    errors: { field: string; code: string }[];
    detail: string;
  };

/** Bytes as they are, for what no client library would send. */
const raw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let answer = '';
    socket.on('data', (bytes) => {
      answer += bytes.toString('latin1');
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });

const nameOf = (text: string): string => JSON.stringify({ name: text });
const bad: readonly [what: string, body: string | Buffer, code: string, field: string | null][] = [
  ['no body', '', 'malformed-json', null],
  ['half a body', '{"name":', 'malformed-json', null],
  ['two bodies', '{"name":"a"}{"name":"b"}', 'malformed-json', null],
  ['a member that stands twice', '{"name":"a","name":"b"}', 'malformed-json', 'name'],
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'malformed-json', null],
  ['a body nested too deep', `${'['.repeat(5000)}${']'.repeat(5000)}`, 'malformed-json', null],
  ['a wrong type', '{"name":7}', 'validation-failed', 'name'],
  ['a list instead of an object', '[]', 'validation-failed', ''],
  ['null', 'null', 'validation-failed', ''],
  ['a missing field', '{}', 'validation-failed', 'name'],
  ['an unknown field', '{"name":"a","nmae":"b"}', 'unknown-field', 'nmae'],
  ['a polluting field', '{"name":"a","__proto__":{"x":1}}', 'unknown-field', '__proto__'],
  ['a name that is none', nameOf('Not A Slug'), 'validation-failed', 'name'],
  ['a name of 1 MB', nameOf('a'.repeat(1_000_000)), 'validation-failed', 'name'],
  ['NUL', '{"name":"a\\u0000b"}', 'invalid-text', 'name'],
  ['a lone surrogate', '{"name":"\\ud800"}', 'invalid-text', 'name'],
  ['a lone surrogate in the name of a field', '{"\\udc00":1}', 'invalid-text', null],
  ['an integer that a double rounds', '{"name":9007199254740993}', 'unsafe-number', null],
  ['an exponent', '{"name":1e400}', 'unsafe-number', null],
  ['a decimal that a double rounds', '{"name":0.1234567890123456789}', 'unsafe-number', null],
];

describe('a bad body', () => {
  test.each(bad)(
    'with %s is refused by name and place, and nothing is done',
    async (_what, body, code, field) => {
      const before = await head();
      const answer = await post(body);
      const problem = problemOf(answer);
      expect(problem.code).toBe(code);
      if (field !== null) expect(problem.errors.map((error) => error.field)).toContain(field);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(await head()).toBe(before);
    },
  );

  test('that is larger than allowed is refused', async () => {
    const answer = await post(nameOf('a'.repeat(5 << 20)));
    expect(problemOf(answer)).toMatchObject({ code: 'body-too-large', data: { limit: 4 << 20 } });
  });

  test('of another media type is refused', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/octet-stream',
      'multipart/form-data',
    ])
      expect(problemOf(await post('{"name":"a"}', { 'content-type': type })).code).toBe(
        'unsupported-media-type',
      );
  });

  test('tells line and column of what is not JSON', async () => {
    const { detail } = problemOf(await post('{\n  "name": nope\n}'));
    expect(detail).toMatch(/line 2, column 1\d/);
  });
});

describe('an address', () => {
  test.each([
    ['that is no resource', 'GET', '/v1/nowhere', 404, 'not-found'],
    ['with a slash too many', 'GET', '/v1/environment/', 404, 'not-found'],
    ['that leaves the tree', 'GET', '/v1/../../etc/passwd', 404, 'not-found'],
    ['with NUL', 'GET', '/v1/people/%00', 400, 'invalid-text'],
    ['with broken escapes', 'GET', '/v1/people/%E0%A4%A', 404, 'not-found'],
    ['with an id that is none', 'GET', '/v1/approval-requests/17', 404, 'not-found'],
    ['and a method it does not have', 'DELETE', '/v1/service-accounts', 405, 'method-not-allowed'],
    ['and another method it does not have', 'PUT', '/v1/environment/clock', 405, 'method-not-allowed'],
    ['with a parameter nobody knows', 'GET', '/v1/environment?verbose=1', 400, 'unknown-field'],
    ['with a page size that is none', 'GET', '/v1/api-keys?limit=0', 400, 'validation-failed'],
    ['with a page size beyond all', 'GET', '/v1/api-keys?limit=1000000', 400, 'validation-failed'],
    ['with a cursor of nobody', 'GET', '/v1/api-keys?cursor=abc', 400, 'cursor-invalid'],
    ['with a cursor that is not even base64', 'GET', '/v1/api-keys?cursor=%25%25', 400, 'cursor-invalid'],
    [
      'with a cursor of another shape',
      'GET',
      `/v1/api-keys?cursor=${Buffer.from('["[]","x"]').toString('base64url')}`,
      400,
      'cursor-invalid',
    ],
  ])('%s is answered in our words', async (_what, method, path, status, code) => {
    const answer = await api.transport({ method, url: path, headers: { authorization } });
    expect([answer.status, JSON.parse(answer.body.toString()).code]).toEqual([status, code]);
    if (status === 405) expect(answer.headers.allow).toMatch(/GET|POST/);
  });

  test('is read by HEAD as by GET, without the body', async () => {
    const answer = await api.transport({
      method: 'HEAD',
      url: '/v1/environment',
      headers: { authorization },
    });
    expect([answer.status, answer.body.length]).toEqual([200, 0]);
  });
});

describe('what is no HTTP request', () => {
  test.each([
    'nonsense\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n',
    `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
    'POST /v1/service-accounts HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ])('%# is answered with a problem', async (text) => {
    const answer = await raw(text);
    expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\nContent-Type: application\/problem\+json/);
  });
});

describe('a header', () => {
  test('Idempotency-Key is needed for a change, and has to be one', async () => {
    await api.refused('createServiceAccount', 'idempotency-key-missing', {
      body: { name: 'x' },
      idempotencyKey: null,
    });
    for (const key of ['with space', 'x'.repeat(256)])
      await api.refused('createServiceAccount', 'idempotency-key-invalid', {
        body: { name: 'x' },
        idempotencyKey: key,
      });
  });

  test('sent twice is no key', async () => {
    const body = '{"name":"twice"}';
    const answer = await raw(
      `POST /v1/service-accounts HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nIdempotency-Key: a\r\nIdempotency-Key: b\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toContain('idempotency-key-invalid');
  });

  test('Authorization sent twice counts once, and never as somebody else', async () => {
    const answer = await raw(
      `GET /v1/environment HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer csk_${'A'.repeat(43)}\r\nAuthorization: ${authorization}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 401 /);
  });

  test('Countersign-Act-For is refused where nobody is acted for', async () => {
    await api.refused('createServiceAccount', 'validation-failed', {
      body: { name: 'x' },
      actFor: 'usr_018f0000-0000-7000-8000-000000000000',
    });
  });

  test('Correlation-Id comes back, and stands in the entry; a bad one is replaced', async () => {
    const { headers } = await api.ok('createServiceAccount', {
      body: { name: 'threaded' },
      correlationId: 'PO-4711',
    });
    expect(headers['correlation-id']).toBe('PO-4711');
    const answer = await api.ok('getEnvironment', { headers: { 'correlation-id': 'a b' } });
    expect(answer.headers['correlation-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(
      (
        await api.refused('createServiceAccount', 'name-taken', {
          body: { name: 'threaded' },
          correlationId: 'PO-4712',
        })
      ).problem.correlationId,
    ).toBe('PO-4712');
  });
});

describe('an Idempotency-Key', () => {
  test('used again for the same is answered again, byte for byte, and done once', async () => {
    const call = { body: { name: 'once' }, idempotencyKey: 'once' };
    const first = await api.ok('createServiceAccount', call);
    const before = await head();
    const again = await api.ok('createServiceAccount', call);
    expect(again.raw.equals(first.raw)).toBe(true);
    expect([again.status, again.seq, again.leaf, again.headers['idempotency-replayed']]).toEqual([
      first.status,
      first.seq,
      first.leaf,
      'true',
    ]);
    expect(await head()).toBe(before);
  });

  test('used for something else is refused', async () => {
    await api.ok('createServiceAccount', { body: { name: 'first-use' }, idempotencyKey: 'reused' });
    await api.refused('createServiceAccount', 'idempotency-key-reused', {
      body: { name: 'second-use' },
      idempotencyKey: 'reused',
    });
    await api.refused('setClock', 'idempotency-key-reused', {
      body: { mode: 'frozen' },
      idempotencyKey: 'reused',
    });
  });

  test('sent many times at once happens once', async () => {
    const before = await head();
    const answers = await Promise.all(
      Array.from({ length: 24 }, () =>
        api.any('createServiceAccount', { body: { name: 'stampede' }, idempotencyKey: 'stampede' }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body.toString())).size).toBe(1);
    expect(await head()).toBe(before + 1);
  });

  test('keeps a refusal too, so that a repeated call learns the same', async () => {
    await api.ok('createServiceAccount', { body: { name: 'kept' } });
    const call: LooseInput = { body: { name: 'kept' }, idempotencyKey: 'kept-refusal' };
    const first = await api.refused('createServiceAccount', 'name-taken', call);
    const again = await api.refused('createServiceAccount', 'name-taken', call);
    expect(again.problem).toEqual(first.problem);
    expect(again.headers['idempotency-replayed']).toBe('true');
  });
});

describe('the rate', () => {
  test('is told in headers, and beyond it a call waits', async () => {
    const first = await slow.api.ok('getEnvironment');
    expect(first.headers['ratelimit-limit']).toBe('5');
    expect(first.headers['ratelimit-remaining']).toBe('4');
    for (let i = 0; i < 4; i += 1) await slow.api.ok('getEnvironment');
    const { headers } = await slow.api.refused('getEnvironment', 'rate-limited');
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect((await slow.api.ok('getHealth')).status).toBe(200);
  });
});

describe('an address without a good key', () => {
  test('has to wait beyond its limit, whatever keys it makes up, and a good key beside it is served', async () => {
    const strangers = await testServer({ settings: { rateLimitAnonymous: 3 } });
    const guess = (i: number) => strangers.api.with(`csk_${String(i).padStart(43, '0')}`);
    for (let i = 0; i < 3; i += 1) await guess(i).refused('getEnvironment', 'unauthenticated');
    await guess(3).refused('getEnvironment', 'rate-limited');
    await strangers.api.with(null).refused('getEnvironment', 'rate-limited');
    await strangers.api.ok('getEnvironment');
  });
});

describe('every route', () => {
  const guarded = routeIds.filter((id) => routeTable[id].scope !== null);
  const open = routeIds.filter((id) => routeTable[id].scope === null);
  const sent = (id: RouteId): LooseInput => {
    const params = Object.fromEntries(
      Object.keys(routeTable[id].params?.shape ?? {}).map((name) => [name, 'x']),
    );
    const type = routeTable[id].body?.kind === 'stream' ? 'application/octet-stream' : 'application/json';
    return routeTable[id].method === 'POST'
      ? { params, raw: '{}', headers: { 'content-type': type } }
      : { params };
  };

  test.each(guarded)('%s asks for a key before anything else', async (id) => {
    await api.with(null).refused(id, 'unauthenticated', sent(id));
  });

  test.each(guarded)('%s asks for its scope', async (id) => {
    const { body } = await api.ok('createServiceAccount', { body: { name: `scope-${id.toLowerCase()}` } });
    const { scope } = routeTable[id];
    const other = scope === 'events:read' ? 'audit:read' : 'events:read';
    const made = await api.ok('createApiKey', { body: { serviceAccount: body.id, scopes: [other] } });
    const { problem } = await api.with(made.body.secret).refused(id, 'forbidden-scope', sent(id));
    expect(problem.data).toEqual({ scope });
  });

  test.each(open)('%s is open to everybody', async (id) => {
    expect((await api.with(null).any(id)).status).toBe(200);
  });
});

describe('what is served', () => {
  test('loads nothing from elsewhere', async () => {
    for (const path of ['/', '/reference/']) {
      const page = await api.transport({ method: 'GET', url: path, headers: {} });
      expect(page.status).toBe(200);
      expect(page.body.toString()).not.toMatch(/(src|href)="(https?:)?\/\//);
      expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    }
    const script = await api.transport({ method: 'GET', url: '/reference/js/scalar.js', headers: {} });
    expect([script.status, script.headers['content-type']]).toEqual([
      200,
      'application/javascript; charset=utf-8',
    ]);
    const at = await api.transport({ method: 'GET', url: '/reference', headers: {} });
    expect([at.status, at.headers.location]).toEqual([301, '/reference/']);
    const none = await api.transport({ method: 'GET', url: '/reference/none', headers: {} });
    expect([none.status, none.headers['content-type']]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
  });

  test('is counted by route, never by address', async () => {
    await api.refused('getPerson', 'not-found', { params: { person: 'secret-name' } });
    const page = await api.transport({ method: 'GET', url: '/metrics', headers: {} });
    expect(page.body.toString()).toContain('route="/v1/people/{person}",status="404"');
    expect(page.body.toString()).not.toContain('secret-name');
  });
});
