import { createHash } from 'node:crypto';
import { scopeNames, unnarrowable } from '@countersign/contract';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { testServer } from '../../../../../test/support/server.ts';

const server = await testServer();
const { api } = server;

let names = 0;
const account = async (): Promise<string> => {
  names += 1;
  return (await api.ok('createServiceAccount', { body: { name: `erp-${names}` } })).body.id;
};
const key = async (body: object = {}) => {
  const serviceAccount = await account();
  const made = await api.ok('createApiKey', {
    body: { serviceAccount, scopes: ['environment:read', 'keys:write', 'keys:read'], ...body },
  });
  if (made.body.secret === null) throw new Error('a new key shows its secret');
  return { id: made.body.id, secret: made.body.secret, seq: made.seq, body: made.body };
};

const NARROW = `
definition: narrow
title: Narrow
fields: { note: { type: text } }
route:
  - approve: lead
    by: { role: lead }
`;

const owner = async <R extends pg.QueryResultRow>(sql: string, values: unknown[]): Promise<R[]> => {
  const client = new pg.Client({ connectionString: server.database.ownerUrl });
  await client.connect();
  try {
    return (await client.query<R>(sql, values)).rows;
  } finally {
    await client.end();
  }
};

/** Leaves after `seq`, as they stand in the log. */
const leavesAfter = async (seq: number) => {
  const rows = await owner<{ leaf: Buffer }>(
    'select leaf from countersign.entry where environment_id = $1 and seq > $2 order by seq',
    [server.environment, seq],
  );
  return rows.map((row) => JSON.parse(row.leaf.toString('utf8')));
};
const head = async (): Promise<number> => (await api.ok('getEnvironment')).body.head;

describe('a service account', () => {
  test('is created once for its name, and stands in the list', async () => {
    const { body } = await api.ok('createServiceAccount', { body: { name: 'crm' } });
    const { problem } = await api.refused('createServiceAccount', 'name-taken', { body: { name: 'crm' } });
    expect(problem.errors).toEqual([expect.objectContaining({ field: 'name', code: 'name-taken' })]);
    const listed = await api.ok('listServiceAccounts', { query: { limit: 200 } });
    expect(listed.body.items.filter((each) => each.name === 'crm')).toEqual([body]);
  });

  test('of many comes page by page, each of them once', async () => {
    for (let i = 0; i < 5; i += 1) await account();
    const all: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await api.ok('listServiceAccounts', {
        query: { limit: 2, ...(cursor ? { cursor } : {}) },
      });
      all.push(...page.body.items.map((each) => each.id));
      cursor = page.body.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBeGreaterThanOrEqual(6);
  });
});

describe('an API key', () => {
  test('shows its secret once, and only its hash is kept', async () => {
    const made = await key();
    expect(made.secret).toMatch(/^csk_[A-Za-z0-9_-]{43}$/);
    expect(await api.with(made.secret).ok('getEnvironment')).toMatchObject({ status: 200 });
    const rows = await owner<{ token_hash: Buffer }>(
      'select token_hash from countersign.api_key where api_key = $1',
      [made.id],
    );
    const answers = await owner<{ n: number }>(
      `select count(*)::int as n from countersign.idempotency where answer like '%' || $1 || '%'`,
      [made.secret],
    );
    expect(rows[0]?.token_hash).toEqual(createHash('sha256').update(made.secret).digest());
    expect(answers[0]?.n).toBe(0);
    expect(JSON.stringify(await leavesAfter(0))).not.toContain(made.secret.slice(4));
    expect(JSON.stringify(server.log)).not.toContain(made.secret.slice(4));
  });

  test('is answered again without its secret', async () => {
    const call = {
      body: { serviceAccount: await account(), scopes: ['events:read' as const] },
      idempotencyKey: 'the-same-key',
    };
    const first = await api.ok('createApiKey', call);
    const again = await api.ok('createApiKey', call);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.body).toEqual({ ...first.body, secret: null });
    expect([again.seq, again.leaf]).toEqual([first.seq, first.leaf]);
  });

  test('gives no scope that the key in use does not hold', async () => {
    const made = await key();
    const weak = api.with(made.secret);
    const { problem } = await weak.refused('createApiKey', 'scope-exceeds-own', {
      body: { serviceAccount: await account(), scopes: ['keys:read', 'documents:read'] },
    });
    expect(problem.errors[0]?.field).toBe('scopes[1]');
    await weak.ok('createApiKey', { body: { serviceAccount: await account(), scopes: ['keys:read'] } });
  });

  test('is for a service account and definitions that exist', async () => {
    await api.refused('createApiKey', 'unknown-service-account', {
      body: { serviceAccount: 'svc_018f0000-0000-7000-8000-000000000000', scopes: ['keys:read'] },
    });
    await api.refused('createApiKey', 'unknown-definition', {
      body: { serviceAccount: await account(), scopes: ['requests:read'], definitions: ['nowhere'] },
    });
  });

  test('for some definitions cannot hold what reaches over all of them', async () => {
    const serviceAccount = await account();
    await api.ok('publishDefinition', { body: { source: NARROW } });
    const { problem } = await api.refused('createApiKey', 'scope-not-narrowable', {
      body: { serviceAccount, scopes: ['requests:read', ...unnarrowable], definitions: ['narrow'] },
    });
    expect(problem.errors.map(({ field }) => field)).toEqual(
      [...unnarrowable].map((_, i) => `scopes[${i + 1}]`),
    );
    const rest = scopeNames.filter((scope) => !unnarrowable.has(scope));
    const made = await key({ serviceAccount, scopes: rest, definitions: ['narrow'] });
    expect(made.body.scopes).toEqual([...rest].sort());
  });

  test('for some definitions that a row gives such a scope is not served under it', async () => {
    const made = await key({ scopes: ['environment:read', 'keys:read'] });
    await owner(`update countersign.api_key set object_types = '{narrow}' where api_key = $1`, [made.id]);
    const narrowed = api.with(made.secret);
    await narrowed.ok('getEnvironment');
    await narrowed.refused('listApiKeys', 'forbidden-scope');
  });

  test.each(scopeNames.filter((scope) => scope !== 'keys:read'))(
    'with only %s may not list keys',
    async (scope) => {
      const made = await key({ scopes: [scope] });
      const { problem } = await api.with(made.secret).refused('listApiKeys', 'forbidden-scope');
      expect(problem.data).toEqual({ scope: 'keys:read' });
    },
  );

  test('is nobody once it is revoked, and revoked once', async () => {
    const made = await key();
    await api.with(made.secret).ok('getEnvironment');
    const { body } = await api.ok('revokeApiKey', { params: { key: made.id }, body: { reason: 'Rotated' } });
    expect(body.revokedAt).not.toBeNull();
    await api.with(made.secret).refused('getEnvironment', 'unauthenticated');
    await api.refused('revokeApiKey', 'already-revoked', { params: { key: made.id }, body: {} });
    const listed = await api.ok('listApiKeys', { query: { limit: 200 } });
    expect(listed.body.items.find((each) => each.id === made.id)).toEqual(body);
  });

  test('that expired, was never issued, or is no key, is nobody', async () => {
    const made = await key({ expiresAt: new Date(Date.now() - 1000).toISOString() });
    await api.with(made.secret).refused('getEnvironment', 'unauthenticated');
    await api.with(`csk_${'A'.repeat(43)}`).refused('getEnvironment', 'unauthenticated');
    const typo = await api.with('not-a-key').refused('getEnvironment', 'unauthenticated');
    expect(typo.problem.detail).toMatch(/is no API key: one begins with csk_/);
    const { headers } = await api.with(null).refused('getEnvironment', 'unauthenticated');
    expect(headers['www-authenticate']).toBe('Bearer');
  });

  test('changes nothing once its revocation was acknowledged, however many of its calls are under way', async () => {
    const made = await key();
    const busy = api.with(made.secret);
    const calls = Array.from({ length: 40 }, (_, i) =>
      busy.any('createServiceAccount', { body: { name: `racing-${i}` } }),
    );
    const revoked = await api.ok('revokeApiKey', { params: { key: made.id }, body: {} });
    const answers = await Promise.all(calls);
    for (const answer of answers) {
      if (answer.status === 201) expect(Number(answer.headers['countersign-seq'])).toBeLessThan(revoked.seq);
      else expect(answer.status).toBe(401);
    }
    const late = (await leavesAfter(revoked.seq)).filter(
      (leaf) => leaf.command.type === 'createServiceAccount',
    );
    expect(late).toEqual([]);
  });

  test('revoked in one process stops what another one commits', async () => {
    const other = await testServer({ beside: server });
    const made = await key();
    const there = other.api.with(made.secret);
    await there.ok('createServiceAccount', { body: { name: 'before-it-was-revoked' } });
    const revoked = await api.ok('revokeApiKey', { params: { key: made.id }, body: {} });
    // The other process may believe the key for some seconds; its command must fail all the same.
    await there.refused('createServiceAccount', 'unauthenticated', {
      body: { name: 'after-it-was-revoked' },
    });
    const late = (await leavesAfter(revoked.seq)).filter(
      (leaf) => leaf.command.type === 'createServiceAccount',
    );
    expect(late).toEqual([]);
  });
});

describe('a refusal for who asks', () => {
  test('of a known key stands in the log, with what it wanted', async () => {
    const made = await key({ scopes: ['environment:read'] });
    const before = await head();
    await api.with(made.secret).refused('createServiceAccount', 'forbidden-scope', { body: { name: 'no' } });
    await api.ok('revokeApiKey', { params: { key: made.id }, body: {} });
    await api.with(made.secret).refused('getEnvironment', 'unauthenticated');
    const events = (await leavesAfter(before)).flatMap((leaf) => leaf.events);
    expect(events.filter((event) => event.type === 'access.refused')).toEqual([
      expect.objectContaining({ key: made.id, operation: 'createServiceAccount', code: 'forbidden-scope' }),
      expect.objectContaining({ key: made.id, operation: 'getEnvironment', code: 'unauthenticated' }),
    ]);
  });

  test('of nobody leaves no entry', async () => {
    const before = await head();
    await api.with(null).refused('getEnvironment', 'unauthenticated');
    await api.with(`csk_${'B'.repeat(43)}`).refused('getEnvironment', 'unauthenticated');
    expect(await head()).toBe(before);
  });

  test('repeated without end fills no log', async () => {
    const made = await key({ scopes: ['environment:read'] });
    const before = await head();
    for (let i = 0; i < 40; i += 1) await api.with(made.secret).refused('listApiKeys', 'forbidden-scope');
    expect((await head()) - before).toBeLessThanOrEqual(10);
  });
});
